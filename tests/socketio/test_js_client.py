"""The unmodified JavaScript client, at its defaults unless a scene says otherwise."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.waiting import LIMIT_S

from paddock.socketio import ConnectRefused, Frame, Options, Server, Socket

from .harness import reference_server, running

pytestmark = pytest.mark.processes

SCRIPT = Path(__file__).parent / "js" / "client.mjs"
PACKAGE = Path(__file__).parents[2] / "web" / "package.json"


class Log:
    """A recovery over a list: the offset is the number of entries the client has seen."""

    def __init__(self) -> None:
        self.entries: list[Frame] = []
        self.pids: set[str] = set()

    def restore(self, pid: str, offset: str | None, auth: object, socket: Socket) -> Sequence[Frame] | None:
        if pid not in self.pids:
            return None
        socket.join("all")
        return self.entries[int(offset or 0) :]


def stage() -> Server:
    """The reference server and what the other scenes need."""
    sio = reference_server(Options(ping_interval=0.3, ping_timeout=LIMIT_S))
    main = sio.of("/")

    @main.on("ask-me")
    async def ask(socket: Socket, question: object) -> None:
        socket.emit("answered", await socket.call("ask", question, timeout=LIMIT_S))

    @main.on("move-me")
    def move(socket: Socket) -> None:
        socket.move()

    @main.on("send-me-away")
    async def send_away(socket: Socket, close: bool, upgrading: str = "") -> None:
        while upgrading and not socket._session.probed and socket.transport_name == "polling":
            await asyncio.sleep(0)
        socket.disconnect(close)

    @sio.of("/guarded").on_connect
    async def guard(socket: Socket, auth: object) -> None:
        raise ConnectRefused("not you", data={"code": 7})

    log = Log()
    lasting = sio.of("/lasting")
    lasting.recover_with(log)

    @lasting.on_connect
    async def enter(socket: Socket, auth: object) -> None:
        assert socket.pid is not None
        log.pids.add(socket.pid)
        socket.join("all")

    @lasting.on("write")
    def write(socket: Socket, count: int) -> None:
        for _ in range(count):
            number = len(log.entries) + 1
            log.entries.append(lasting.frame("entry", str(number).encode(), offset=str(number)))
            lasting.room("all").send(log.entries[-1])

    @lasting.on_disconnect
    def leave(socket: Socket, reason: str) -> None:
        if len(log.entries) == 3:
            # Written while the client is away.
            for number in (4, 5):
                log.entries.append(lasting.frame("entry", str(number).encode(), offset=str(number)))

    return sio


SAID = {
    "back": [1, "둘", {"three": [True, None]}, {"type": "Buffer", "data": [1, 2, 3]}],
    "ack": {"a": 1},
    "blob": {"type": "Buffer", "data": [9]},
}

EXPECTED: dict[str, dict[str, object]] = {
    "polling": {"transport": "polling", **SAID},
    "websocket": {"transport": "websocket", **SAID},
    "upgrade": {"transport": "websocket", "began": "polling", "order": list(range(50)), **SAID},
    "auth": {"auth": [{"token": "t"}]},
    "asked": {"heard": [{"question": "how many?", "blob": {"type": "Buffer", "data": [7]}}]},
    "namespaces": {"shared": True, "ids": True, "still": "still here"},
    "unknown": {"message": "Invalid namespace"},
    "refused": {"message": "not you", "data": {"code": 7}, "active": False},
    "sentAway": {"reason": "io server disconnect", "active": False},
    "closed": {"reasons": ["io server disconnect"], "active": False},
    "closedUpgrading": {"reasons": ["io server disconnect"], "active": False},
    "closedPolling": {"reasons": ["io server disconnect"], "active": False},
    "closedWebsocket": {"reasons": ["io server disconnect"], "active": False},
    "moved": {"reason": "transport close", "again": True},
    "reconnect": {"reason": "forced close", "again": True, "recovered": False},
    "recover": {"recovered": True, "seen": [1, 2, 3, 4, 5, 6]},
    "recoverNothing": {"first": False, "recovered": True},
    "heartbeat": {"lost": False},
}


async def act(url: str, scene: str) -> dict[str, object]:
    """Let the client play a scene with the server at `url`; return what it says of it."""
    node = await asyncio.create_subprocess_exec(
        "node", str(SCRIPT), str(PACKAGE), url, scene, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(LIMIT_S):
            output, _ = await node.communicate()
    finally:
        if node.returncode is None:
            node.kill()
            await node.wait()
    happened = json.loads(output)
    assert isinstance(happened, dict)
    return happened


@pytest.mark.parametrize("scene", EXPECTED)
async def test_scene(scene: str) -> None:
    async with running(stage()) as stand:
        assert await act(stand.url, scene) == EXPECTED[scene]

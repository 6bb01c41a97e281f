"""Clients written by other people, at their defaults, play a race; what they saw is what stands in the record."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import msgspec
from tests.cluster.process import Server
from tests.gateway.wire import Json, token

import socketio  # type: ignore[import-untyped]
from paddock.domain.record import RaceRecord, verify

LIMIT_S = 100.0
ROOT = Path(__file__).parents[2]
PLAYER = Path(__file__).parent / "js" / "player.mjs"
_ids = count()


def record_of(server: Server, race: str) -> RaceRecord:
    """Fetch the public record of a race."""
    with urlopen(f"{server.url}/api/races/{race}", timeout=60) as answer:
        return msgspec.json.decode(answer.read(), type=RaceRecord)


def assert_saw_the_race(saw: Json, kept: RaceRecord, transport: str = "websocket") -> None:
    """Hold what a client saw to the record."""
    assert saw["order"] == [list(group) for group in kept.order]
    assert saw["payers"] == list(kept.payers)
    assert saw["pieces"] > len(kept.card.picked), "the race was shown, not only its result"
    assert saw["transport"] == transport, "at its defaults it has moved up from long-polling"
    assert verify(kept) == ()


class Player:
    """Somebody with python-socketio's client."""

    def __init__(self, client: socketio.AsyncClient) -> None:
        self._client = client
        self.finished: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self.pieces = 0
        client.on("entry", self._entry)
        client.on("segments", self._segments)

    async def asks(self, event: str, **fields: Any) -> Json:
        """Send a message and give its acknowledgement, which must say yes."""
        reply: Json = await self._client.call(event, {"id": f"witness-{next(_ids):06}", **fields}, timeout=LIMIT_S)
        assert reply["ok"], reply
        return reply

    async def saw(self) -> Json:
        """Wait for the finish and give what there was to see."""
        result = await asyncio.wait_for(self.finished, LIMIT_S)
        told = {"race": result["card"]["race"], "order": result["order"], "payers": result["payers"]}
        return {**told, "pieces": self.pieces, "transport": self._client.transport()}

    def _entry(self, entry: Json, *_offset: str) -> None:
        for event in entry["events"]:
            if event["type"] == "race_finished":
                self.finished.set_result(event["result"])

    def _segments(self, message: Json, *_offset: str) -> None:
        self.pieces += len(message["pieces"]) // 5


@asynccontextmanager
async def player(url: str) -> AsyncIterator[Player]:
    """Connect somebody at the client's defaults."""
    client = socketio.AsyncClient()
    who = Player(client)
    await asyncio.wait_for(client.connect(url), LIMIT_S)
    try:
        yield who
    finally:
        await client.disconnect()


async def test_python_socketio_plays_a_race(quick: Server) -> None:
    async with player(quick.url) as mina, player(quick.url) as jun:
        opened = await mina.asks("create_room", token=token(), device=token(), name="Mina")
        room = opened["view"]["room"]["room"]
        await jun.asks("join_room", room=room, token=token(), device=token(), name="Jun")
        await mina.asks("pick_racer", racer=0)
        await jun.asks("pick_racer", racer=3)
        await mina.asks("start_race")
        for saw in (await mina.saw(), await jun.saw()):
            assert_saw_the_race(saw, record_of(quick, saw["race"]))


async def test_the_javascript_client_plays_a_race(quick: Server) -> None:
    node = await asyncio.create_subprocess_exec(
        "node", PLAYER, ROOT / "web" / "package.json", quick.url, stdout=asyncio.subprocess.PIPE
    )
    try:
        told, _ = await asyncio.wait_for(node.communicate(), LIMIT_S)
    finally:
        if node.returncode is None:
            node.kill()
            await node.wait()
    assert node.returncode == 0
    mina, jun = json.loads(told)
    assert mina["race"] == jun["race"]
    for saw in (mina, jun):
        assert_saw_the_race(saw, record_of(quick, saw["race"]))

"""Recovery while something else is going on: an upgrade, a poll in flight, a second return of the same client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

import pytest
from tests.waiting import until

from paddock.socketio import Frame, Options, Server, Socket

from .harness import Stand, Wire, running, within
from .test_recovery import Memory, enter


def server() -> tuple[Server, Memory]:
    sio = Server(Options(ping_interval=60, linger=0.2))
    memory = Memory(sio)
    memory.missed = [memory.ns.frame("e", b"1", offset="1"), memory.ns.frame("e", b"2", offset="2")]
    return sio, memory


class Gates:
    """A recovery that waits, for each client, until the test lets it go on."""

    def __init__(self, sio: Server) -> None:
        self.waiting: dict[str, asyncio.Future[Sequence[Frame] | None]] = {}
        self.ns = sio.of("/")
        self.ns.recover_with(self)

    def restore(
        self, pid: str, offset: str | None, auth: object, socket: Socket
    ) -> asyncio.Future[Sequence[Frame] | None]:
        assert isinstance(auth, dict)
        waiting = self.waiting[auth["name"]] = asyncio.get_running_loop().create_future()
        return waiting


async def ask_back(wire: Wire, name: str) -> None:
    await wire.send("40" + json.dumps({"pid": "p", "name": name}))


async def test_over_polling_with_a_poll_in_flight() -> None:
    sio, memory = server()
    async with running(sio) as stand:
        sid = await stand.open_polling()
        poll = asyncio.create_task(stand.poll(sid))
        await until(lambda: getattr(sio.engine.sessions[sid].transport, "polled", False), "the poll waits")
        assert await stand.post(sid, '40{"pid":"p","offset":"0"}') == (200, "ok")
        packets = (await within_text(poll)).split("\x1e")
        while len(packets) < 3:
            packets += (await stand.poll(sid))[1].split("\x1e")
        assert json.loads(packets[0][2:])["pid"] == "p"
        assert packets[1:] == ['42["e",1,"1"]', '42["e",2,"2"]']
        assert sio.stats().recoveries == 1
        assert len(memory.ns.sockets) == 1


async def within_text(poll: asyncio.Task[tuple[int, str]]) -> str:
    await within(poll)
    status, body = poll.result()
    assert status == 200
    return body


async def probe(stand: Stand, sid: str, wire: Wire) -> None:
    """Begin an upgrade as the client does: the probe is answered, its last poll is ended."""
    await wire.send("2probe")
    assert await wire.text() == "3probe"


@pytest.mark.parametrize("when", ["before the probe", "between probe and upgrade", "after the upgrade"])
async def test_in_the_middle_of_an_upgrade(when: str) -> None:
    sio, memory = server()
    claim = '40{"pid":"p","offset":"0"}'
    async with running(sio) as stand:
        sid = await stand.open_polling()
        async with stand.websocket(sid) as wire:
            packets: list[str] = []
            if when == "before the probe":
                await stand.post(sid, claim)
            await probe(stand, sid, wire)
            if when == "between probe and upgrade":
                await stand.post(sid, claim)
                await until(lambda: len(memory.ns.sockets) == 1, "1 sockets in the namespace")
            # The client ends its polling before it says that it moves.
            packets += [packet for packet in (await stand.poll(sid))[1].split("\x1e") if packet != "6"]
            await wire.send("5")
            if when == "after the upgrade":
                await wire.send(claim)
            while len(packets) < 3:
                packets.append(await wire.text())
            assert json.loads(packets[0][2:])["pid"] == "p"
            assert packets[1:] == ['42["e",1,"1"]', '42["e",2,"2"]']
            memory.ns.emit("news")
            assert await wire.text() == '42["news"]'
    assert sio.stats().recoveries == 1


async def test_what_was_recovered_while_the_transport_changes_arrives_once_and_in_order() -> None:
    sio = Server(Options(ping_interval=60))
    gates = Gates(sio)
    async with running(sio) as stand:
        sid = await stand.open_polling()
        async with stand.websocket(sid) as wire:
            await stand.post(sid, '40{"pid":"p","name":"a"}')
            await probe(stand, sid, wire)
            assert await stand.poll(sid) == (200, "6")
            await wire.send("5")
            await until(lambda: sio.stats().upgrades == 1, "the upgrade is done")
            gates.waiting["a"].set_result([gates.ns.frame("e", b"1"), gates.ns.frame("e", b"2")])
            assert json.loads((await wire.text())[2:])["pid"] == "p"
            assert [await wire.text(), await wire.text()] == ['42["e",1]', '42["e",2]']


async def test_a_client_that_returns_mid_upgrade_fences_itself_mid_upgrade() -> None:
    """Both of its connections were polling and about to move; only the newer one is left, and no transport leaks."""
    sio, memory = server()
    async with running(sio) as stand:
        old = await stand.open_polling()
        await stand.post(old, '40{"pid":"p"}')
        await until(lambda: len(memory.ns.sockets) == 1, "1 sockets in the namespace")
        async with stand.websocket(old) as moving, stand.opened() as new:
            await probe(stand, old, moving)
            assert await enter(new, {"pid": "p"}) == "p"
            assert (await stand.poll(old))[0] == 200
            await moving.send("5")
            assert await moving.ended() == 1000
            await until(lambda: len(sio.engine.sessions) == 1, "one session is left")
            [socket] = memory.ns.sockets.values()
            assert socket.recovered
            for _ in range(2):
                await new.text()
            memory.ns.emit("news")
            assert await new.text() == '42["news"]'


@pytest.mark.parametrize("first_done", ["a", "b"])
async def test_of_two_returns_of_one_client_the_later_one_stays_whichever_is_quicker(first_done: str) -> None:
    sio = Server(Options(ping_interval=60, linger=0.2))
    gates = Gates(sio)
    async with running(sio) as stand, stand.opened() as a, stand.opened() as b:
        await ask_back(a, "a")
        await until(lambda: "a" in gates.waiting, "a waits at its gate")
        await ask_back(b, "b")
        await until(lambda: "b" in gates.waiting, "b waits at its gate")
        for name in (first_done, "ab".replace(first_done, "")):
            gates.waiting[name].set_result([gates.ns.frame("e", b"1")])
            await asyncio.sleep(0)
        await a.ended()
        assert json.loads((await b.text())[2:])["pid"] == "p"
        assert await b.text() == '42["e",1]'
        await until(lambda: len(sio.engine.sessions) == 1, "one session is left")
        gates.ns.emit("news")
        assert await b.text() == '42["news"]'
    stats = sio.stats()
    assert stats.recoveries_tried == 2
    assert stats.recoveries + sum(stats.recoveries_refused.values()) == 2
    assert stats.recoveries_refused == ({} if first_done == "a" else {"superseded": 1})


async def test_a_claim_that_is_not_granted_fences_nobody() -> None:
    sio, memory = server()
    async with running(sio) as stand, stand.opened() as owner, stand.opened() as thief:
        pid = await enter(owner, {})
        memory.missed = None
        assert await enter(thief, {"pid": pid}) != pid
        memory.ns.emit("news")
        assert await owner.text() == '42["news"]'
        assert await thief.text() == '42["news"]'
        assert len(memory.ns.sockets) == 2


async def test_a_client_that_leaves_before_its_state_is_found_leaves_nothing_behind() -> None:
    sio = Server(Options(ping_interval=60))
    gates = Gates(sio)
    async with running(sio) as stand:
        async with stand.opened() as wire:
            await ask_back(wire, "a")
            await until(lambda: "a" in gates.waiting, "a waits at its gate")
        await until(lambda: not sio.engine.sessions, "every session is gone")
        gates.waiting["a"].set_result([gates.ns.frame("e", b"1")])
        await until(lambda: sio.stats().recoveries_refused == {"client left": 1}, "the recovery is given up")
        assert not gates.ns.sockets
        assert len(gates.ns.rooms) == 0

"""Connection-state recovery on the wire: pid, offset, what was missed, and who is the newest."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

from tests.waiting import until

from paddock.socketio import ConnectRefused, Frame, Options, Server, Socket

from .harness import Wire, running


class Memory:
    """Remembers what it was asked, and answers what the test says."""

    def __init__(self, server: Server) -> None:
        self.asked: list[tuple[str, str | None, object]] = []
        self.missed: list[Frame] | None = None
        self.while_looking: list[Frame] = []
        self.ns = server.of("/")
        self.ns.recover_with(self)
        self.ns.on_connect(lambda socket, auth: socket.join("all"))

    async def restore(self, pid: str, offset: str | None, auth: object, socket: Socket) -> Sequence[Frame] | None:
        self.asked.append((pid, offset, auth))
        socket.join("all")
        await asyncio.sleep(0)
        for frame in self.while_looking:
            self.ns.room("all").send(frame)
        return self.missed


async def enter(wire: Wire, auth: object) -> str:
    await wire.send("40" + json.dumps(auth))
    packet = await wire.text()
    assert packet.startswith("40{"), packet
    return str(json.loads(packet[2:])["pid"])


def server() -> tuple[Server, Memory]:
    sio = Server(Options(ping_interval=60, linger=0.2))
    return sio, Memory(sio)


async def test_a_new_client_gets_a_pid_and_nobody_is_asked() -> None:
    sio, memory = server()
    async with running(sio) as stand, stand.opened() as wire:
        assert len(await enter(wire, {})) == 20
    assert memory.asked == []
    assert sio.stats().recoveries == 0


async def test_a_returning_client_gets_its_pid_back_then_what_it_missed_then_what_came_meanwhile() -> None:
    sio, memory = server()
    ns = memory.ns
    memory.missed = [ns.frame("e", b"1", offset="1"), ns.frame("e", b"2", offset="2")]
    memory.while_looking = [ns.frame("e", b"3", offset="3")]
    async with running(sio) as stand, stand.opened() as wire:
        assert await enter(wire, {"pid": "p", "offset": "0", "token": "t"}) == "p"
        assert [await wire.text() for _ in range(3)] == ['42["e",1,"1"]', '42["e",2,"2"]', '42["e",3,"3"]']
        assert next(iter(ns.sockets.values())).recovered
    assert memory.asked == [("p", "0", {"pid": "p", "offset": "0", "token": "t"})]
    assert sio.stats().recoveries == 1


async def test_a_client_that_never_got_an_event_recovers_too() -> None:
    sio, memory = server()
    memory.missed = []
    async with running(sio) as stand, stand.opened() as wire:
        assert await enter(wire, {"pid": "p"}) == "p"
    assert memory.asked == [("p", None, {"pid": "p"})]


async def test_what_cannot_be_restored_starts_afresh() -> None:
    sio, _ = server()
    async with running(sio) as stand, stand.opened() as wire:
        assert await enter(wire, {"pid": "p", "offset": "0"}) != "p"
        assert not next(iter(sio.of("/").sockets.values())).recovered


async def test_a_claim_that_makes_no_sense_is_no_claim() -> None:
    sio, memory = server()
    async with running(sio) as stand:
        for pid in ("", "x" * 300, 7, None, ["p"]):
            async with stand.opened() as wire:
                await enter(wire, {"pid": pid})
    assert memory.asked == []


async def test_the_newer_connection_fences_the_older_one() -> None:
    sio, memory = server()
    memory.missed = []
    reasons: list[str] = []
    memory.ns.on_disconnect(lambda socket, reason: reasons.append(reason))
    async with running(sio) as stand, stand.opened() as old, stand.opened() as new:
        pid = await enter(old, {})
        assert await enter(new, {"pid": pid}) == pid
        assert await old.text() == "41"
        assert await old.ended() == 1000
        await until(lambda: len(memory.ns.sockets) == 1, "1 sockets in the namespace")
        assert reasons == ["server namespace disconnect"]
        memory.ns.room("all").emit("to the newest")
        assert await new.text() == '42["to the newest"]'


async def test_a_recovery_that_fails_lets_the_client_start_afresh() -> None:
    faults: list[str] = []
    sio = Server(Options(ping_interval=60, on_fault=lambda what, error: faults.append(what)))
    ns = sio.of("/")

    class Broken:
        def restore(self, pid: str, offset: str | None, auth: object, socket: Socket) -> None:
            socket.join("half-way")
            ns.room("half-way").emit("not for a new client")
            raise OSError("store away")

    ns.recover_with(Broken())
    async with running(sio) as stand, stand.opened() as wire:
        assert await enter(wire, {"pid": "p"}) != "p"
        ns.room("half-way").emit("nor is this")
        ns.emit("welcome")
        assert await wire.text() == '42["welcome"]'
    assert faults == ["recovery"]
    stats = sio.stats()
    assert (stats.recoveries_tried, stats.recoveries, stats.recoveries_refused) == (1, 0, {"fault": 1})


async def test_a_recovery_that_takes_too_long_lets_the_client_start_afresh() -> None:
    sio = Server(Options(ping_interval=60, recovery_timeout=0.05, on_fault=lambda what, error: None))
    given_up = asyncio.Event()

    class Stuck:
        async def restore(self, pid: str, offset: str | None, auth: object, socket: Socket) -> None:
            try:
                await asyncio.Event().wait()
            finally:
                given_up.set()

    sio.of("/").recover_with(Stuck())
    async with running(sio) as stand, stand.opened() as wire:
        assert await enter(wire, {"pid": "p"}) != "p"
        assert given_up.is_set()
        assert not next(iter(sio.of("/").sockets.values())).recovered
    assert sio.stats().recoveries_refused == {"timeout": 1}


async def test_a_recovery_may_refuse_the_client() -> None:
    sio = Server(Options(ping_interval=60))

    class Guarded:
        def restore(self, pid: str, offset: str | None, auth: object, socket: Socket) -> None:
            raise ConnectRefused("blocked")

    sio.of("/").recover_with(Guarded())
    async with running(sio) as stand, stand.opened() as wire:
        await wire.send('40{"pid":"p"}')
        assert await wire.text() == '44{"message":"blocked"}'
    assert sio.stats().recoveries_refused == {"refused": 1}


async def test_more_than_the_write_budget_is_not_sent_at_once_but_starts_afresh() -> None:
    sio = Server(Options(ping_interval=60, write_budget=100_000))
    memory = Memory(sio)
    memory.missed = [memory.ns.frame("e", b'"' + b"x" * 30_000 + b'"') for _ in range(4)]
    memory.while_looking = [memory.ns.frame("held")]
    async with running(sio) as stand, stand.opened() as wire, stand.opened() as other:
        assert await enter(wire, {"pid": "p"}) != "p"
        memory.ns.emit("afresh")
        assert await wire.text() == '42["afresh"]'
        # Just within it: everything arrives.
        del memory.missed[3]
        assert await enter(other, {"pid": "p"}) == "p"
        for _ in range(3):
            assert len(await other.text()) > 30_000
        assert await other.text() == '42["held"]'
    assert sio.stats().recoveries_refused == {"too much missed": 1}


async def test_a_connect_handler_may_still_refuse_who_was_recovered() -> None:
    sio, memory = server()
    memory.missed = []

    @memory.ns.on_connect
    def refuse(socket: Socket, auth: object) -> None:
        assert socket.recovered
        raise ConnectRefused("kicked out meanwhile")

    async with running(sio) as stand, stand.opened() as wire:
        await wire.send('40{"pid":"p"}')
        assert await wire.text() == '44{"message":"kicked out meanwhile"}'
        assert len(memory.ns.rooms) == 0
    assert sio.stats().recoveries_refused == {"connect handler": 1}

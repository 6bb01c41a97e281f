"""Every queue has an end: slow readers, volatile packets, held frames, and what is left afterwards."""

from __future__ import annotations

import asyncio
import gc

from tests.waiting import until

from paddock.socketio import Options, Server, Socket

from .harness import Stand, running

MEGABYTE = "x" * 200_000


async def stalled(stand: Stand) -> asyncio.StreamWriter:
    """Enter the default namespace over a WebSocket that nobody reads any more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", stand.port, limit=1024)
    writer.write(
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"\x81\x82\x00\x00\x00\x0040")
    await reader.readuntil(b"40{")
    return writer


async def test_a_client_that_reads_nothing_is_closed_at_its_budget_and_others_are_not() -> None:
    sio = Server(Options(ping_interval=60, write_budget=1_000_000))
    ns = sio.of("/")
    reasons: list[str] = []
    ns.on_connect(lambda socket, auth: socket.join("all"))
    ns.on_disconnect(lambda socket, reason: reasons.append(reason))
    async with running(sio) as stand, stand.connected() as other:
        writer = await stalled(stand)
        await until(lambda: len(ns.sockets) == 2, "2 sockets in the namespace")
        sent = 0
        while len(ns.sockets) == 2 and sent < 1000:
            ns.room("all").emit("news", MEGABYTE)
            assert len(await other.text()) > 200_000
            sent += 1
        assert reasons == ["slow reader"]
        assert 1_000_000 < sio.stats().high_water < 1_500_000
        assert len(sio.engine.sessions) == 1
        ns.room("all").emit("more")
        assert await other.text() == '42["more"]'
        writer.close()


async def test_volatile_packets_are_dropped_first() -> None:
    sio = Server(Options(ping_interval=60, write_budget=10_000_000, volatile_budget=100_000))
    ns = sio.of("/")
    async with running(sio) as stand:
        writer = await stalled(stand)
        await until(lambda: len(ns.sockets) == 1, "1 sockets in the namespace")
        [socket] = ns.sockets.values()
        for _ in range(1000):
            if not socket.emit_volatile("news", MEGABYTE):
                break
        assert sio.stats().volatile_dropped == 1
        assert socket.connected
        socket.emit("kept")
        assert socket.connected
        writer.close()


async def test_a_polling_client_that_does_not_poll_is_closed_at_its_budget() -> None:
    sio = Server(Options(ping_interval=60, write_budget=1_000_000, volatile_budget=100_000))
    ns = sio.of("/")
    reasons: list[str] = []
    ns.on_disconnect(lambda socket, reason: reasons.append(reason))
    async with running(sio) as stand:
        await stand.connect_polling()
        [socket] = ns.sockets.values()
        assert socket.emit_volatile("news", MEGABYTE)
        assert not socket.emit_volatile("news", MEGABYTE)
        for _ in range(6):
            socket.emit("news", MEGABYTE)
        assert reasons == ["slow reader"]
        assert not sio.engine.sessions


async def test_frames_held_while_connecting_are_bounded() -> None:
    sio = Server(Options(ping_interval=60, write_budget=500_000))
    ns = sio.of("/")

    @ns.on_connect
    async def enter(socket: Socket, auth: object) -> None:
        for _ in range(10):
            socket.emit("news", MEGABYTE)
        await asyncio.sleep(0)

    async with running(sio) as stand, stand.opened() as wire:
        await wire.send("40")
        assert await wire.ended() == 1006
        assert sio.stats().closed == {"slow reader": 1}


async def test_a_client_that_never_answers_the_close_frame_is_cut_off() -> None:
    sio = Server(Options(ping_interval=60, linger=0.1))
    ns = sio.of("/")
    async with running(sio) as stand:
        before = len(asyncio.all_tasks())
        writer = await stalled(stand)
        await until(lambda: len(ns.sockets) == 1, "1 sockets in the namespace")
        next(iter(ns.sockets.values())).disconnect(close=True)
        await until(lambda: len(asyncio.all_tasks()) <= before, "its task ended")
        writer.close()


async def test_everything_is_given_back() -> None:
    sio = Server(Options(ping_interval=60, linger=0.2))
    ns = sio.of("/")
    ns.on("join")(lambda socket: socket.join(socket.id))
    async with running(sio) as stand:
        # A kept-alive HTTP connection has a task of its own.
        await stand.get("")
        before = len(asyncio.all_tasks())
        async with stand.connected() as first, stand.connected() as second:
            sid = await stand.connect_polling()
            for wire in (first, second):
                await wire.send('421["join"]')
                assert await wire.text() == "431[]"
            await stand.post(sid, '42["join"]')
            assert len(ns.sockets) == len(ns.rooms) == 3
            await stand.post(sid, "1")
        await until(lambda: not sio.engine.sessions, "every session is gone")
        await until(lambda: len(asyncio.all_tasks()) <= before, "tasks are back")
        assert not ns.sockets
        assert len(ns.rooms) == 0
        stats = sio.stats()
        assert (stats.sessions, stats.sockets, stats.polling, stats.websocket) == (0, 0, 0, 0)
        gc.collect()
        left = [thing for thing in gc.get_objects() if type(thing) is Socket and thing._membership is ns.rooms]
        assert left == []

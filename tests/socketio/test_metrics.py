"""What a server counts about itself: each figure moves with what it counts, and a snapshot stands still."""

from __future__ import annotations

import asyncio
import time

import pytest
from tests.waiting import LIMIT_S, until

from paddock.socketio import CallTimeout, Counters, Options, Server, Socket, namespace
from paddock.socketio import socket as socket_module

from .harness import running
from .level import echo_server


class HandClock:
    """A clock that goes when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_snapshot_does_not_change_any_more() -> None:
    counters = Counters()
    snapshot = counters.copy()
    counters.opened += 1
    counters.closed["x"] = 1
    counters.refused["x"] = 1
    counters.violations["x"] = 1
    counters.recoveries_refused["x"] = 1
    for histogram in (counters.handling, counters.round_trips, counters.backlogs, counters.broadcasts, counters.lags):
        histogram.observe(1.0)
    assert snapshot == Counters()


@pytest.mark.parametrize("waits", [False, True], ids=["plain", "waiting"])
@pytest.mark.parametrize("raw", [False, True], ids=["objects", "raw"])
async def test_handling_counts_every_event_and_its_time(
    waits: bool, raw: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = HandClock()
    monkeypatch.setattr(namespace, "perf_counter", clock)
    sio = Server(Options(ping_interval=60, on_fault=lambda what, error: None))
    main = sio.of("/")
    gate = asyncio.Event()

    def work(socket: Socket, *args: object) -> None:
        clock.now += 0.011
        if args and args[0] in ("fail", b'["fail"]'):
            raise RuntimeError

    async def wait(socket: Socket, *args: object) -> None:
        # All have come when the first one begins.
        await gate.wait()
        work(socket, *args)

    if raw:
        main.on_raw(lambda socket, event, args, ack: wait(socket, args) if waits else work(socket, args))
    else:
        main.on("work")(wait if waits else work)
    async with running(sio) as stand, stand.connected() as wire:
        await wire.send('42["work"]', '42["work","fail"]', '42["work"]')
        await until(lambda: sio.stats().packets_in == 4, "all were read")
        gate.set()
        await until(lambda: sio.stats().handling.count == 3, "three events were handled")
        handling = sio.stats().handling
        below = sum(number for bound, number in zip(handling.bounds, handling.counts, strict=False) if bound <= 0.01)
        assert below == 0
        # Of those that wait the second waited for the first, the third for both.
        assert handling.total == pytest.approx(0.011 * (1 + 2 + 3 if waits else 3))
        assert sio.stats().faults == 1


async def test_round_trips_count_answered_calls_only(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = HandClock()
    monkeypatch.setattr(socket_module, "perf_counter", clock)
    sio = echo_server()
    async with running(sio) as stand, stand.connected() as wire:
        [socket] = sio.of("/").sockets.values()
        call = asyncio.create_task(socket.call("ask", timeout=LIMIT_S))
        assert await wire.text() == '420["ask"]'
        clock.now += 0.011
        await wire.send("430[7]")
        assert await call == 7
        with pytest.raises(CallTimeout):
            await socket.call("ask", timeout=0.01)
        round_trips = sio.stats().round_trips
        assert round_trips.count == 1
        assert round_trips.total == pytest.approx(0.011)


async def test_broadcasts_count_whom_they_went_to() -> None:
    sio = echo_server()
    main = sio.of("/")
    async with running(sio) as stand, stand.connected(), stand.connected(), stand.connected():
        main.room("all").emit("news")
        main.room("all").emit_volatile("news")
        main.emit("news")
        main.room("all").send(main.frame("news"), except_=next(iter(main.sockets.values())))
        main.room("nobody").emit("news")
        broadcasts = sio.stats().broadcasts
        assert broadcasts.count == 4
        assert broadcasts.total == 12
        assert dict(zip(broadcasts.bounds, broadcasts.counts, strict=False))[4.0] == 4


async def test_a_backlog_is_counted_once_per_session_at_its_end() -> None:
    sio = echo_server(Options(write_budget=2_000_000))
    async with running(sio) as stand:
        async with stand.connected() as wire:
            await wire.send("1")
            await until(lambda: not sio.engine.sessions, "every session is gone")
        assert sio.stats().backlogs.counts[0] == 1
        sid = await stand.connect_polling()
        [socket] = sio.of("/").sockets.values()
        socket.emit("news", "x" * 300_000)
        socket.emit("news", "x" * 300_000)
        await stand.poll(sid)
        await stand.post(sid, "1")
        backlogs = sio.stats().backlogs
        assert backlogs.count == 2
        assert 600_000 < backlogs.total < 601_000
        assert sio.stats().high_water == backlogs.total


async def test_a_loop_that_is_held_up_shows_as_lag() -> None:
    sio = Server(Options(ping_interval=0.2, ping_timeout=LIMIT_S))
    async with running(sio) as stand, stand.connected() as wire:
        await wire.next_ping()
        before = sio.stats().lags
        assert before.count > 0
        deadline = time.monotonic() + 0.35
        while time.monotonic() < deadline:
            # The next ping is due in here.
            pass
        await wire.next_ping()
        lags = sio.stats().lags
        assert lags.total - before.total > 0.1
        slow = [n - b for bound, n, b in zip(lags.bounds, lags.counts, before.counts, strict=False) if bound > 0.1]
        assert sum(slow) >= 1

"""The way to one Redis server, at the edges of its time limits."""

from __future__ import annotations

import asyncio
import time

import pytest
import uvloop
from tests.servers.redis_server import free_port, shared_redis
from tests.waiting import until_sync

from paddock.stores.contract import StoreUnavailable
from paddock.stores.redis.connection import Login
from paddock.stores.redis.dialer import Dialer, Limits
from paddock.stores.redis.lane import Lane

pytestmark = pytest.mark.processes

LIMITS = Limits(call_s=2.0, silent_s=1.0, connect_s=5.0)
"""Longer than Redis takes on a machine whose cores are all busy, and short enough to be exceeded on purpose."""


def lane_to(port: int) -> Lane:
    async def locate() -> tuple[str, int]:
        return "127.0.0.1", port

    return Lane("a server", Dialer(locate, Login(), LIMITS))


def test_calls_whose_time_has_come_fail_as_any_other() -> None:
    """On uvloop a timer for a moment that has come knows no time: the next call asked for it and broke its caller."""

    async def ask_too_late() -> list[object]:
        lane = lane_to(free_port())
        now = asyncio.get_running_loop().time()
        calls = [lane.ask([("PING",)], now - late) for late in (0.0, 0.1)]
        try:
            return await asyncio.gather(*calls, return_exceptions=True)
        finally:
            await lane.close()

    outcomes = uvloop.run(ask_too_late())
    assert [type(outcome) for outcome in outcomes] == [StoreUnavailable, StoreUnavailable]


def test_a_loop_that_was_busy_itself_reads_before_it_says_that_nobody_answered() -> None:
    """Uvloop looks at timers first: after a pause of the process the answer lay there, and Redis counted as gone."""

    async def answers_while_asleep() -> object:
        lane = lane_to(shared_redis().port)
        try:
            await lane.probe([("PING",)])
            asking = asyncio.ensure_future(lane.probe([("PING",)]))
            for _ in range(3):
                await asyncio.sleep(0)
            busy_until = time.monotonic() + 2 * LIMITS.silent_s
            until_sync(lambda: time.monotonic() > busy_until, "the limit has passed while the loop was busy")
            return await asking
        finally:
            await lane.close()

    assert uvloop.run(answers_while_asleep()) == [b"PONG"]

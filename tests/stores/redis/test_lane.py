"""The way to one Redis server, at the edges of its time limits."""

from __future__ import annotations

import asyncio

import uvloop
from tests.servers.redis_server import free_port

from paddock.stores.contract import StoreUnavailable
from paddock.stores.redis.connection import Login
from paddock.stores.redis.dialer import Dialer, Limits
from paddock.stores.redis.lane import Lane


def test_calls_whose_time_has_come_fail_as_any_other() -> None:
    """On uvloop a timer for a moment that has come knows no time: the next call asked for it and broke its caller."""

    async def ask_too_late() -> list[object]:
        port = free_port()

        async def locate() -> tuple[str, int]:
            return "127.0.0.1", port

        lane = Lane("nobody", Dialer(locate, Login(), Limits()))
        now = asyncio.get_running_loop().time()
        calls = [lane.ask([("PING",)], now - late) for late in (0.0, 0.1)]
        try:
            return await asyncio.gather(*calls, return_exceptions=True)
        finally:
            await lane.close()

    outcomes = uvloop.run(ask_too_late())
    assert [type(outcome) for outcome in outcomes] == [StoreUnavailable, StoreUnavailable]

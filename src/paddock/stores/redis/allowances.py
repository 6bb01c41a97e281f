"""Allowances in Redis, the same for all nodes: one step takes a unit, and a full allowance is no key at all.

What this node grants it counts for itself as well. While Redis cannot answer, that alone limits: somebody who has used
up what this node gave stays limited, and at worst gets one burst more from each other node.
"""

from __future__ import annotations

from typing import Final

from paddock.domain.allowance import Rate
from paddock.domain.ids import Millis
from paddock.stores.allowances import LocalAllowances
from paddock.stores.contract import StoreUnavailable
from paddock.stores.redis import keys
from paddock.stores.redis.replies import items
from paddock.stores.redis.scripts import Scripts
from paddock.stores.redis.servers import Servers, Step

TAKE: Final = 1
GIVE_BACK: Final = -1


class Allowances:
    """An `AllowanceStore` that all nodes share."""

    def __init__(self, servers: Servers, scripts: Scripts) -> None:
        self._servers = servers
        self._scripts = scripts
        self._own = LocalAllowances()

    async def take(self, kind: str, key: str, rate: Rate, now: Millis) -> bool:
        """Use up one unit, if there is one; see `AllowanceStore`."""
        if not await self._own.take(kind, key, rate, now):
            return False
        try:
            granted = await self._change(kind, key, rate, now, TAKE)
        except StoreUnavailable:
            return True
        if not granted:
            await self._own.give_back(kind, key, rate, now)
        return granted

    async def left(self, kind: str, key: str, rate: Rate, now: Millis) -> bool:
        """Say whether there is a unit to take; see `AllowanceStore`."""
        if not await self._own.left(kind, key, rate, now):
            return False
        try:
            # Nothing is taken from a burst that is smaller by one: it is refused where a unit could not be taken.
            return await self._change(kind, key, Rate(rate.per_minute, rate.burst - 1), now, 0)
        except StoreUnavailable:
            return True

    async def give_back(self, kind: str, key: str, rate: Rate, now: Millis) -> None:
        """Return a unit; see `AllowanceStore`. One that Redis does not hear of is returned by time."""
        await self._own.give_back(kind, key, rate, now)
        try:
            await self._change(kind, key, rate, now, GIVE_BACK)
        except StoreUnavailable:
            pass

    async def _change(self, kind: str, key: str, rate: Rate, now: Millis, units: int) -> bool:
        bucket = keys.bucket_of(key)
        each_us = round(60_000_000 / rate.per_minute)
        step = Step(
            bucket,
            self._scripts.allow,
            (f"{self._servers.keys.of_bucket('allow', bucket)}:{kind}:{key}",),
            (now, each_us, rate.burst, units),
        )
        match items(await self._servers.run(step)):
            case [b"granted"]:
                return True
            case [b"refused"]:
                return False
            case _:
                raise StoreUnavailable("Redis answered something else than was asked for")

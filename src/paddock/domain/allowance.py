"""Allowances: how much of something is left to a key; buckets that refill with time, bounded in number. No clock."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from msgspec import Struct

from paddock.domain.ids import Millis


class Rate(Struct, frozen=True):
    """How much is allowed: `burst` at once, refilled at `per_minute`."""

    per_minute: float
    burst: int


class Allowance:
    """Token buckets of one rate by key; the least recently used ones are forgotten beyond `most`.

    A forgotten bucket starts full again, so `most` is chosen above the number of keys that can be used up in a minute.
    """

    def __init__(self, rate: Rate, most: int = 50_000) -> None:
        self._rate = rate
        self._most = most
        self._buckets: OrderedDict[Hashable, tuple[float, Millis]] = OrderedDict()

    def left(self, key: Hashable, now: Millis) -> bool:
        """Say whether there is a unit to take, and use up nothing."""
        return self._refilled(*self._buckets.get(key, (float(self._rate.burst), now)), now) >= 1

    def take(self, key: Hashable, now: Millis) -> bool:
        """Use up one unit, if there is one."""
        left = self._refilled(*self._buckets.pop(key, (float(self._rate.burst), now)), now)
        granted = left >= 1
        self._buckets[key] = (left - 1 if granted else left, now)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return granted

    def give_back(self, key: Hashable) -> None:
        """Return a unit that turned out not to be needed: a right password is no guess."""
        found = self._buckets.get(key)
        if found is not None:
            self._buckets[key] = (min(self._rate.burst, found[0] + 1), found[1])

    def _refilled(self, left: float, since: Millis, now: Millis) -> float:
        return min(self._rate.burst, left + (now - since) * self._rate.per_minute / 60_000)

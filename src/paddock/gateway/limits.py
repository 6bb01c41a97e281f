"""Allowances: token buckets per session and per source, kept over reconnects, and bounded in number."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from msgspec import Struct

from paddock.domain.ids import Millis


class Rate(Struct, frozen=True):
    """How much is allowed: `burst` at once, refilled at `per_minute`."""

    per_minute: float
    burst: int


class Limits(Struct, frozen=True):
    """The allowances of the gateway; one unit is one message, room or guess."""

    messages: Rate = Rate(1_200, 60)
    """Per session."""
    messages_of_source: Rate = Rate(60_000, 2_000)
    """Per address; an office has one for all."""
    rooms_of_source: Rate = Rate(20, 20)
    guesses_of_source: Rate = Rate(10, 10)
    guesses_of_room: Rate = Rate(30, 30)
    chat: Rate = Rate(60, 10)
    """Lines of chat per session."""


class Allowance:
    """Token buckets of one kind by key; the least recently used ones are forgotten beyond `most`.

    A forgotten bucket starts full again, so `most` is chosen above the number of keys that can be used up in a minute.
    """

    def __init__(self, rate: Rate, most: int = 50_000) -> None:
        self._rate = rate
        self._most = most
        self._buckets: OrderedDict[Hashable, tuple[float, Millis]] = OrderedDict()

    def take(self, key: Hashable, now: Millis) -> bool:
        """Use up one unit, if there is one."""
        left, since = self._buckets.pop(key, (float(self._rate.burst), now))
        left = min(self._rate.burst, left + (now - since) * self._rate.per_minute / 60_000)
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


class Allowances:
    """All allowances of the gateway."""

    def __init__(self, limits: Limits) -> None:
        self.messages = Allowance(limits.messages)
        self.messages_of_source = Allowance(limits.messages_of_source)
        self.rooms_of_source = Allowance(limits.rooms_of_source)
        self.guesses_of_source = Allowance(limits.guesses_of_source)
        self.guesses_of_room = Allowance(limits.guesses_of_room)
        self.chat = Allowance(limits.chat)

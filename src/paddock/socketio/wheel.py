"""A coarse timer wheel: one timer for the heartbeats and time limits of every session.

Pure: it is told the time. Never promises better than one tick, and never keeps an item that was dropped.
"""

from __future__ import annotations

from heapq import heappop, heappush
from math import ceil
from typing import Protocol


class Sleeper(Protocol):
    """Something that wants to be woken."""

    filed: int

    def wake(self, now: float) -> float | None:
        """Do what is due at `now` (seconds); return when to be woken next, or None for never."""


class Wheel:
    """Sleepers filed under the tick at which they want to be woken; each is filed at most once."""

    __slots__ = ("_order", "_slots", "_tick")

    def __init__(self, tick: float) -> None:
        self._tick = tick
        self._slots: dict[int, set[Sleeper]] = {}
        self._order: list[int] = []

    def __len__(self) -> int:
        """Return how many sleepers are filed."""
        return sum(map(len, self._slots.values()))

    def file(self, sleeper: Sleeper, at: float) -> bool:
        """File a sleeper to be woken at `at` unless it is woken earlier anyway; say if the next turn comes earlier now.

        A sleeper may be woken before its time (an earlier wish is kept), so `wake` checks what is due.
        """
        slot = ceil(at / self._tick)
        if sleeper.filed:
            if sleeper.filed <= slot:
                return False
            self.drop(sleeper)
        sleeper.filed = slot
        filed = self._slots.get(slot)
        if filed is not None:
            filed.add(sleeper)
            return False
        self._slots[slot] = {sleeper}
        earlier = not self._order or slot < self._order[0]
        heappush(self._order, slot)
        return earlier

    def drop(self, sleeper: Sleeper) -> None:
        """Forget a sleeper; nothing happens if it is not filed."""
        filed = self._slots.get(sleeper.filed)
        if filed is not None:
            filed.discard(sleeper)
        sleeper.filed = 0

    def next_turn(self) -> float | None:
        """Return when `turn` should be called next, or None while nobody sleeps."""
        return self._order[0] * self._tick if self._order else None

    def turn(self, now: float) -> None:
        """Wake everybody whose time has come, and file them again if they ask for it."""
        while self._order and self._order[0] * self._tick <= now:
            slot = heappop(self._order)
            for sleeper in self._slots.pop(slot):
                if sleeper.filed == slot:
                    sleeper.filed = 0
                    again = sleeper.wake(now)
                    if again is not None:
                        self.file(sleeper, max(again, now + self._tick / 2))

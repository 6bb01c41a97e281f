"""A coarse timer wheel: one event-loop timer serves the heartbeats and time limits of all sessions.

Pure: the time is an argument. The resolution is one tick; a cancelled sleeper is not kept.
"""

from __future__ import annotations

from heapq import heappop, heappush
from math import ceil
from typing import Protocol


class Sleeper(Protocol):
    """An object that a timer wheel wakes.

    Attributes:
        wheel_slot: the tick it is scheduled for; 0 if it is not scheduled.
    """

    wheel_slot: int

    def wake(self, now: float) -> float | None:
        """Do what is due at `now` (seconds); return the time of the next call, or None for never."""


class TimerWheel:
    """Sleepers by the tick at which they are due; each is scheduled at most once.

    Args:
        tick: the resolution in seconds.
    """

    __slots__ = ("_order", "_slots", "_tick")

    def __init__(self, tick: float) -> None:
        self._tick = tick
        self._slots: dict[int, set[Sleeper]] = {}
        self._order: list[int] = []

    def __len__(self) -> int:
        """Return the number of scheduled sleepers."""
        return sum(map(len, self._slots.values()))

    def schedule(self, sleeper: Sleeper, at: float) -> bool:
        """Schedule a sleeper for `at` unless it is due earlier; return whether the next deadline is earlier now.

        A sleeper may be woken before `at` (an earlier request is kept), so `wake` checks what is due.
        """
        slot = ceil(at / self._tick)
        if sleeper.wheel_slot:
            if sleeper.wheel_slot <= slot:
                return False
            self.cancel(sleeper)
        sleeper.wheel_slot = slot
        sleepers = self._slots.get(slot)
        if sleepers is not None:
            sleepers.add(sleeper)
            return False
        self._slots[slot] = {sleeper}
        earlier = not self._order or slot < self._order[0]
        heappush(self._order, slot)
        return earlier

    def cancel(self, sleeper: Sleeper) -> None:
        """Remove a sleeper; nothing happens if it is not scheduled."""
        sleepers = self._slots.get(sleeper.wheel_slot)
        if sleepers is not None:
            sleepers.discard(sleeper)
        sleeper.wheel_slot = 0

    def next_deadline(self) -> float | None:
        """Return the time at which `advance` is to be called next, or None if nothing is scheduled."""
        return self._order[0] * self._tick if self._order else None

    def advance(self, now: float) -> None:
        """Wake all sleepers that are due, and schedule those again that return a time."""
        while self._order and self._order[0] * self._tick <= now:
            slot = heappop(self._order)
            for sleeper in self._slots.pop(slot):
                if sleeper.wheel_slot == slot:
                    sleeper.wheel_slot = 0
                    again = sleeper.wake(now)
                    if again is not None:
                        self.schedule(sleeper, max(again, now + self._tick / 2))

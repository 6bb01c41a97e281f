"""Which room is due when: a heap that forgives old filings; it has no clock and knows rooms by their code only."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import Final

from paddock.domain.ids import Millis, RoomId

_SLACK: Final = 64


class DueIndex:
    """The next due time of each room that has one."""

    __slots__ = ("_due", "_heap")

    def __init__(self) -> None:
        self._due: dict[RoomId, Millis] = {}
        self._heap: list[tuple[Millis, RoomId]] = []

    def file(self, room: RoomId, due: Millis | None) -> None:
        """File a room under another time, or under none."""
        if due is None:
            self._due.pop(room, None)
        elif self._due.get(room) != due:
            self._due[room] = due
            heappush(self._heap, (due, room))
        # Every commit moves the time at which a room expires, so filings that no longer hold pile up far in the future.
        if len(self._heap) > 2 * len(self._due) + _SLACK:
            self._heap = [(at, name) for name, at in self._due.items()]
            heapify(self._heap)

    def due(self, now: Millis, limit: int) -> tuple[RoomId, ...]:
        """Give rooms due at or before `now`, longest due first; they stay filed."""
        found: dict[RoomId, Millis] = {}
        while len(found) < limit and self._heap and self._heap[0][0] <= now:
            at, room = heappop(self._heap)
            if self._due.get(room) == at:
                found[room] = at
        for room, at in found.items():
            heappush(self._heap, (at, room))
        return tuple(found)

    def next_due(self) -> Millis | None:
        """Give the earliest due time of any room."""
        while self._heap and self._due.get(self._heap[0][1]) != self._heap[0][0]:
            heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def filings(self) -> int:
        """Count the filings remembered, those that hold no more included."""
        return len(self._heap)

"""A draft: events decided so far and the room they lead to, so that a later decision sees the earlier ones."""

from __future__ import annotations

from paddock.domain.events import Event
from paddock.domain.evolve import evolve
from paddock.domain.ids import Millis
from paddock.domain.room import Room


class Draft:
    """Collects the events of one decision; `room` is always the room as they leave it."""

    def __init__(self, room: Room, now: Millis) -> None:
        self.room = room
        self.now = now
        self._events: list[Event] = []

    def add(self, *events: Event) -> None:
        """Decide that these happen, in this order."""
        for event in events:
            self.room = evolve(self.room, event, self.now)
            self._events.append(event)

    @property
    def events(self) -> tuple[Event, ...]:
        """What has been decided."""
        return tuple(self._events)

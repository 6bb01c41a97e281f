"""One followed room: what was heard of it becomes a row of entries without holes or repetitions; pure memory.

A position is place and version: the place tells a room from an earlier one of the same code, and a later room has a
higher place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import structlog
from msgspec import Struct

from paddock.domain.events import Entry
from paddock.domain.ids import RoomId
from paddock.stores.change import numbered
from paddock.stores.codec import Undecodable, decode_entry

log = structlog.get_logger("paddock.stores.redis")

MOST_HELD: Final = 1024
"""Entries that wait for the ones before them; beyond it they are fetched from the log, too."""


class Position(Struct, frozen=True, order=True):
    """How far a room has been delivered."""

    place: int
    version: int


class Question(Struct, frozen=True):
    """Where a room was when the store was asked: delivered up to `position`, heard (but held) up to `heard`."""

    position: Position | None
    heard: Position | None


class Following:
    """Delivers the entries of one room in order; `doubtful` means that it has to be compared with the store."""

    __slots__ = ("_deliver", "_held", "_room", "doubtful", "position")

    def __init__(self, room: RoomId, deliver: Callable[[RoomId, Entry], None]) -> None:
        self._room = room
        self._deliver = deliver
        self._held: dict[Position, bytes] = {}
        self.position: Position | None = None
        self.doubtful = False

    def place(self, position: Position) -> None:
        """Begin after this position, unless it is known already where to begin."""
        if self.position is None:
            self.position = position
            held, self._held = self._held, {}
            for heard in sorted(held):
                self.hear(heard, held[heard])

    def hear(self, position: Position, body: bytes) -> None:
        """Take an entry off the feed: deliver it, hold it, or let it go as known."""
        known = self.position
        if known is None:
            self._hold(position, body)
            return
        if position.place > known.place:
            # The room before is gone, and its successor begins.
            known = self.position = Position(position.place, 0)
        if position <= known:
            return
        if position.version == known.version + 1:
            self._give(position, body)
            self._drain()
        else:
            self._hold(position, body)
            self.doubtful = True

    def ask(self) -> Question:
        """Give what has to be known to make sense of the store's answer; doubts from now on need another question."""
        self.doubtful = False
        return Question(self.position, max(self._held, default=None))

    def gone(self, question: Question) -> None:
        """Take it from the store that there is no such room: it begins with its first entry, or has ended."""
        self.place(Position(0, 0))
        if question.heard is not None:
            # What is missing before these is gone with the room.
            self._held = {position: body for position, body in self._held.items() if position > question.heard}

    def compare(self, question: Question, there: Position, entries: list[bytes] | None) -> None:
        """Take what the store says: where the room is, and its entries after the position of the question.

        `entries` is None when some are gone. More may have been heard since the question.
        """
        if question.heard is not None and question.heard > there:
            # What had been heard before the store was asked is newer than what it has: it lost it.
            self._held.clear()
        asked_at = question.position
        if asked_at is None or self.position is None:
            self.place(there)
            # It may have been placed meanwhile, further back than the store is: what lies between has to be asked for.
            if self.position is not None and self.position < there:
                self.doubtful = True
        elif there.place > asked_at.place:
            if self.position.place < there.place:
                self.position = Position(there.place, 0)
                self.doubtful = True
        elif there < asked_at:
            log.error("feed.went_back", room=self._room, version=there.version, heard=asked_at.version)
            self.position = there
            self._held.clear()
        elif entries is None:
            log.warning("feed.hole", room=self._room, after=asked_at.version, version=there.version)
            self.position = max(self.position, there)
            self._drain()
        else:
            for number, body in enumerate(entries, asked_at.version + 1):
                if self.position == Position(there.place, number - 1):
                    self._give(Position(there.place, number), body)
            self._drain()
        if self._held:
            self.doubtful = True

    def _hold(self, position: Position, body: bytes) -> None:
        if len(self._held) >= MOST_HELD:
            self._held.clear()
            self.doubtful = True
        self._held[position] = body

    def _drain(self) -> None:
        """Deliver what was held and is next now; let go of what is known."""
        while self._held and self.position is not None:
            following = Position(self.position.place, self.position.version + 1)
            body = self._held.pop(following, None)
            if body is None:
                known = self.position
                self._held = {position: body for position, body in self._held.items() if position > known}
                return
            self._give(following, body)

    def _give(self, position: Position, body: bytes) -> None:
        self.position = position
        try:
            entry = numbered(decode_entry(body), position.version)
        except Undecodable as error:
            log.error("feed.entry_unreadable", room=self._room, version=position.version, reason=str(error))
            return
        self._deliver(self._room, entry)

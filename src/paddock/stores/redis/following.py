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
from paddock.domain.ids import Millis, RoomId
from paddock.stores.change import numbered
from paddock.stores.codec import Undecodable, decode_entry

log = structlog.get_logger("paddock.stores.redis")

MOST_HELD: Final = 1024
"""Entries that wait for the ones before them; beyond it they are fetched from the log, too."""


class Position(Struct, frozen=True, order=True):
    """How far a room has been delivered."""

    place: int
    version: int

    def next(self) -> Position:
        """The position of the next entry of the same room."""
        return Position(self.place, self.version + 1)


class Question(Struct, frozen=True):
    """Where a room was when the store was asked: delivered up to `position`, heard (but held) up to `heard`."""

    position: Position | None
    heard: Position | None


class Following:
    """Delivers the entries of one room in order; `doubtful` means that it has to be compared with the store.

    `behind` is called when the store turns out to have less than was delivered. Entries that nobody can give any more
    are stood for by one entry without events, under the newest version, so that whoever listens notices the hole.
    `doubts` are the rooms of all that are doubtful, so that nobody has to look through all there are.
    """

    __slots__ = ("_behind", "_deliver", "_doubts", "_held", "_room", "position")

    def __init__(
        self,
        room: RoomId,
        deliver: Callable[[RoomId, Entry], None],
        behind: Callable[[RoomId], None] | None = None,
        doubts: set[RoomId] | None = None,
    ) -> None:
        self._room = room
        self._deliver = deliver
        self._behind = behind
        self._held: dict[Position, Entry] = {}
        self._doubts = doubts if doubts is not None else set()
        self.position: Position | None = None

    @property
    def doubtful(self) -> bool:
        """Whether the room has to be compared with the store."""
        return self._room in self._doubts

    @doubtful.setter
    def doubtful(self, is_so: bool) -> None:
        if is_so:
            self._doubts.add(self._room)
        else:
            self._doubts.discard(self._room)

    def place(self, position: Position) -> None:
        """Begin after this position, unless it is known already where to begin."""
        if self.position is None:
            self.position = position
            self._sort()

    def go_on(self, position: Position) -> None:
        """Go on after this position: up to it was delivered by other means, and whatever was given beyond it was not.

        What was given in vain is asked for again.
        """
        if self.position is not None and position < self.position:
            self.doubtful = True
        self.position = position
        self._sort()

    def hear(self, position: Position, body: bytes) -> None:
        """Take an entry off the feed: deliver it, hold it, or let it go as known.

        Only the store can say that a room was made anew, or that what cannot be read is what it keeps.
        """
        known = self.position
        if known is not None and position <= known:
            return
        entry = self._read(position, body)
        if entry is None:
            self.doubtful = True
        elif known is not None and position.place == known.place and position.version == known.version + 1:
            self._give(position, entry)
            if self._held:
                self._sort()
        else:
            self._hold(position, entry)

    def ask(self) -> Question:
        """Give what has to be known to make sense of the store's answer; doubts from now on need another question."""
        self.doubtful = False
        return Question(self.position, max(self._held, default=None))

    def gone(self, question: Question) -> None:
        """Take it from the store that there is no such room: it begins with its first entry, or has ended."""
        if question.position is not None and question.position.version > 0:
            self._fall_behind()
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
                self._sort()
                self.doubtful = self.doubtful or self.position < there
        elif there < asked_at:
            log.error("feed.went_back", room=self._room, version=there.version, heard=asked_at.version)
            self.position = there
            self._held.clear()
            self._fall_behind()
        elif entries is None:
            log.warning("feed.hole", room=self._room, after=asked_at.version, version=there.version)
            if self.position < there:
                self._give(there, Entry(there.version, Millis(0), ()))
            self._sort()
        else:
            for number, body in enumerate(entries, asked_at.version + 1):
                position = Position(there.place, number)
                if position == self.position.next():
                    self.position = position
                    entry = self._read(position, body)
                    if entry is not None:
                        self._give(position, entry)
            self._sort()
        if self._held:
            self.doubtful = True

    def _hold(self, position: Position, entry: Entry) -> None:
        if len(self._held) >= MOST_HELD:
            self._held.clear()
        self._held[position] = entry
        if self.position is not None:
            self.doubtful = True

    def _sort(self) -> None:
        """Deliver what was held and is next now, and let go of what is known."""
        while self._held and self.position is not None:
            following = self.position.next()
            entry = self._held.pop(following, None)
            if entry is None:
                known = self.position
                self._held = {position: entry for position, entry in self._held.items() if position > known}
                self.doubtful = self.doubtful or bool(self._held)
                return
            self._give(following, entry)

    def _fall_behind(self) -> None:
        if self._behind is not None:
            self._behind(self._room)

    def _give(self, position: Position, entry: Entry) -> None:
        self.position = position
        self._deliver(self._room, entry)

    def _read(self, position: Position, body: bytes) -> Entry | None:
        try:
            return numbered(decode_entry(body), position.version)
        except Undecodable as error:
            log.error("feed.entry_unreadable", room=self._room, version=position.version, reason=str(error))
            return None

"""The replica of one room: what is needed to continue the room if Redis is lost, kept up from its feed, in memory.

In normal operation this costs an append per entry: nothing is decoded or evolved before the room is needed.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from paddock.domain.chat import KEPT
from paddock.domain.events import Entry, Said, is_talk
from paddock.domain.evolve import evolve
from paddock.domain.finished import FinishedRace
from paddock.domain.ids import Millis
from paddock.domain.room import Room
from paddock.stores.change import mark, numbered
from paddock.stores.contract import Known, Stored
from paddock.stores.redis.packed import PackedRoom
from paddock.stores.whole import WholeRoom, commands_of

HISTORY: Final = 32
"""Entries from before the replica that are read: a client that reconnects without Redis has seldom missed more."""
TAIL: Final = 128
"""Entries that are kept; at twice as many the room is read again, and older ones are dropped."""
COMMANDS: Final = 512
"""Commands from before these entries that are known: a client without an answer repeats its command in seconds."""
MOST: Final = 8 * TAIL
"""At as many entries, if the room cannot be read again, they are evolved into the snapshot here, at a higher cost."""
FRESH_S: Final = 5.0
"""After this time the client has repeated a change that was not answered, or has given up."""


class EntryOrder(Enum):
    """How an entry from the feed follows the entries before it."""

    NEXT = auto()
    KNOWN = auto()
    GAP = auto()
    """Entries before it are missing, or it stands for missing ones."""


class UnansweredChange(Struct, frozen=True):
    """A change of this node that Redis did not answer: it may have been made. `room` is None for talk.

    `tried` is when, in seconds of the event loop's time.
    """

    entry: Entry
    room: Room | None
    race: FinishedRace | None
    tried: float


class Replica:
    """A room as this node knows it; `delivered` is the version that its subscribers have, None if unknown."""

    __slots__ = ("_acknowledged", "_base", "_snapshot", "_tail", "_unanswered", "delivered")

    def __init__(self, base: PackedRoom | WholeRoom, delivered: int | None) -> None:
        self._base = base
        self._tail: list[Entry] = []
        self._snapshot: Known | None = None
        self._acknowledged: dict[int, Entry] = {}
        self._unanswered: UnansweredChange | None = None
        self.delivered = delivered

    @property
    def newest(self) -> int:
        """The highest version known of, delivered or not."""
        return max(
            self._base.version,
            self.delivered or 0,
            self._snapshot.version if self._snapshot is not None else 0,
            max(self._acknowledged, default=0),
        )

    def hear(self, entry: Entry) -> EntryOrder:
        """Apply an entry from the feed."""
        version = entry.version
        if self.delivered is not None and version <= self.delivered:
            return EntryOrder.KNOWN
        is_gap = (self.delivered is not None and version != self.delivered + 1) or not entry.events
        self.delivered = version
        self._unanswered = None
        self._acknowledged.pop(version, None)
        if is_gap:
            return EntryOrder.GAP
        if version > self._base.version:
            if version != self._base.version + len(self._tail) + 1:
                return EntryOrder.GAP
            self._tail.append(entry)
            if len(self._tail) >= MOST:
                self.whole()
        return EntryOrder.NEXT

    @property
    def long(self) -> bool:
        """Whether the room should be read again (`renew`), so that the replica takes less memory."""
        return len(self._tail) >= 2 * TAIL

    def renew(self, base: PackedRoom) -> None:
        """Replace the base of the replica by the room as it was read again."""
        if base.version <= self._base.version or base.version > self._base.version + len(self._tail):
            return
        self._tail = self._tail[base.version - self._base.version :]
        self._base = base

    def learn(self, found: Known) -> None:
        """Note a snapshot that was read or saved just now."""
        self._unanswered = None
        if self._snapshot is None or found.version >= self._snapshot.version:
            self._snapshot = found

    def known(self) -> Known | None:
        """Return the newest snapshot, evolved by the entries since; None if there is none, or it has no mark."""
        known = self._snapshot
        if known is None or not known.mark or known.version < self._base.version:
            return None
        news = self._tail[known.version - self._base.version :]
        if news:
            room, last = known.room, known.mark
            for entry in news:
                if not is_talk(entry.events):
                    room, last = apply_entry(room, entry), mark(entry)
            known = self._snapshot = Known(news[-1].version, room, last)
        return known

    def note_unanswered(self, change: UnansweredChange) -> None:
        """Note a change that was not answered; the next entry or snapshot shows whether it was made."""
        self._unanswered = change

    def resume(self, now: float) -> tuple[WholeRoom, FinishedRace | None]:
        """Return the room to continue with, and the race that the unanswered change may have finished.

        An unanswered change counts as made. If Redis made it, both copies have the same entry; the client
        repeats it under the same id.

        Raises:
            Undecodable: this version of the program cannot read what Redis gave.
        """
        whole, change = self.whole(), self._unanswered
        self._unanswered = None
        if change is None or now - change.tried > FRESH_S:
            return whole, None
        if change.room is not None and change.entry.version != whole.version + 1:
            return whole, None
        entry = numbered(change.entry, whole.version + 1)
        self._base = _apply_entries(whole, Stored(whole.version, whole.room), [entry])
        if change.room is not None:
            self._base = replace(self._base, room=change.room)
        return self._base, change.race

    def acknowledge(self, entry: Entry) -> None:
        """Note an entry of this node that was saved; it may never come from the feed if Redis is lost now."""
        if self.delivered is None or entry.version > self.delivered:
            self._acknowledged[entry.version] = entry

    def whole(self) -> WholeRoom:
        """Return the room with every entry that was received or acknowledged.

        Raises:
            Undecodable: this version of the program cannot read what Redis gave.
        """
        base = self._base.read() if isinstance(self._base, PackedRoom) else self._base
        news = list(self._tail)
        version = base.version + len(news)
        while (acknowledged := self._acknowledged.get(version + 1)) is not None:
            news.append(acknowledged)
            version += 1
        stored = Stored(base.version, base.room)
        if self._snapshot is not None and self._snapshot.version > stored.version:
            stored = Stored(self._snapshot.version, self._snapshot.room)
        if stored.version > version:
            # What lies between was never heard: the snapshot counts, and the log begins after it.
            known = (*base.known(), *commands_of(news))[-COMMANDS:]
            made = WholeRoom(base.place, stored.version, stored.version, stored.room, (), base.chat, known)
        else:
            made = _apply_entries(base, stored, news)
        self._base, self._tail, self._snapshot = made, [], None
        return made


def _apply_entries(base: WholeRoom, stored: Stored, news: list[Entry]) -> WholeRoom:
    if not news:
        return base if stored.version == base.version else replace(base, room=stored.room)
    room = stored.room
    for entry in news:
        if entry.version > stored.version:
            room = apply_entry(room, entry)
    said = [event.message for entry in news for event in entry.events if isinstance(event, Said)]
    entries = (*base.entries, *news)
    return WholeRoom(
        base.place,
        news[-1].version,
        max((entry.version for entry in news if not is_talk(entry.events)), default=base.ruled),
        room,
        entries[-TAIL:],
        (*base.chat, *said)[-KEPT:],
        (*base.commands, *commands_of(entries[:-TAIL]))[-COMMANDS:],
    )


def apply_entry(room: Room, entry: Entry) -> Room:
    """Return a room evolved by an entry."""
    for event in entry.events:
        room = evolve(room, event, entry.at)
    return room


def gap_entry(version: int) -> Entry:
    """Return an entry without events, for entries that are lost: a client at another version has missed some."""
    return Entry(version, Millis(0), ())

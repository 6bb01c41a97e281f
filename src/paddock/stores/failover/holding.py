"""One room held in reserve: what is needed to go on with it when Redis is lost, kept up from its feed; pure memory.

While all is well this costs an append per entry: nothing is decoded or evolved before somebody needs the room.
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
"""Entries from before a room was held: whoever reconnects while Redis is away has seldom missed more."""
TAIL: Final = 128
"""Entries that are kept of what was heard; of twice as many the older ones are let go by reading the room anew."""
COMMANDS: Final = 512
"""Commands from before those entries that are known: whoever was not answered asks again within seconds."""
MOST: Final = 8 * TAIL
"""When it cannot be read anew, as many are folded into the snapshot here, which costs much more."""


FRESH_S: Final = 5.0
"""A change that was not answered longer ago than this has been asked for again, or given up."""


class Heard(Enum):
    """What an entry off the feed is to a room."""

    NEXT = auto()
    KNOWN = auto()
    HOLE = auto()
    """Something before it is missing, or it stands for what is missing."""


class Attempt(Struct, frozen=True):
    """A change of this node that Redis did not answer: it may have been made. `room` is None for talk.

    `tried` is when, in seconds of the event loop's time.
    """

    entry: Entry
    room: Room | None
    race: FinishedRace | None
    tried: float


class Holding:
    """A room as this node knows it. `delivered` is the version that its subscribers have come to; None: not known."""

    __slots__ = ("_acknowledged", "_attempt", "_base", "_snapshot", "_tail", "delivered")

    def __init__(self, base: PackedRoom | WholeRoom, delivered: int | None) -> None:
        self._base = base
        self._tail: list[Entry] = []
        self._snapshot: Known | None = None
        self._acknowledged: dict[int, Entry] = {}
        self._attempt: Attempt | None = None
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

    def hear(self, entry: Entry) -> Heard:
        """Take an entry off the feed."""
        version = entry.version
        if self.delivered is not None and version <= self.delivered:
            return Heard.KNOWN
        hole = (self.delivered is not None and version != self.delivered + 1) or not entry.events
        self.delivered = version
        self._attempt = None
        self._acknowledged.pop(version, None)
        if hole:
            return Heard.HOLE
        if version > self._base.version:
            if version != self._base.version + len(self._tail) + 1:
                return Heard.HOLE
            self._tail.append(entry)
            if len(self._tail) >= MOST:
                self.whole()
        return Heard.NEXT

    @property
    def long(self) -> bool:
        """Whether the room should be read anew (`renew`), so that what was heard of it takes less room."""
        return len(self._tail) >= 2 * TAIL

    def renew(self, base: PackedRoom) -> None:
        """Go on from the room as it was read anew."""
        if base.version <= self._base.version or base.version > self._base.version + len(self._tail):
            return
        self._tail = self._tail[base.version - self._base.version :]
        self._base = base

    def learn(self, found: Known) -> None:
        """Take a snapshot that was read or kept just now."""
        self._attempt = None
        if self._snapshot is None or found.version >= self._snapshot.version:
            self._snapshot = found

    def known(self) -> Known | None:
        """Give the newest snapshot led on by what was heard since; None when there is none, or it has no mark."""
        known = self._snapshot
        if known is None or not known.mark or known.version < self._base.version:
            return None
        news = self._tail[known.version - self._base.version :]
        if news:
            room, last = known.room, known.mark
            for entry in news:
                if not is_talk(entry.events):
                    room, last = led_on(room, entry), mark(entry)
            known = self._snapshot = Known(news[-1].version, room, last)
        return known

    def attempted(self, attempt: Attempt) -> None:
        """Take a change that was not answered; whatever is heard or read next tells whether it was made."""
        self._attempt = attempt

    def settle(self, now: float) -> tuple[WholeRoom, FinishedRace | None]:
        """Give the room to go on with by oneself, and a race that may have finished in it at the last moment.

        A change that was not answered counts as made: then it does not matter whether it was. If it was, Redis has the
        same entry; and whoever asked for it asks again under the same id.

        Raises:
            Undecodable: this version of the program cannot read what Redis gave.
        """
        whole, attempt = self.whole(), self._attempt
        self._attempt = None
        if attempt is None or now - attempt.tried > FRESH_S:
            return whole, None
        if attempt.room is not None and attempt.entry.version != whole.version + 1:
            return whole, None
        entry = numbered(attempt.entry, whole.version + 1)
        self._base = _led_on(whole, Stored(whole.version, whole.room), [entry])
        if attempt.room is not None:
            self._base = replace(self._base, room=attempt.room)
        return self._base, attempt.race

    def acknowledge(self, entry: Entry) -> None:
        """Take an entry of this node that is kept, and may never be heard if Redis is lost now."""
        if self.delivered is None or entry.version > self.delivered:
            self._acknowledged[entry.version] = entry

    def whole(self) -> WholeRoom:
        """Give the room as it is, with everything that was heard or acknowledged.

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
            made = _led_on(base, stored, news)
        self._base, self._tail, self._snapshot = made, [], None
        return made


def _led_on(base: WholeRoom, stored: Stored, news: list[Entry]) -> WholeRoom:
    if not news:
        return base if stored.version == base.version else replace(base, room=stored.room)
    room = stored.room
    for entry in news:
        if entry.version > stored.version:
            room = led_on(room, entry)
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


def led_on(room: Room, entry: Entry) -> Room:
    """Give a room as an entry leaves it."""
    for event in entry.events:
        room = evolve(room, event, entry.at)
    return room


def hole(version: int) -> Entry:
    """Give what stands for entries that cannot be given: whoever is not at this version has missed something."""
    return Entry(version, Millis(0), ())

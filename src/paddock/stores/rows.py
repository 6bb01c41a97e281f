"""What one change writes to the journal, as rows, and how the changes of a moment become one batch; no SQL, no threads.

Bodies are JSON, encoded once by the codec and carried through as they are.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec.json import Encoder

from paddock.domain.ids import CommandKey, Millis, RaceId, RoomId

_encode: Final = Encoder().encode
OVERHEAD: Final = 256
"""Bytes a change costs beyond its bodies, roughly; it only keeps the count of small changes bounded."""


class RoomRow(Struct, frozen=True):
    """A snapshot as it was after the entry `ruled`; talk since then raised the room's version, but is no part of it.

    `place` names the room within the journal and is never used again, so that an old room and a new one of the same
    code are never mixed up.
    """

    place: int
    code: RoomId
    ruled: int
    due: Millis | None
    schema: int
    summary: bytes | None
    snapshot: bytes


class EntryRow(Struct, frozen=True):
    """One entry of a room's log, or, with a version below 1 and no body, a command whose entry is not known."""

    place: int
    version: int
    command: CommandKey | None
    body: bytes


class MessageRow(Struct, frozen=True):
    """One chat message; `turn` counts from 0 within its entry."""

    place: int
    version: int
    turn: int
    body: bytes


class RaceRow(Struct, frozen=True):
    """One finished race; it outlives its room."""

    race: RaceId
    code: RoomId
    at: Millis
    body: bytes


class Trim(Struct, frozen=True):
    """Entries of a room up to `log`, and messages up to `chat`, can go; versions, 0 for none."""

    place: int
    log: int
    chat: int


class Rows(Struct, frozen=True):
    """All rows of one change: they are kept together or not at all.

    `entries` are those of a room that came from another store. `sessions` maps a token's hash to its session, None to
    remove it; `gone` is the place of a room to remove with its log and chat; `races_before` allows recorded races from
    before that moment to go.
    """

    room: RoomRow | None = None
    entry: EntryRow | None = None
    entries: tuple[EntryRow, ...] = ()
    messages: tuple[MessageRow, ...] = ()
    race: RaceRow | None = None
    races_before: Millis | None = None
    trim: Trim | None = None
    gone: int | None = None
    sessions: tuple[tuple[str, bytes | None], ...] = ()
    recorded: tuple[RaceId, ...] = ()

    def weight(self) -> int:
        """The bytes this change takes up while it waits, roughly."""
        weight = OVERHEAD
        if self.room is not None:
            weight += len(self.room.snapshot)
        if self.entry is not None:
            weight += len(self.entry.body)
        weight += sum(len(entry.body) for entry in self.entries)
        if self.race is not None:
            weight += len(self.race.body)
        return weight


class Batch:
    """The changes of a moment, merged: a room or session that changed several times is written once."""

    __slots__ = (
        "_before",
        "_entries",
        "_gone",
        "_messages",
        "_races",
        "_recorded",
        "_rooms",
        "_sessions",
        "_trims",
    )

    def __init__(self) -> None:
        self._rooms: dict[int, RoomRow] = {}
        self._entries: list[EntryRow] = []
        self._messages: list[MessageRow] = []
        self._races: list[RaceRow] = []
        self._before: Millis | None = None
        self._trims: list[Trim] = []
        self._gone: set[int] = set()
        self._sessions: dict[str, bytes | None] = {}
        self._recorded: list[RaceId] = []

    def add(self, rows: Rows) -> None:
        """Merge one change into the batch; changes are added in the order in which they were made."""
        if rows.room is not None:
            self._rooms[rows.room.place] = rows.room
        if rows.entry is not None:
            self._entries.append(rows.entry)
        if rows.entries:
            self._entries.extend(rows.entries)
        if rows.messages:
            self._messages.extend(rows.messages)
        if rows.race is not None:
            self._races.append(rows.race)
        if rows.races_before is not None:
            self._before = rows.races_before
        if rows.trim is not None:
            self._trims.append(rows.trim)
        if rows.gone is not None:
            self._gone.add(rows.gone)
        if rows.sessions:
            self._sessions.update(rows.sessions)
        if rows.recorded:
            self._recorded.extend(rows.recorded)

    def columns(self) -> tuple[bytes | int | None, ...]:
        """Give the batch as the columns of `tables.WRITE`, in their order: lists in JSON, None for an empty one.

        Bodies come last, in one piece, and rows say where in it they are: SQLite then has next to no JSON to read.
        """
        gone = self._gone
        bodies = _Bodies()
        put = bodies.put
        rooms = [
            (row.place, row.code, row.ruled, row.due, row.schema, *put(row.summary), *put(row.snapshot))
            for row in self._rooms.values()
            if row.place not in gone
        ]
        entries = [
            (row.place, row.version, row.command, *put(row.body)) for row in self._entries if row.place not in gone
        ]
        messages = [
            (row.place, row.version, row.turn, *put(row.body)) for row in self._messages if row.place not in gone
        ]
        sessions = [(token, *put(body)) for token, body in self._sessions.items() if body is not None]
        dropped = [token for token, body in self._sessions.items() if body is None]
        races = [(row.race, row.code, row.at, *put(row.body)) for row in self._races]
        trims = [(trim.place, trim.log, trim.chat) for trim in self._trims]
        lists = (sorted(gone), rooms, entries, messages, sessions, dropped, races, self._recorded, trims)
        return (*(_encode(rows) if rows else None for rows in lists), self._before, b"".join(bodies.parts))


class _Bodies:
    """Bodies laid end to end."""

    __slots__ = ("_end", "parts")

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self._end = 1

    def put(self, body: bytes | None) -> tuple[int | None, int]:
        """Add a body and give where it begins, counted from 1 as SQLite does, and its length; no place for no body."""
        if body is None:
            return None, 0
        begin = self._end
        self._end += len(body)
        self.parts.append(body)
        return begin, len(body)

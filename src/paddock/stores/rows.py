"""What one change writes to the journal, as rows, and how the changes of a moment become one batch; no SQL, no threads.

Bodies are JSON encoded once by the codec and carried through as they are.
"""

from __future__ import annotations

from typing import Final

from msgspec import Raw, Struct
from msgspec.json import Encoder

from paddock.domain.ids import CommandId, Millis, RaceId, RoomId

_encode: Final = Encoder().encode
OVERHEAD: Final = 256
"""Bytes a change costs beyond its bodies, roughly; it only keeps the count of small changes bounded."""


class RoomRow(Struct, frozen=True, array_like=True):
    """A snapshot as it was after the entry `ruled`; talk since then raised the room's version, but is no part of it.

    `place` names the room within the journal and is never used again, so that an old room and a new one of the same
    code are never mixed up.
    """

    place: int
    code: RoomId
    ruled: int
    due: Millis | None
    schema: int
    summary: Raw | None
    snapshot: Raw


class EntryRow(Struct, frozen=True, array_like=True):
    """One entry of a room's log."""

    place: int
    version: int
    command: CommandId | None
    body: Raw


class MessageRow(Struct, frozen=True, array_like=True):
    """One chat message; `turn` counts from 0 within its entry."""

    place: int
    version: int
    turn: int
    body: Raw


class RaceRow(Struct, frozen=True, array_like=True):
    """One finished race; it outlives its room."""

    race: RaceId
    code: RoomId
    at: Millis
    body: Raw


class Trim(Struct, frozen=True, array_like=True):
    """Entries of a room up to `log`, and messages up to `chat`, can go; versions, 0 for none."""

    place: int
    log: int
    chat: int


class Rows(Struct, frozen=True):
    """All rows of one change: they are kept together or not at all.

    `sessions` maps a token's hash to its session, None to remove it; `gone` is the place of a room to remove with its
    log and chat; `races_before` allows recorded races from before that moment to go.
    """

    room: RoomRow | None = None
    entry: EntryRow | None = None
    messages: tuple[MessageRow, ...] = ()
    race: RaceRow | None = None
    races_before: Millis | None = None
    trim: Trim | None = None
    gone: int | None = None
    sessions: tuple[tuple[str, Raw | None], ...] = ()
    recorded: tuple[RaceId, ...] = ()

    def weight(self) -> int:
        """The bytes this change takes up while it waits, roughly."""
        bodies = [row.body for row in (self.entry, self.race) if row is not None]
        if self.room is not None:
            bodies.append(self.room.snapshot)
        return OVERHEAD + sum(memoryview(body).nbytes for body in bodies)


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
        self._sessions: dict[str, Raw | None] = {}
        self._recorded: list[RaceId] = []

    def add(self, rows: Rows) -> None:
        """Merge one change into the batch; changes are added in the order in which they were made."""
        if rows.room is not None:
            self._rooms[rows.room.place] = rows.room
        if rows.entry is not None:
            self._entries.append(rows.entry)
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
        """Give the batch as the columns of `tables.WRITE`, in their order: JSON lists, None for an empty one."""
        gone = self._gone
        return (
            _column(sorted(gone)),
            _column([row for row in self._rooms.values() if row.place not in gone]),
            _column([row for row in self._entries if row.place not in gone] if gone else self._entries),
            _column([row for row in self._messages if row.place not in gone] if gone else self._messages),
            _column([(token, body) for token, body in self._sessions.items() if body is not None]),
            _column([token for token, body in self._sessions.items() if body is None]),
            _column(self._races),
            _column(self._recorded),
            self._before,
            _column(self._trims),
        )


def _column(rows: object) -> bytes | None:
    return _encode(rows) if rows else None

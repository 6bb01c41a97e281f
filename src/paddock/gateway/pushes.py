"""Every message from the server that nobody asked for, typed; what is asked for is in `messages`.

Each is one Socket.IO event named by `messages.type_name(T)` with one argument, the object described by T
(connection-state recovery appends an offset).
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from paddock.domain.event_views import EntryView
from paddock.domain.ids import RaceId, RoomId
from paddock.domain.views import RoomSummary


class EntryMessage(EntryView, frozen=True, omit_defaults=True):
    """Events of the room with the version they led to; a client that sees a hole asks to catch up."""


class SegmentsMessage(Struct, frozen=True):
    """Pieces of the running race, at most 1.5 s ahead of the playing position.

    `pieces` is a flat row, five integers for each segment: lane, t ms, position mm, speed mm/s, code of the mood
    (`domain.mood`). They start after `since` and not after `until` (ms since the start); `since` is the `until` of the
    message before, -1 in the first, so that a client notices a lost one.
    """

    race: RaceId
    since: int
    until: int
    pieces: tuple[int, ...]


class LobbyChangedMessage(Struct, frozen=True):
    """The page of a look changed from `version` - 1 to `version`: what is new or other on it, and what is off it now.

    Rooms stand in the order of `opened_at`, the newest first, and by code those of the same millisecond.
    """

    look: int
    version: int
    changed: tuple[RoomSummary, ...]
    gone: tuple[RoomId, ...]
    total: int
    next: str | None


class MovedMessage(Struct, frozen=True):
    """The same seat was opened in another tab or device, which has it now; this connection ends."""


class ExpelledMessage(Struct, frozen=True):
    """The player is out of the room: `kicked`, `blocked`, `closed`, or `away` for longer than the grace."""

    reason: Literal["kicked", "blocked", "closed", "away"]


class ClosingMessage(Struct, frozen=True):
    """The server stops; come back after `retry_ms`."""

    retry_ms: int


class DegradedMessage(Struct, frozen=True):
    """The server is out of touch with the others and goes on by itself (also told on connecting), or no longer."""

    on: bool


class DelayedMessage(Struct, frozen=True):
    """Finished races wait to be recorded for ever, longer than usual (also told on connecting), or no longer."""

    on: bool


SERVER_MESSAGES: Final[tuple[type[Struct], ...]] = (
    EntryMessage,
    SegmentsMessage,
    LobbyChangedMessage,
    MovedMessage,
    ExpelledMessage,
    ClosingMessage,
    DegradedMessage,
    DelayedMessage,
)

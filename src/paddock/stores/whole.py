"""A room as a whole, as it is carried from one store to another: snapshot, newest entries, chat; it stores nothing."""

from __future__ import annotations

from msgspec import Struct

from paddock.domain.chat import ChatMessage
from paddock.domain.events import Entry
from paddock.domain.ids import RoomId
from paddock.domain.room import Room


class WholeRoom(Struct, frozen=True):
    """A room at a version.

    Attributes:
        place: tells the room from an earlier one of the same code; a later room has a higher place.
        version: of its newest entry.
        ruled: the version of its newest entry that is not talk.
        room: the snapshot.
        entries: the newest ones without a hole, up to `version`; not always all there were.
        chat: the kept messages, oldest first.
    """

    place: int
    version: int
    ruled: int
    room: Room
    entries: tuple[Entry, ...]
    chat: tuple[ChatMessage, ...]

    @property
    def code(self) -> RoomId:
        """The room's code."""
        return self.room.room

    @property
    def first(self) -> int:
        """The version before the oldest entry that can be given."""
        return self.version - len(self.entries)

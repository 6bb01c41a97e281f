"""A room as a whole, as it is carried from one store to another: snapshot, newest entries, chat; it stores nothing."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from paddock.domain.chat import ChatMessage
from paddock.domain.events import Entry
from paddock.domain.ids import RoomId
from paddock.domain.room import Room
from paddock.stores.change import numbered
from paddock.stores.codec import decode_entry, decode_message, decode_room


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


class PackedRoom(Struct, frozen=True):
    """A whole room as Redis gave it, unread: most of those held in reserve are never needed."""

    place: int
    version: int
    ruled: int
    snapshot: bytes
    schema: int
    entries: tuple[bytes, ...]
    chat: tuple[bytes, ...]
    """Each with the version of its entry before it, and a space."""

    def read(self) -> WholeRoom:
        """Decode it.

        Raises:
            Undecodable: this version of the program cannot read it.
        """
        first = self.version - len(self.entries)
        entries = tuple(numbered(decode_entry(body), first + 1 + at) for at, body in enumerate(self.entries))
        return WholeRoom(
            self.place,
            self.version,
            self.ruled,
            decode_room(self.snapshot, self.schema),
            entries,
            tuple(_message(line) for line in self.chat),
        )


def _message(line: bytes) -> ChatMessage:
    version, _, body = line.partition(b" ")
    return replace(decode_message(body), version=int(version))

"""A whole room as Redis gave it, unread: most of those that are held in reserve are never needed."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from paddock.domain.chat import ChatMessage
from paddock.domain.ids import CommandKey
from paddock.stores.change import numbered
from paddock.stores.codec import decode_entry, decode_message, decode_room
from paddock.stores.whole import Remembered, WholeRoom


class PackedRoom(Struct, frozen=True):
    """A room at a version, encoded; see `WholeRoom`."""

    place: int
    version: int
    ruled: int
    snapshot: bytes
    schema: int
    entries: tuple[bytes, ...]
    chat: tuple[bytes, ...]
    """Each with the version of its entry before it, and a space."""
    commands: tuple[bytes, ...] = ()
    """Those whose entries are not among `entries`, newest first, each followed by its version."""

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
            tuple(_command(*pair) for pair in zip(self.commands[::2], self.commands[1::2], strict=True))[::-1],
        )


def _message(line: bytes) -> ChatMessage:
    version, _, body = line.partition(b" ")
    return replace(decode_message(body), version=int(version))


def _command(command: bytes, version: bytes) -> Remembered:
    return CommandKey(command.decode()), int(float(version))

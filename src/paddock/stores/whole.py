"""A room as a whole, carried from one store to another: snapshot, newest entries, commands, chat; it stores nothing."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from paddock.domain.chat import ChatMessage
from paddock.domain.events import Entry
from paddock.domain.ids import CommandKey, RoomId
from paddock.domain.room import Room

Remembered = tuple[CommandKey, int]
"""A command that was applied, with a version that it is remembered under: of its entry, or of one after it."""


class WholeRoom(Struct, frozen=True):
    """A room at a version.

    Attributes:
        place: tells the room from an earlier one of the same code; a later room has a higher place.
        version: of its newest entry.
        ruled: the version of its newest entry that is not talk.
        room: the snapshot.
        entries: the newest ones without a hole, up to `version`; not always all there were.
        chat: the kept messages, oldest first.
        commands: those whose entries are not among `entries`, oldest first; not always all there were.
    """

    place: int
    version: int
    ruled: int
    room: Room
    entries: tuple[Entry, ...]
    chat: tuple[ChatMessage, ...]
    commands: tuple[Remembered, ...] = ()

    @property
    def code(self) -> RoomId:
        """The room's code."""
        return self.room.room

    def since(self, version: int) -> tuple[Entry, ...] | None:
        """Give the entries after a version; None when some are gone, or the room never came so far."""
        return self.entries[version - self.first :] if self.first <= version <= self.version else None

    @property
    def first(self) -> int:
        """The version before the oldest entry that can be given."""
        return self.version - len(self.entries)

    def known(self) -> tuple[Remembered, ...]:
        """Give every command that is known, those of the entries last."""
        return (*self.commands, *commands_of(self.entries))

    def applied(self, command: CommandKey) -> int | None:
        """Give the version that a command is remembered under, or None."""
        return next((version for known, version in self.known() if known == command), None)


def commands_of(entries: Iterable[Entry]) -> tuple[Remembered, ...]:
    """Give the commands that entries came from."""
    return tuple((entry.command, entry.version) for entry in entries if entry.command is not None)

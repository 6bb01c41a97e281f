"""The short log of one room: its newest entries without a hole, and which commands they came from; pure memory.

Kept are all entries of the last `LOG_KEPT_MS`, and in a quiet room `LOG_KEPT` at least, which is cheap and saves those
who were away for longer a fresh view; never more than about `LOG_MOST`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from paddock.domain.events import Entry
from paddock.domain.ids import CommandKey
from paddock.stores.contract import LOG_KEPT_MS, LOG_MOST

LOG_KEPT: Final = 64
TRIM_STEP: Final = 32
"""Entries are let go in groups of at least this many, so that trimming costs nothing most of the time."""


class RoomLog:
    """Entries with contiguous versions; the last one is the room's version."""

    __slots__ = ("_commands", "_earlier", "_entries", "_version")

    def __init__(self, version: int = 0) -> None:
        """Begin an empty log of a room at `version`."""
        self._entries: list[Entry] = []
        self._commands: dict[CommandKey, int] = {}
        self._earlier: dict[CommandKey, int] = {}
        self._version = version

    @classmethod
    def of(cls, version: int, entries: Sequence[Entry], commands: Iterable[tuple[CommandKey, int]] = ()) -> RoomLog:
        """Make the log of a room at `version` from its newest entries, which have no hole, and commands before them."""
        made = cls(version - len(entries))
        made._earlier.update(commands)
        for entry in entries:
            made.append(entry)
        return made

    @property
    def first(self) -> int:
        """The version before the oldest entry that can be given."""
        return self._version - len(self._entries)

    @property
    def version(self) -> int:
        """The version of the newest entry."""
        return self._version

    def remember(self, command: CommandKey, version: int) -> None:
        """Know a command whose entry cannot be given, with the version it led to, as long as any entry there is."""
        self._earlier[command] = version

    def earlier(self) -> tuple[tuple[CommandKey, int], ...]:
        """Give the commands whose entries cannot be given, oldest first, each with the version it led to."""
        return tuple(self._earlier.items())

    def broken(self, version: int) -> RoomLog:
        """Give an empty log at `version`, after a hole, that still knows this one's commands."""
        after = RoomLog(version)
        after._earlier = {**self._earlier, **self._commands}
        return after

    def append(self, entry: Entry) -> int | None:
        """Add the next entry; give the version up to which older ones were let go, or None.

        Raises:
            ValueError: the entry is not the next one.
        """
        if entry.version != self._version + 1:
            raise ValueError(f"entry {entry.version} does not follow version {self._version}")
        self._version = entry.version
        self._entries.append(entry)
        if entry.command is not None:
            self._commands[entry.command] = entry.version
        return self._trim()

    def since(self, version: int) -> tuple[Entry, ...] | None:
        """Give the entries after `version` in order; None when some are gone, or the room has not come so far."""
        oldest = self._version - len(self._entries)
        if not oldest <= version <= self._version:
            return None
        return tuple(self._entries[version - oldest :])

    def applied(self, command: CommandKey) -> int | None:
        """Give the version that a command led to, or None when it is not remembered."""
        version = self._commands.get(command)
        return version if version is not None else self._earlier.get(command)

    def _trim(self) -> int | None:
        entries = self._entries
        if len(entries) < LOG_KEPT + TRIM_STEP:
            return None
        # The moment of the newest entry stands for now: the log has no clock, and in a quiet room nothing presses.
        since = entries[-1].at - LOG_KEPT_MS
        if entries[TRIM_STEP - 1].at >= since and len(entries) <= LOG_MOST:
            return None
        most = len(entries) - LOG_KEPT
        extra = len(entries) - LOG_MOST
        count = TRIM_STEP
        while count < most and (count < extra or entries[count].at < since):
            count += 1
        # They came before all that goes now.
        self._earlier.clear()
        gone = entries[:count]
        del entries[:count]
        for entry in gone:
            if entry.command is not None:
                self._commands.pop(entry.command, None)
        return gone[-1].version

"""One live room in memory: what is kept of it, and, while something is being written, how far it has come beyond that.

Only what is kept is ever shown; the front is what the next change builds on.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from paddock.domain.chat import KEPT, ChatMessage
from paddock.domain.events import Entry, Said
from paddock.domain.ids import CommandKey
from paddock.stores.change import Snapshot
from paddock.stores.contract import Stored, StoreUnavailable
from paddock.stores.rows import Trim
from paddock.stores.saved import SavedRoom

Kept = asyncio.Future[None]
"""Done once a change is kept; fails with `StoreUnavailable` when it is lost."""
CHAT_TRIM_STEP: Final = 32
"""Messages beyond the kept ones that may lie in the journal before they are removed together."""


class Live:
    """A room as it is kept. `ruled` is the version of the newest entry that is not talk."""

    __slots__ = ("_chat_extra", "_trim", "chat", "filing", "log", "place", "ruled", "stored")

    def __init__(self, found: SavedRoom) -> None:
        self.place = found.place
        self.stored = found.stored
        self.filing = found.filing
        self.ruled = found.ruled
        self.log = found.log
        self.chat: deque[ChatMessage] = deque(found.chat, maxlen=KEPT)
        self._trim: Trim | None = None
        self._chat_extra = 0

    def take(self, entry: Entry, snapshot: Snapshot | None) -> None:
        """Go on to a kept entry; `snapshot` is None for talk, which leaves the room as it is."""
        log_trim = self.log.append(entry) or 0
        for event in entry.events:
            if isinstance(event, Said):
                self._chat_extra += len(self.chat) == KEPT
                self.chat.append(event.message)
        chat_trim = 0
        if self._chat_extra >= CHAT_TRIM_STEP:
            self._chat_extra = 0
            chat_trim = self.chat[0].version - 1
        if log_trim or chat_trim:
            self._trim = Trim(self.place, log_trim, chat_trim)
        if snapshot is None:
            self.stored = Stored(entry.version, self.stored.room)
        else:
            self.stored = Stored(entry.version, snapshot.room)
            self.filing = snapshot.filing
            self.ruled = entry.version

    def trim(self) -> Trim | None:
        """Give, once, what of log and chat the journal may remove with the next change."""
        trim, self._trim = self._trim, None
        return trim


class Front:
    """How far a room has come, changes on their way to the disk included; it lasts while there are any.

    `exists` is False from a forget on. A lost change takes all that follow it along, so a front never outlives a loss.
    """

    __slots__ = ("_newest", "_under_way", "commands", "exists", "place", "ruled", "version")

    def __init__(self, live: Live | None) -> None:
        self.exists = live is not None
        self.place = live.place if live is not None else 0
        self.version = live.stored.version if live is not None else 0
        self.ruled = live.ruled if live is not None else 0
        self.commands: dict[CommandKey, tuple[int, Kept]] = {}
        self._newest: Kept | None = None
        self._under_way = 0

    def begin(self, place: int) -> None:
        """Be a new room at this place."""
        self.exists = True
        self.place = place
        self.version = self.ruled = 0
        self.commands.clear()

    def advance(self, entry: Entry, kept: Kept, *, ruled: bool) -> None:
        """Go on to an entry that has been handed in; `ruled` says that it is more than talk."""
        self.version = entry.version
        if ruled:
            self.ruled = entry.version
        if entry.command is not None:
            self.commands[entry.command] = (entry.version, kept)
        self._hand_in(kept)

    def arrive(self, version: int, ruled: int, kept: Kept) -> None:
        """Be a room that came from another store at this version."""
        self.version = version
        self.ruled = ruled
        self._hand_in(kept)

    def end(self, kept: Kept) -> None:
        """Be no room any more."""
        self.exists = False
        self._hand_in(kept)

    def settle(self, command: CommandKey | None) -> bool:
        """Count one change as kept or lost; say whether it was the last one under way."""
        self._under_way -= 1
        if command is not None:
            self.commands.pop(command, None)
        return self._under_way == 0

    async def settled(self) -> None:
        """Wait until everything handed in so far is kept.

        Raises:
            StoreUnavailable: it is lost.
        """
        if self._newest is not None:
            await asyncio.shield(self._newest)

    def _hand_in(self, kept: Kept) -> None:
        self._newest = kept
        self._under_way += 1


def report(kept: Kept, show: Callable[[], None], error: StoreUnavailable | None) -> None:
    """Make a kept change visible and tell its maker, or tell them that it is lost."""
    if error is not None:
        kept.set_exception(error)
        return
    try:
        show()
    except Exception as fault:  # a fault of ours: its maker gets to see it, and nobody behind it is held up
        kept.set_exception(fault)
    else:
        kept.set_result(None)


def show_nothing() -> None:
    """Some changes are seen by nobody."""

"""An ear on a feed or on the room list: it remembers what it hears, and waits for a condition instead of for a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.waiting import LIMIT_S

from paddock.domain.events import Entry
from paddock.domain.ids import RoomId
from paddock.stores.contract import LobbyChange


class Ear:
    """Hears entries (as `ear.entry`) and changes of the room list (as `ear.change`)."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.rooms: list[RoomId] = []
        self.changes: list[LobbyChange] = []
        self._heard = asyncio.Event()

    @property
    def versions(self) -> list[int]:
        return [entry.version for entry in self.entries]

    def entry(self, room: RoomId, entry: Entry) -> None:
        self.rooms.append(room)
        self.entries.append(entry)
        self._heard.set()

    def change(self, change: LobbyChange) -> None:
        self.changes.append(change)
        self._heard.set()

    async def until(self, condition: Callable[[], bool], what: str = "what is waited for") -> None:
        """Wait until the condition holds, and look at it whenever something is heard.

        Raises:
            AssertionError: it did not hold in time; the message says what was heard instead.
        """
        try:
            async with asyncio.timeout(LIMIT_S):
                while not condition():
                    self._heard.clear()
                    await self._heard.wait()
        except TimeoutError:
            heard = f"versions {self.versions[-20:]} and {len(self.changes)} changes of the list"
            raise AssertionError(f"{what}: not within {LIMIT_S:g} s; heard {heard}") from None

    async def hear_version(self, version: int) -> None:
        await self.until(lambda: bool(self.entries) and self.entries[-1].version >= version, f"version {version}")

"""A lock for each room: changes share it, and moving the room between stores takes it exclusively, for a short time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from paddock.domain.ids import RoomId
from paddock.stores.contract import StoreUnavailable

WAIT_TIMEOUT_S: Final = 0.4
"""The longest that a call waits for a room that is being moved; then the client is told to try again."""
DRAIN_TIMEOUT_S: Final = 1.0
"""The longest that a move waits for changes under way, which take no longer than the time limit of a call."""


class MigrationLocks:
    """The locks of all rooms; a room without changes under way has no entry here."""

    def __init__(self) -> None:
        self._changes: dict[RoomId, int] = {}
        self._unlocked: dict[RoomId, asyncio.Event] = {}
        self._drained: dict[RoomId, asyncio.Event] = {}

    def is_locked(self, room: RoomId) -> bool:
        """Return whether a room is being moved; then `wait`."""
        return room in self._unlocked

    async def wait(self, room: RoomId) -> None:
        """Wait until a room is not being moved.

        Raises:
            StoreUnavailable: the move takes too long.
        """
        while (unlocked := self._unlocked.get(room)) is not None:
            try:
                async with asyncio.timeout(WAIT_TIMEOUT_S):
                    await unlocked.wait()
            except TimeoutError as error:
                raise StoreUnavailable(f"room {room} is changing stores") from error

    def begin_change(self, room: RoomId) -> None:
        """Take a share of the lock until `end_change`; the caller has waited before."""
        self._changes[room] = self._changes.get(room, 0) + 1

    def end_change(self, room: RoomId) -> None:
        """Give the share back."""
        left = self._changes[room] - 1
        if left:
            self._changes[room] = left
            return
        del self._changes[room]
        if room in self._drained:
            self._drained[room].set()

    @asynccontextmanager
    async def lock(self, room: RoomId) -> AsyncIterator[None]:
        """Block new changes, wait for those under way, and unlock at the end.

        Raises:
            StoreUnavailable: a change takes too long, or another move has the lock.
        """
        if room in self._unlocked:
            raise StoreUnavailable(f"room {room} is changing stores")
        unlocked = self._unlocked[room] = asyncio.Event()
        try:
            if room in self._changes:
                drained = self._drained[room] = asyncio.Event()
                async with asyncio.timeout(DRAIN_TIMEOUT_S):
                    await drained.wait()
            yield
        except TimeoutError as error:
            raise StoreUnavailable(f"room {room} is being changed") from error
        finally:
            self._drained.pop(room, None)
            del self._unlocked[room]
            unlocked.set()

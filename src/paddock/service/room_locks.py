"""Locks per room: commands of one room run one after the other in this process, so only nodes conflict with each other.

If the store does not answer the command that holds the lock, all commands that wait for the same lock fail at once.
Otherwise each of them would wait for the same store until its own timeout, one after the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from paddock.domain.ids import RoomId
from paddock.stores.contract import NotHome, StoreUnavailable

MAX_WAITING: Final = 512
"""Commands that hold or wait for the lock of one room; a further command is refused as `busy`."""


class TooManyWaitingError(Exception):
    """`MAX_WAITING` commands already hold or wait for the lock of this room."""


class _RoomLock:
    """The lock of one room, the number of its holders and waiters, and the failures of the store under it."""

    __slots__ = ("failures", "lock", "reason", "users")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.users = 0
        self.failures = 0
        self.reason = ""


class RoomLocks:
    """One lock per room in use; a lock without holder and waiters is removed."""

    def __init__(self) -> None:
        self._locks: dict[RoomId, _RoomLock] = {}

    @property
    def in_use(self) -> int:
        """Return the number of rooms whose lock is held or waited for."""
        return len(self._locks)

    @asynccontextmanager
    async def hold(self, room: RoomId) -> AsyncIterator[None]:
        """Wait for the lock of a room and hold it.

        Raises:
            TooManyWaitingError: if `MAX_WAITING` commands hold or wait for it already.
            StoreUnavailable: if the store did not answer a command that held it meanwhile.
        """
        entry = self._locks.get(room)
        if entry is None:
            entry = self._locks[room] = _RoomLock()
        if entry.users >= MAX_WAITING:
            raise TooManyWaitingError(room)
        entry.users += 1
        failures = entry.failures
        try:
            async with entry.lock:
                if entry.failures != failures:
                    raise StoreUnavailable(entry.reason)
                try:
                    yield
                except NotHome:
                    raise  # an answer of the store, which may be different for the next command
                except StoreUnavailable as error:
                    entry.failures += 1
                    entry.reason = str(error)
                    raise
        finally:
            entry.users -= 1
            if entry.users == 0:
                del self._locks[room]

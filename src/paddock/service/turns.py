"""Turns: commands of one room wait for each other in this process, so conflicts happen only between nodes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from paddock.domain.ids import RoomId

MAX_WAITING = 512
"""Commands that may wait for one room; beyond it the room is busy."""


class TooManyWaitingError(Exception):
    """More commands wait for this room than it takes."""


class Turns:
    """One lock per room that is in use, gone as soon as nobody waits for it."""

    def __init__(self) -> None:
        self._locks: dict[RoomId, tuple[asyncio.Lock, int]] = {}

    @property
    def waiting(self) -> int:
        """How many rooms somebody holds or waits for."""
        return len(self._locks)

    @asynccontextmanager
    async def of(self, room: RoomId) -> AsyncIterator[None]:
        """Wait for this room's turn and hold it.

        Raises:
            TooManyWaitingError: `MAX_WAITING` commands wait for the room already.
        """
        lock, users = self._locks.get(room, (None, 0))
        if users >= MAX_WAITING:
            raise TooManyWaitingError(room)
        lock = lock or asyncio.Lock()
        self._locks[room] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks[room]
            if users == 1:
                del self._locks[room]
            else:
                self._locks[room] = (lock, users - 1)

"""Turns: commands of one room wait for each other in this process, so conflicts happen only between nodes.

Whoever finds that the store does not answer says so to all who wait for the same room: they would ask the same store
one after the other, and each would wait as long as the one before.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from paddock.domain.ids import RoomId
from paddock.stores.contract import NotHome, StoreUnavailable

MAX_WAITING: Final = 512
"""Commands that may wait for one room; beyond it the room is busy."""


class TooManyWaitingError(Exception):
    """More commands wait for this room than it takes."""


class _Turn:
    """The lock of a room, who holds it or waits, and how often the store did not answer whoever held it."""

    __slots__ = ("failures", "lock", "reason", "users")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.users = 0
        self.failures = 0
        self.reason = ""


class Turns:
    """One lock per room that is in use, gone as soon as nobody waits for it."""

    def __init__(self) -> None:
        self._turns: dict[RoomId, _Turn] = {}

    @property
    def waiting(self) -> int:
        """How many rooms somebody holds or waits for."""
        return len(self._turns)

    @asynccontextmanager
    async def of(self, room: RoomId) -> AsyncIterator[None]:
        """Wait for this room's turn and hold it.

        Raises:
            TooManyWaitingError: `MAX_WAITING` commands wait for the room already.
            StoreUnavailable: the store did not answer somebody who held it meanwhile.
        """
        turn = self._turns.get(room)
        if turn is None:
            turn = self._turns[room] = _Turn()
        if turn.users >= MAX_WAITING:
            raise TooManyWaitingError(room)
        turn.users += 1
        failures = turn.failures
        try:
            async with turn.lock:
                if turn.failures != failures:
                    raise StoreUnavailable(turn.reason)
                try:
                    yield
                except NotHome:
                    raise  # said at once, and whoever comes next may be told otherwise
                except StoreUnavailable as error:
                    turn.failures += 1
                    turn.reason = str(error)
                    raise
        finally:
            turn.users -= 1
            if turn.users == 0:
                del self._turns[room]

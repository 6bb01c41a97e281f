"""A door per room: changes go through it, and it is shut while the room changes stores; nobody waits long at it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from paddock.domain.ids import RoomId
from paddock.stores.contract import StoreUnavailable

WAIT_S: Final = 0.4
"""What a player waits at most for a room that is changing stores; then they are told to ask again."""
LEAVE_S: Final = 1.0
"""A change takes no longer than the time limit of a call."""


class Doors:
    """Counts who is inside; a room that nobody changes costs nothing."""

    def __init__(self) -> None:
        self._inside: dict[RoomId, int] = {}
        self._shut: dict[RoomId, asyncio.Event] = {}
        self._left: dict[RoomId, asyncio.Event] = {}

    def is_shut(self, room: RoomId) -> bool:
        """Say whether a room is changing stores; then `wait`."""
        return room in self._shut

    async def wait(self, room: RoomId) -> None:
        """Wait until a room's door is open.

        Raises:
            StoreUnavailable: it takes too long.
        """
        while (shut := self._shut.get(room)) is not None:
            try:
                async with asyncio.timeout(WAIT_S):
                    await shut.wait()
            except TimeoutError as error:
                raise StoreUnavailable(f"room {room} is changing stores") from error

    def enter(self, room: RoomId) -> None:
        """Be inside, until `leave`; whoever comes here has waited."""
        self._inside[room] = self._inside.get(room, 0) + 1

    def leave(self, room: RoomId) -> None:
        """Be inside no more."""
        left = self._inside[room] - 1
        if left:
            self._inside[room] = left
            return
        del self._inside[room]
        if room in self._left:
            self._left[room].set()

    @asynccontextmanager
    async def shut(self, room: RoomId) -> AsyncIterator[None]:
        """Let nobody in, wait until the last one has left, and open again at the end.

        Raises:
            StoreUnavailable: somebody does not leave, or the door is shut by another.
        """
        if room in self._shut:
            raise StoreUnavailable(f"room {room} is changing stores")
        opened = self._shut[room] = asyncio.Event()
        try:
            if room in self._inside:
                left = self._left[room] = asyncio.Event()
                async with asyncio.timeout(LEAVE_S):
                    await left.wait()
            yield
        except TimeoutError as error:
            raise StoreUnavailable(f"room {room} is being changed") from error
        finally:
            self._left.pop(room, None)
            del self._shut[room]
            opened.set()

"""Presence: tells rooms who is connected, from what the gateway counts; a flicker of less than a second is not told.

It works by level, not by edge: what is told is the state when it is told, and what could not be told is told later.
"""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from paddock.domain.commands import ComeBack, GoAway
from paddock.domain.ids import PlayerId, RoomId
from paddock.service.rooms import Rooms
from paddock.stores.contract import StoreUnavailable

log = structlog.get_logger("paddock.presence")

Seat = tuple[RoomId, PlayerId]

FLICKER_S: Final = 1.0
"""A connection that is back within this time was never gone, as far as the others see."""
RETRY_S: Final = 1.0


class Presence:
    """Counts the connections of each player on this node."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._connections: dict[Seat, int] = {}
        self._untold: dict[Seat, float] = {}
        self._wake = asyncio.Event()

    async def arrived(self, room: RoomId, player: PlayerId) -> None:
        """Count one more connection and tell the room at once."""
        seat = (room, player)
        self._connections[seat] = self._connections.get(seat, 0) + 1
        self._untold.pop(seat, None)
        await self._tell(seat)

    def departed(self, room: RoomId, player: PlayerId) -> None:
        """Count one connection less; the room is told after `FLICKER_S` unless there is another."""
        seat = (room, player)
        left = self._connections.get(seat, 0) - 1
        if left > 0:
            self._connections[seat] = left
            return
        self._connections.pop(seat, None)
        self._untold[seat] = asyncio.get_running_loop().time() + FLICKER_S
        self._wake.set()

    def connected(self, room: RoomId, player: PlayerId) -> bool:
        """Say whether the player has a connection on this node."""
        return (room, player) in self._connections

    async def recover(self) -> None:
        """After a start nobody is connected yet: tell so for every member that a snapshot still shows as connected."""
        for code in await self._rooms.codes():
            stored = await self._rooms.load(code)
            if stored is None:
                continue
            for member in stored.room.members.values():
                if member.away_since is None:
                    await self._rooms.submit(code, GoAway(member.player))

    async def run(self) -> None:
        """Tell what has to be told until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            self._wake.clear()
            due = [seat for seat, at in self._untold.items() if at <= loop.time()]
            for seat in due:
                self._untold.pop(seat, None)
                await self._tell(seat)
            if not self._untold:
                await self._wake.wait()
            else:
                await asyncio.sleep(max(0.01, min(self._untold.values()) - loop.time()))

    async def _tell(self, seat: Seat) -> None:
        room, player = seat
        command = ComeBack(player) if seat in self._connections else GoAway(player)
        try:
            await self._rooms.submit(room, command)
        except StoreUnavailable:
            log.warning("presence.untold", room=room, player=player)
            self._untold[seat] = asyncio.get_running_loop().time() + RETRY_S
            self._wake.set()

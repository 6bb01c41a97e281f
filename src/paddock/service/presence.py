"""Presence: tells rooms who is connected, from what the gateway counts; a flicker of less than a second is not told.

It works by level, not by edge: what is told is the state when it is told, and what could not be told is told later.
A seat whose connection is on another node is that node's affair, until the node is no more.
"""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from paddock.domain.commands import ComeBack, GoAway
from paddock.domain.ids import PlayerId, RoomId
from paddock.service.rooms import Rooms
from paddock.stores.contract import HeldSeat, NodeStore, StoreUnavailable

log = structlog.get_logger("paddock.presence")

Seat = tuple[RoomId, PlayerId]

FLICKER_S: Final = 1.0
"""A connection that is back within this time was never gone, as far as the others see."""
RETRY_S: Final = 1.0
FROZEN_S: Final = 3.0
"""A loop that was late by more than this may have missed its lease."""
ORPHANS_S: Final = 1.0
"""How often the seats of dead nodes are looked for."""


class Presence:
    """Counts the connections of each player on this node; `nodes` is None when this is the only one."""

    def __init__(self, rooms: Rooms, nodes: NodeStore | None = None) -> None:
        self._rooms = rooms
        self._nodes = nodes
        self._connections: dict[Seat, int] = {}
        self._unreported: dict[Seat, float] = {}
        self._wake = asyncio.Event()

    async def arrived(self, room: RoomId, player: PlayerId) -> None:
        """Count one more connection and tell the room at once."""
        seat = (room, player)
        self._connections[seat] = self._connections.get(seat, 0) + 1
        self._unreported.pop(seat, None)
        await self._tell(seat)

    def departed(self, room: RoomId, player: PlayerId) -> None:
        """Count one connection less; the room is told after `FLICKER_S` unless there is another."""
        seat = (room, player)
        left = self._connections.get(seat, 0) - 1
        if left > 0:
            self._connections[seat] = left
            return
        self._connections.pop(seat, None)
        self._unreported[seat] = asyncio.get_running_loop().time() + FLICKER_S
        self._wake.set()

    def connected(self, room: RoomId, player: PlayerId) -> bool:
        """Say whether the player has a connection on this node."""
        return (room, player) in self._connections

    async def remind(self) -> None:
        """Tell anew of everybody who is connected here: others may have taken this node for dead."""
        for seat in list(self._connections):
            await self._tell(seat)

    async def recover(self) -> None:
        """After a start of the only node nobody is connected: tell so of every member who was."""
        if self._nodes is not None:
            return
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
            due = [seat for seat, at in self._unreported.items() if at <= loop.time()]
            for seat in due:
                self._unreported.pop(seat, None)
                await self._tell(seat)
            if not self._unreported:
                await self._wake.wait()
            else:
                await asyncio.sleep(max(0.01, min(self._unreported.values()) - loop.time()))

    async def adopt(self) -> None:
        """Tell for nodes that are no more that their players are away, until cancelled.

        A node that was frozen may have been taken for dead: when it goes on, it tells anew who is connected here.
        """
        loop = asyncio.get_running_loop()
        seen: frozenset[tuple[str, HeldSeat]] = frozenset()
        while self._nodes is not None:
            looked = loop.time()
            try:
                seen = await self._bury(self._nodes, seen)
            except StoreUnavailable:
                log.warning("presence.orphans_unavailable")
            await asyncio.sleep(ORPHANS_S)
            if loop.time() - looked > FROZEN_S:
                log.warning("presence.was_frozen", seconds=round(loop.time() - looked, 1))
                await self.remind()

    async def _bury(self, nodes: NodeStore, seen: frozenset[tuple[str, HeldSeat]]) -> frozenset[tuple[str, HeldSeat]]:
        """Tell of the seats that were orphans a look ago already (`seen`), and give those that are now.

        Players of a node that was told to end are on their way to another one: they get a moment, as after a flicker.
        """
        found = frozenset(await nodes.orphans())
        for node, seat in found & seen:
            if await self._holder(seat.room, seat.player) == node:
                await self._rooms.submit(seat.room, GoAway(seat.player))
                log.info("presence.orphan", room=seat.room, player=seat.player, node=node)
            await nodes.let_go(seat, node)
        return found - seen

    async def _tell(self, seat: Seat) -> None:
        room, player = seat
        here = seat in self._connections
        try:
            await self._note(room, player, here=here)
            if here:
                await self._rooms.submit(room, ComeBack(player))
            elif await self._holder(room, player) in {None, self._rooms.node}:
                await self._rooms.submit(room, GoAway(player))
        except StoreUnavailable:
            log.warning("presence.notify_failed", room=room, player=player)
            self._unreported[seat] = asyncio.get_running_loop().time() + RETRY_S
            self._wake.set()

    async def _note(self, room: RoomId, player: PlayerId, *, here: bool) -> None:
        """Let the other nodes know which seats are here, in case this one dies."""
        if self._nodes is not None:
            seat = HeldSeat(room, player)
            await (self._nodes.hold_seat(seat) if here else self._nodes.let_go(seat))

    async def _holder(self, room: RoomId, player: PlayerId) -> str | None:
        """Name the node that had a member's connection last; None when it was never noted, or there is no member."""
        stored = await self._rooms.load(room)
        member = stored.room.members.get(player) if stored is not None else None
        return (member.node or None) if member is not None else None

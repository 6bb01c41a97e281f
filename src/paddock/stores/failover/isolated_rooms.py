"""Rooms that continue in the local store of this node while Redis is unavailable, each from its replica.

Only the home node isolates a room. The home follows from the snapshot at the loss of Redis, so every node decides the
same, and the decision stands until Redis is back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from paddock.domain.events import Entry, RaceFinished
from paddock.domain.home import home
from paddock.domain.ids import RoomId
from paddock.domain.record import RaceRecord
from paddock.domain.room import Room
from paddock.stores.contract import CodeTaken, Filing, HeldSeat, NotHome, Session, Stored, StoreUnavailable, Unsubscribe
from paddock.stores.failover.migration_locks import MigrationLocks
from paddock.stores.failover.replicas import Replicas
from paddock.stores.local import LocalStore

log = structlog.get_logger("paddock.stores.failover")

AT_ONCE: Final = 64


class IsolatedRooms:
    """The isolated rooms of this node."""

    def __init__(
        self, local: LocalStore, replicas: Replicas, locks: MigrationLocks, node: str, filing: Callable[[Room], Filing]
    ) -> None:
        self._local = local
        self._replicas = replicas
        self._locks = locks
        self._node = node
        self._filing = filing
        self._subscriptions: dict[RoomId, Unsubscribe] = {}
        self.base_versions: dict[RoomId, int] = {}
        """The version in Redis that each room continued from; unknown for rooms of an earlier process."""

    def __contains__(self, room: RoomId) -> bool:
        return room in self._subscriptions

    def __len__(self) -> int:
        return len(self._subscriptions)

    def rooms(self) -> tuple[RoomId, ...]:
        """Return the codes of all isolated rooms."""
        return tuple(self._subscriptions)

    async def orphans(self) -> tuple[tuple[str, HeldSeat], ...]:
        """Return the seats that an earlier process had in the rooms of its journal."""
        rooms = [await self._local.load(room) for room in self._subscriptions.keys() - self.base_versions.keys()]
        return tuple(
            (member.node, HeldSeat(stored.room.room, member.player))
            for stored in rooms
            if stored is not None
            for member in stored.room.members.values()
            if member.away_since is None and member.node not in {"", self._node}
        )

    async def races(self, room: RoomId, limit: int) -> tuple[RaceRecord, ...]:
        """Return the newest races of a room that finished here or whose end is in the replica, newest first."""
        found = {record.card.race: record for record in await self._local.races(room, limit)}
        whole = self._replicas.whole(room)
        for entry in whole.entries if whole is not None else ():
            for event in entry.events:
                if isinstance(event, RaceFinished):
                    found.setdefault(event.record.card.race, event.record)
        return tuple(sorted(found.values(), key=lambda record: record.starts_at, reverse=True)[:limit])

    async def session_of(self, token: str) -> Session | None:
        """Return the session of a token from the members of isolated rooms and replicas, or None."""
        for code in {*self._replicas, *self._subscriptions}:
            stored = await self._local.load(code)
            whole = self._replicas.whole(code) if stored is None else None
            if whole is not None:
                stored = Stored(whole.version, whole.room)
            member = stored.room.by_token(token) if stored is not None else None
            if stored is not None and member is not None:
                return Session(code, member.player, member.node, stored.version)
        return None

    def is_at_home(self, room: RoomId) -> bool:
        """Return whether there is a replica of a room, and this node is its home."""
        whole = self._replicas.whole(room)
        return whole is not None and home(whole.room) == self._node

    async def isolate_all(self) -> None:
        """Isolate every room that is at home here, so that its deadlines are kept and it survives a restart."""
        wanted = [room for room in self._replicas if room not in self and self.is_at_home(room)]
        for first in range(0, len(wanted), AT_ONCE):
            some = (self.isolate(room) for room in wanted[first : first + AT_ONCE])
            for outcome in await asyncio.gather(*some, return_exceptions=True):
                if isinstance(outcome, StoreUnavailable):
                    continue  # raised again to every client that changes the room
                if isinstance(outcome, BaseException):
                    log.error("store.room_not_isolated", exc_info=outcome)

    async def isolate(self, room: RoomId) -> None:
        """Isolate a room that is at home here.

        Raises:
            NotHome: the room is at home on another node, or there is no replica of it.
            StoreUnavailable: the local store cannot save it.
        """
        async with self._locks.lock(room):
            if room in self:
                return
            held = self._replicas.whole(room)
            resumed = self._replicas.resume(room) if held is not None and home(held.room) == self._node else None
            if held is None or resumed is None:
                raise NotHome(room)
            whole, race = resumed
            try:
                if race is not None:
                    await self._local.owe(race)
                await self._local.take_in(whole, self._filing(whole.room))
            except CodeTaken as error:
                raise StoreUnavailable(f"room {room} cannot be taken in") from error
            self.base_versions[room] = held.version
            self.add(room)
            self._replicas.put(whole)

    async def create(self, room: Room, entry: Entry, filing: Filing) -> None:
        """Save a new room with its first entry in the local store.

        Raises:
            CodeTaken: a room of this code is isolated here.
        """
        if room.room in self:
            raise CodeTaken(room.room)
        self.add(room.room)
        try:
            await self._local.create(room, entry, filing)
        except BaseException:
            self.remove(room.room)
            raise

    def add(self, room: RoomId) -> None:
        """Mark a room of the local store as isolated: its entries are delivered from there."""
        self._replicas.isolated.add(room)
        self._subscriptions[room] = self._local.subscribe(room, self._replicas.from_local)

    def remove(self, room: RoomId) -> None:
        """Mark it as isolated no longer: its entries are delivered from Redis."""
        leave = self._subscriptions.pop(room, None)
        if leave is not None:
            leave()
        self._replicas.isolated.discard(room)
        self.base_versions.pop(room, None)

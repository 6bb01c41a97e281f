"""Rooms that this node keeps alone while Redis is away: taken into the local store, each from where it was.

Only rooms that are at home here are taken in. Where a room is at home is read off the snapshot held when Redis was
lost, so every node comes to the same answer, and it stays the answer until Redis is back.
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
from paddock.stores.failover.doors import Doors
from paddock.stores.failover.holdings import Holdings
from paddock.stores.local import LocalStore

log = structlog.get_logger("paddock.stores.failover")

AT_ONCE: Final = 64


class Apart:
    """The rooms in the local store."""

    def __init__(
        self, local: LocalStore, holdings: Holdings, doors: Doors, node: str, filing: Callable[[Room], Filing]
    ) -> None:
        self._local = local
        self._holdings = holdings
        self._doors = doors
        self._node = node
        self._filing = filing
        self._ears: dict[RoomId, Unsubscribe] = {}
        self.bases: dict[RoomId, int] = {}
        """The shared version that each room went on from; unknown for those of an earlier process."""

    def __contains__(self, room: RoomId) -> bool:
        return room in self._ears

    def __len__(self) -> int:
        return len(self._ears)

    def rooms(self) -> tuple[RoomId, ...]:
        """Give the codes of all of them."""
        return tuple(self._ears)

    async def orphans(self) -> tuple[tuple[str, HeldSeat], ...]:
        """Give the seats that an earlier process had, in the rooms that its journal brought back."""
        rooms = [await self._local.load(room) for room in self._ears.keys() - self.bases.keys()]
        return tuple(
            (member.node, HeldSeat(stored.room.room, member.player))
            for stored in rooms
            if stored is not None
            for member in stored.room.members.values()
            if member.away_since is None and member.node not in {"", self._node}
        )

    async def races(self, room: RoomId, limit: int) -> tuple[RaceRecord, ...]:
        """Give the newest races of a room that finished here or were seen to finish, newest first."""
        found = {record.card.race: record for record in await self._local.races(room, limit)}
        whole = self._holdings.whole(room)
        for entry in whole.entries if whole is not None else ():
            for event in entry.events:
                if isinstance(event, RaceFinished):
                    found.setdefault(event.record.card.race, event.record)
        return tuple(sorted(found.values(), key=lambda record: record.starts_at, reverse=True)[:limit])

    async def seat_of(self, token: str) -> Session | None:
        """Find the seat of a token whose session is in Redis, in the rooms that are here."""
        for code in {*self._holdings, *self._ears}:
            stored = await self._local.load(code)
            whole = self._holdings.whole(code) if stored is None else None
            if whole is not None:
                stored = Stored(whole.version, whole.room)
            member = stored.room.by_token(token) if stored is not None else None
            if stored is not None and member is not None:
                return Session(code, member.player, member.node, stored.version)
        return None

    def at_home(self, room: RoomId) -> bool:
        """Say whether a held room is at home here."""
        whole = self._holdings.whole(room)
        return whole is not None and home(whole.room) == self._node

    async def take_all(self) -> None:
        """Take in every held room that is at home here, so that its deadlines are kept and a restart brings it back."""
        wanted = [room for room in self._holdings if room not in self and self.at_home(room)]
        for first in range(0, len(wanted), AT_ONCE):
            some = (self.take(room) for room in wanted[first : first + AT_ONCE])
            for outcome in await asyncio.gather(*some, return_exceptions=True):
                if isinstance(outcome, StoreUnavailable):
                    continue  # told again whenever somebody wants something of the room
                if isinstance(outcome, BaseException):
                    log.error("store.room_not_taken_in", exc_info=outcome)

    async def take(self, room: RoomId) -> None:
        """Take in a room that is at home here.

        Raises:
            NotHome: it is at home elsewhere, or nothing is held of it.
            StoreUnavailable: it cannot be kept here either.
        """
        async with self._doors.shut(room):
            if room in self:
                return
            held = self._holdings.whole(room)
            settled = self._holdings.settle(room) if held is not None and home(held.room) == self._node else None
            if held is None or settled is None:
                raise NotHome(room)
            whole, race = settled
            try:
                if race is not None:
                    await self._local.owe(race)
                await self._local.take_in(whole, self._filing(whole.room))
            except CodeTaken as error:
                raise StoreUnavailable(f"room {room} cannot be taken in") from error
            self.bases[room] = held.version
            self.begin(room)
            self._holdings.put(whole)

    async def create(self, room: Room, entry: Entry, filing: Filing) -> None:
        """Save a new room with its first entry in the local store.

        Raises:
            CodeTaken: a room of this code is kept here.
        """
        if room.room in self:
            raise CodeTaken(room.room)
        self.begin(room.room)
        try:
            await self._local.create(room, entry, filing)
        except BaseException:
            self.end(room.room)
            raise

    def begin(self, room: RoomId) -> None:
        """Have a room of the local store told of from there."""
        self._holdings.apart.add(room)
        self._ears[room] = self._local.subscribe(room, self._holdings.from_local)

    def end(self, room: RoomId) -> None:
        """Have it told of from the shared store again."""
        leave = self._ears.pop(room, None)
        if leave is not None:
            leave()
        self._holdings.apart.discard(room)
        self.bases.pop(room, None)

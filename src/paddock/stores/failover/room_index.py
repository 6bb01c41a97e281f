"""Questions about all rooms: which are due, how many there are, what the room list says; answered from both stores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from paddock.domain.ids import Millis, RoomId
from paddock.domain.views import RoomSummary
from paddock.stores.contract import LobbyChange, Notice, StoreUnavailable, Unsubscribe
from paddock.stores.failover.availability import Availability
from paddock.stores.failover.isolated_rooms import IsolatedRooms
from paddock.stores.failover.migration_locks import MigrationLocks
from paddock.stores.failover.mode import Offline, RecoveryPhase, Shared
from paddock.stores.failover.replicas import Replicas
from paddock.stores.feeds import Lobby
from paddock.stores.local import LocalStore
from paddock.stores.redis.store import RedisStore


class RoomIndex:
    """The part of a `RoomStore` that concerns all rooms; while Redis is unavailable, the rooms known here."""

    def __init__(
        self,
        shared: RedisStore,
        local: LocalStore,
        availability: Availability,
        replicas: Replicas,
        isolated: IsolatedRooms,
        locks: MigrationLocks,
    ) -> None:
        self._shared = shared
        self._local = local
        self._availability = availability
        self._replicas = replicas
        self._isolated = isolated
        self._locks = locks
        self._lobby = Lobby()
        self._unwatch: tuple[Unsubscribe, ...] = ()

    async def open(self) -> None:
        """Follow the room lists of the local store, which is open, and of the shared one, which is not open yet."""
        self._unwatch = (self._shared.watch(self._listed_there), self._local.watch(self._listed_here))
        for summary in await self._local.listed():
            self._lobby.say(summary.room, summary)

    def close(self) -> None:
        """Follow them no longer."""
        for unwatch in self._unwatch:
            unwatch()

    async def due(self, now: Millis, limit: int) -> tuple[RoomId, ...]:
        """Return rooms that are due, longest due first; before all is settled, only isolated ones."""
        here = await self._local.due(now, limit) if len(self._isolated) else ()
        match self._availability.mode:
            case Shared(RecoveryPhase.SETTLED):
                try:
                    there = await self._shared.due(now, limit - len(here))
                except StoreUnavailable:
                    return here
                return (*here, *(room for room in there if room not in self._isolated))
            case Shared() | Offline():
                return here
            case never:
                assert_never(never)

    async def next_due(self) -> Millis | None:
        """Return the earliest due time of any room."""
        here = await self._local.next_due()
        match self._availability.mode:
            case Shared():
                there = await self._shared.next_due()
            case Offline():
                there = None
            case never:
                assert_never(never)
        return min((at for at in (here, there) if at is not None), default=None)

    async def rooms(self) -> Sequence[RoomId]:
        """Return the codes of all rooms."""
        match self._availability.mode:
            case Shared():
                codes = await self._shared.rooms()
                return [*codes, *set(self._isolated.rooms()).difference(codes)] if len(self._isolated) else codes
            case Offline():
                return tuple({*self._replicas, *self._isolated.rooms()})
            case never:
                assert_never(never)

    async def filed(self) -> Sequence[RoomId]:
        """Return the codes of all rooms that will be due, isolated ones first; without Redis, only these."""
        match self._availability.mode:
            case Shared():
                there = await self._shared.filed()
            case Offline():
                there = ()
            case never:
                assert_never(never)
        return [*await self._local.filed(), *(room for room in there if room not in self._isolated)]

    async def count(self) -> int:
        """Return how many rooms there are."""
        match self._availability.mode:
            case Shared():
                return await self._shared.count()
            case Offline():
                return len(await self.rooms())
            case never:
                assert_never(never)

    async def listed(self) -> tuple[RoomSummary, ...]:
        """Return the room list; while Redis is unavailable, as it was last, with the changes of isolated rooms."""
        match self._availability.mode:
            case Shared():
                return await self._shared.listed()
            case Offline():
                return self._lobby.listed()
            case never:
                assert_never(never)

    def watch(self, notice: Notice) -> Unsubscribe:
        """Call `notice` for every change of the room list from now on."""
        return self._lobby.watch(notice)

    def _listed_there(self, change: LobbyChange) -> None:
        if change.room not in self._isolated:
            self._lobby.say(change.room, change.summary)

    def _listed_here(self, change: LobbyChange) -> None:
        # A room that is moving leaves the local store for Redis, and stays on the list.
        if change.summary is not None or not self._locks.is_locked(change.room):
            self._lobby.say(change.room, change.summary)

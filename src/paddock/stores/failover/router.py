"""Which store a room is read from and changed in; it waits while the room is being moved."""

from __future__ import annotations

from typing import assert_never

from paddock.domain.ids import RoomId
from paddock.stores.contract import NotHome
from paddock.stores.failover.availability import Availability
from paddock.stores.failover.isolated_rooms import IsolatedRooms
from paddock.stores.failover.migration_locks import MigrationLocks
from paddock.stores.failover.mode import (
    Local,
    Moving,
    Offline,
    RecoveryPhase,
    RoomMode,
    Shared,
    StoredMode,
    room_mode,
    stored_mode,
)
from paddock.stores.failover.replica_reader import ReplicaReader
from paddock.stores.local import LocalStore
from paddock.stores.redis.store import RedisStore


class Router:
    """Applies the modes of rooms to the stores of this node."""

    def __init__(
        self,
        shared: RedisStore,
        local: LocalStore,
        replicas: ReplicaReader,
        availability: Availability,
        isolated: IsolatedRooms,
        locks: MigrationLocks,
    ) -> None:
        self._shared = shared
        self._local = local
        self._replicas = replicas
        self._availability = availability
        self._isolated = isolated
        self._locks = locks

    def mode(self, room: RoomId) -> RoomMode:
        """Return the mode of a room."""
        return room_mode(
            self._availability.mode, is_isolated=room in self._isolated, is_moving=self._locks.is_locked(room)
        )

    def stored_mode(self, room: RoomId) -> StoredMode:
        """Return where the newest state of a room is, also while it is being moved."""
        return stored_mode(self._availability.mode, is_isolated=room in self._isolated)

    async def source(self, room: RoomId) -> RedisStore | LocalStore | ReplicaReader:
        """Return where a room is read.

        Raises:
            StoreUnavailable: the room is being moved, and the move takes too long.
        """
        match await self._moved(room):
            case Shared():
                return self._shared
            case Local():
                return self._local
            case Offline():
                return self._replicas
            case never:
                assert_never(never)

    async def target(self, room: RoomId) -> RedisStore | LocalStore:
        """Return where a room is changed; while Redis is unavailable, isolate it here first.

        Raises:
            NotHome: the room is at home on another node, which may have a newer state.
            StoreUnavailable: the room is being moved, and the move takes too long, or it cannot be isolated.
        """
        match await self._moved(room):
            case Shared(RecoveryPhase.GRACE_PERIOD) if not self._isolated.is_at_home(room):
                raise NotHome(room)
            case Shared():
                return self._shared
            case Local():
                return self._local
            case Offline():
                await self._isolated.isolate(room)
                return self._local
            case never:
                assert_never(never)

    async def _moved(self, room: RoomId) -> StoredMode:
        """Return the mode of a room once it is not being moved."""
        while isinstance(mode := self.mode(room), Moving):
            await self._locks.wait(room)
        return mode

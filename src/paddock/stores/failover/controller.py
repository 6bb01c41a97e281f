"""The background task of the failover store: isolates rooms when Redis is lost, and writes them back when it is back.

Calls do not wait for it: they read the availability of Redis themselves. Only a call for a room that is being moved
waits, for a short time.
"""

from __future__ import annotations

import asyncio
from typing import Final, assert_never

import structlog

from paddock.domain.ids import RoomId
from paddock.domain.room import Closed
from paddock.stores.contract import Conflict, Known, Session, StoreUnavailable
from paddock.stores.failover.availability import Availability
from paddock.stores.failover.events import FailoverEvents
from paddock.stores.failover.isolated_rooms import IsolatedRooms
from paddock.stores.failover.migration_locks import MigrationLocks
from paddock.stores.failover.mode import Offline, Shared
from paddock.stores.failover.reconciler import Reconciler
from paddock.stores.failover.replicas import Replicas
from paddock.stores.local import LocalStore
from paddock.stores.redis.store import RedisStore
from paddock.stores.whole import WholeRoom

log = structlog.get_logger("paddock.stores.failover")

TICK_S: Final = 0.05
AGAIN_S: Final = 5.0
"""A room whose write-back failed with an unexpected error is tried again after this time."""
AT_ONCE: Final = 16
MOST_DROPPED: Final = 10_000
MOST_RACES: Final = 10_000


class FailoverController:
    """Moves rooms between the stores; the node is degraded until every isolated room is back in Redis."""

    def __init__(
        self,
        shared: RedisStore,
        local: LocalStore,
        availability: Availability,
        replicas: Replicas,
        isolated: IsolatedRooms,
        locks: MigrationLocks,
        reconciler: Reconciler,
        events: FailoverEvents,
        node: str,
    ) -> None:
        self._shared = shared
        self._local = local
        self._availability = availability
        self._replicas = replicas
        self._isolated = isolated
        self._locks = locks
        self._node = node
        self._reconciler = reconciler
        self._events = events
        self._back_at: float | None = None
        self._stale: set[RoomId] = set()
        self._dropped: set[str] = set()
        self._again: dict[RoomId, float] = {}
        self._must_notify = False
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Start the task; without Redis the node starts degraded."""
        self._shared.when_behind(self._stale.add)
        self._shared.emptied = self._begin_grace_period
        if self._availability.is_offline:
            self._degrade()
        self._task = asyncio.get_running_loop().create_task(self._run(), name="failover-controller")

    async def close(self) -> None:
        """Stop the task."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def refuse_unknown(self, room: RoomId) -> None:
        """Do nothing, unless a room that Redis does not have may be about to be written back.

        Raises:
            StoreUnavailable: the grace period is under way.
        """
        if self._availability.in_grace_period:
            raise StoreUnavailable(f"room {room} may be about to be brought back")

    def drop_session_later(self, token: str) -> None:
        """Drop a session in Redis when it is back."""
        if len(self._dropped) < MOST_DROPPED:
            self._dropped.add(token)

    async def repair(self, room: RoomId) -> None:
        """Write a room back from its replica if Redis has lost entries of it; see `Reconciler.reconcile`."""
        self._stale.discard(room)
        whole = self._replicas.whole(room)
        if whole is None or room in self._isolated or isinstance(whole.room.phase, Closed):
            return
        after = await self._reconciler.reconcile(whole, whole.version)
        if after is None:
            self._replicas.drop(room)
            self._replicas.read_again(room)
            return
        if after.version != whole.version:
            self._replicas.put(after)
        await self._put_sessions(whole)

    async def restored(self, room: RoomId, found: Known | None) -> Known | None:
        """Repair a room of which Redis has lost entries, and return what it has then."""
        whole = self._replicas.whole(room)
        if whole is None or (found is None and isinstance(whole.room.phase, Closed)):
            return found
        await self.repair(room)
        return await self._shared.look(room)

    async def _run(self) -> None:
        while True:
            try:
                await self._step()
            except StoreUnavailable as error:
                log.debug("store.not_reconciled", reason=str(error))
            except Exception:
                log.exception("store.controller_failed")
            await asyncio.sleep(TICK_S)

    async def _step(self) -> None:
        match self._availability.mode:
            case Offline():
                self._back_at = None
                if not self._availability.degraded:
                    self._degrade()
                await self._isolated.isolate_all()
            case Shared():
                await self._restore()
            case never:
                assert_never(never)

    async def _restore(self) -> None:
        self._replicas.read_wanted()
        if self._availability.degraded or len(self._isolated):
            await self._recover()
        for room in tuple(self._stale):
            await self.repair(room)
        if self._must_notify:
            self._must_notify = False
            try:
                await self._events.restored()
            except StoreUnavailable:
                self._must_notify = True

    def _degrade(self) -> None:
        self._availability.degraded = True
        log.error("store.degraded", reason=self._availability.trouble, rooms=len(self._replicas))
        self._events.degraded(True)

    def _begin_grace_period(self) -> None:
        self._must_notify = True
        self._availability.begin_grace_period()

    async def _recover(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._back_at is None:
            self._back_at = now
            self._begin_grace_period()
        waiting = [room for room in self._isolated.rooms() if self._again.get(room, 0.0) <= now]
        for first in range(0, len(waiting), AT_ONCE):
            some = (self._move_back(room) for room in waiting[first : first + AT_ONCE])
            for outcome in await asyncio.gather(*some, return_exceptions=True):
                if isinstance(outcome, BaseException) and self._availability.is_offline:
                    raise outcome
        if any(room not in self._again for room in self._isolated.rooms()):
            return
        await self._hand_over_rest()
        if self._availability.degraded:
            self._availability.degraded = False
            took = round(asyncio.get_running_loop().time() - self._back_at, 2)
            log.warning("store.reconciled", seconds=took, left=len(self._isolated), **self._reconciler.counts)
            self._events.degraded(False)

    async def _move_back(self, room: RoomId) -> None:
        try:
            async with self._locks.lock(room):
                await self._reconcile_room(room)
        except StoreUnavailable:
            raise
        except Exception:
            self._again[room] = asyncio.get_running_loop().time() + AGAIN_S
            log.exception("store.room_not_reconciled", room=room)
            raise
        self._again.pop(room, None)

    async def _reconcile_room(self, room: RoomId) -> None:
        ours = await self._local.whole(room)
        if ours is None:
            self._isolated.remove(room)
            return
        races = await self._local.finished(room, MOST_RACES)
        after = await self._reconciler.reconcile(ours, self._isolated.base_versions.get(room), races)
        await self._put_sessions(ours)
        await self._local.recorded([race.race for race in races])
        try:
            await self._local.forget(room, ours.version)
        except Conflict as error:
            raise StoreUnavailable(f"room {room} was changed meanwhile") from error
        self._isolated.remove(room)
        if after is None:
            log.error("store.room_is_another", room=room)
            self._replicas.drop(room)
            self._replicas.read_again(room)
        else:
            self._replicas.put(after)
            self._shared.go_on(room, after.place, after.version)

    async def _put_sessions(self, whole: WholeRoom) -> None:
        """Write the sessions of a room to Redis; those of members connected to other nodes only if Redis has none."""
        for member in whole.room.members.values():
            token = member.keys.token
            here = await self._local.session(token) or self._replicas.seats.get(token)
            certain = here is not None and member.node == self._node
            if not certain and await self._shared.session(token) is not None:
                continue
            made = here or Session(whole.code, member.player, member.node, whole.version)
            await self._shared.put_session(token, made)

    async def _hand_over_rest(self) -> None:
        """Move to Redis what is left in the local store and belongs to no room there."""
        for token in tuple(self._dropped):
            await self._shared.drop_session(token)
            self._dropped.discard(token)
        for token, session in self._local.sessions():
            if await self._shared.session(token) is None:
                await self._shared.put_session(token, session)
            await self._local.drop_session(token)
        while owed := await self._local.unrecorded(64):
            for race in owed:
                await self._shared.owe(race)
            await self._local.recorded([race.race for race in owed])

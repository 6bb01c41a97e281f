"""The watch over Redis: when it is lost the node goes on by itself, when it is back every room is brought back.

It runs beside the calls, which look for themselves whether Redis is there; nobody waits for it but for a moment at a
room's door.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, assert_never

import structlog

from paddock.domain.ids import RoomId
from paddock.domain.room import Closed
from paddock.stores.contract import Conflict, Known, Session, StoreUnavailable
from paddock.stores.failover.apart import Apart
from paddock.stores.failover.availability import Availability
from paddock.stores.failover.doors import Doors
from paddock.stores.failover.holdings import Holdings
from paddock.stores.failover.mode import Offline, Shared
from paddock.stores.failover.reunion import Reunion
from paddock.stores.local import LocalStore
from paddock.stores.redis.store import RedisStore
from paddock.stores.whole import WholeRoom

log = structlog.get_logger("paddock.stores.failover")

TICK_S: Final = 0.05
AGAIN_S: Final = 5.0
"""A room that cannot be brought back by itself is tried again after this time."""
AT_ONCE: Final = 16
MOST_DROPPED: Final = 10_000
MOST_RACES: Final = 10_000


class Watch:
    """Watches one Redis; `degraded` lasts until every room is back that went on here."""

    def __init__(
        self,
        shared: RedisStore,
        local: LocalStore,
        availability: Availability,
        holdings: Holdings,
        apart: Apart,
        doors: Doors,
        reunion: Reunion,
        node: str,
    ) -> None:
        self._shared = shared
        self._local = local
        self._availability = availability
        self._holdings = holdings
        self._apart = apart
        self._doors = doors
        self._node = node
        self.reunion = reunion
        self.tell: Callable[[bool], None] = _nobody_cares
        self.returned: list[Callable[[], Awaitable[None]]] = []
        """Called when Redis is back, or is another one: whatever this node has there must be put there again."""
        self._back_at: float | None = None
        self._doubted: set[RoomId] = set()
        self._dropped: set[str] = set()
        self._again: dict[RoomId, float] = {}
        self._unsaid = False
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin to watch; a node whose Redis is not there begins degraded."""
        self._shared.when_behind(self._doubted.add)
        self._shared.emptied = self._settle
        if self._availability.is_offline:
            self._degrade()
        self._task = asyncio.get_running_loop().create_task(self._run(), name="failover-watch")

    async def close(self) -> None:
        """Watch no longer."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def doubt(self, room: RoomId) -> None:
        """Refuse to say that there is no such room, as long as a node may be about to bring it back.

        Raises:
            StoreUnavailable: it may.
        """
        if self._availability.in_grace_period:
            raise StoreUnavailable(f"room {room} may be about to be brought back")

    def dropped(self, token: str) -> None:
        """Remember a session to be dropped in Redis, too."""
        if len(self._dropped) < MOST_DROPPED:
            self._dropped.add(token)

    async def mend(self, room: RoomId) -> None:
        """Put a room that is held here back, if Redis has less of it; see `Reunion.bring`."""
        self._doubted.discard(room)
        whole = self._holdings.whole(room)
        if whole is None or room in self._apart or isinstance(whole.room.phase, Closed):
            return
        after = await self.reunion.bring(whole, whole.version)
        if after is None:
            self._holdings.drop(room)
            self._holdings.again(room)
            return
        if after.version != whole.version:
            self._holdings.put(after)
        await self._put_sessions(whole)

    async def restored(self, room: RoomId, found: Known | None) -> Known | None:
        """Put back a room that Redis has less of than it had, and give it as it is then."""
        whole = self._holdings.whole(room)
        if whole is None or (found is None and isinstance(whole.room.phase, Closed)):
            return found
        await self.mend(room)
        return await self._shared.look(room)

    async def _run(self) -> None:
        while True:
            try:
                await self._look()
            except StoreUnavailable as error:
                log.debug("store.not_reunited", reason=str(error))
            except Exception:
                log.exception("store.watch_failed")
            await asyncio.sleep(TICK_S)

    async def _look(self) -> None:
        match self._availability.mode:
            case Offline():
                self._back_at = None
                if not self._availability.degraded:
                    self._degrade()
                await self._apart.take_all()
            case Shared():
                await self._restore()
            case never:
                assert_never(never)

    async def _restore(self) -> None:
        self._holdings.take()
        if self._availability.degraded or len(self._apart):
            await self._return()
        for room in tuple(self._doubted):
            await self.mend(room)
        if self._unsaid:
            self._unsaid = False
            try:
                for say in self.returned:
                    await say()
            except StoreUnavailable:
                self._unsaid = True

    def _degrade(self) -> None:
        self._availability.degraded = True
        log.error("store.degraded", reason=self._availability.trouble, rooms=len(self._holdings))
        self.tell(True)

    def _settle(self) -> None:
        self._unsaid = True
        self._availability.begin_grace_period()

    async def _return(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._back_at is None:
            self._back_at = now
            self._settle()
        waiting = [room for room in self._apart.rooms() if self._again.get(room, 0.0) <= now]
        for first in range(0, len(waiting), AT_ONCE):
            some = (self._bring_back(room) for room in waiting[first : first + AT_ONCE])
            for outcome in await asyncio.gather(*some, return_exceptions=True):
                if isinstance(outcome, BaseException) and self._availability.is_offline:
                    raise outcome
        if any(room not in self._again for room in self._apart.rooms()):
            return
        await self._clear_up()
        if self._availability.degraded:
            self._availability.degraded = False
            took = round(asyncio.get_running_loop().time() - self._back_at, 2)
            log.warning("store.reunited", seconds=took, left=len(self._apart), **self.reunion.counts)
            self.tell(False)

    async def _bring_back(self, room: RoomId) -> None:
        try:
            async with self._doors.shut(room):
                await self._reunite(room)
        except StoreUnavailable:
            raise
        except Exception:
            self._again[room] = asyncio.get_running_loop().time() + AGAIN_S
            log.exception("store.room_not_reunited", room=room)
            raise
        self._again.pop(room, None)

    async def _reunite(self, room: RoomId) -> None:
        ours = await self._local.whole(room)
        if ours is None:
            self._apart.end(room)
            return
        races = await self._local.finished(room, MOST_RACES)
        after = await self.reunion.bring(ours, self._apart.bases.get(room), races)
        await self._put_sessions(ours)
        await self._local.recorded([race.race for race in races])
        try:
            await self._local.forget(room, ours.version)
        except Conflict as error:
            raise StoreUnavailable(f"room {room} was changed meanwhile") from error
        self._apart.end(room)
        if after is None:
            log.error("store.room_is_another", room=room)
            self._holdings.drop(room)
            self._holdings.again(room)
        else:
            self._holdings.put(after)
            self._shared.go_on(room, after.place, after.version)

    async def _put_sessions(self, whole: WholeRoom) -> None:
        """Have the sessions of a room in Redis as they are here; of who is connected elsewhere, only if it has none."""
        for member in whole.room.members.values():
            token = member.keys.token
            here = await self._local.session(token) or self._holdings.seats.get(token)
            certain = here is not None and member.node == self._node
            if not certain and await self._shared.session(token) is not None:
                continue
            made = here or Session(whole.code, member.player, member.node, whole.version)
            await self._shared.put_session(token, made)

    async def _clear_up(self) -> None:
        """Hand over what belongs to no room any more."""
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


def _nobody_cares(degraded: bool) -> None:
    """Until somebody wants to know."""

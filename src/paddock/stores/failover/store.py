"""The store of a server with Redis: the Redis store while Redis is available, the local store while it is not.

Its users see one store. While Redis is unavailable the node is *degraded*: rooms that are at home here continue in the
local store and its journal; other rooms are read from replicas, and changes of them are refused (`NotHome`). When Redis
is back, each isolated room is written back (`reconciler`), and `degraded` ends with the last. `mode` decides all of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import assert_never

from paddock.domain.chat import ChatMessage
from paddock.domain.events import Entry, Event
from paddock.domain.finished import FinishedRace
from paddock.domain.ids import CommandKey, Millis, RaceId, RoomId
from paddock.domain.record import RaceRecord
from paddock.domain.room import Room
from paddock.domain.views import RoomSummary
from paddock.stores.contract import (
    Backlog,
    Conflict,
    Deliver,
    Filing,
    HeldSeat,
    Known,
    NoSuchRoom,
    Notice,
    Session,
    Stored,
    StoreUnavailable,
    Unsubscribe,
)
from paddock.stores.failover.availability import Availability
from paddock.stores.failover.controller import FailoverController
from paddock.stores.failover.events import FailoverEvents
from paddock.stores.failover.isolated_rooms import IsolatedRooms
from paddock.stores.failover.migration_locks import MigrationLocks
from paddock.stores.failover.mode import Local, Moving, NodeMode, Offline, RecoveryPhase, Shared
from paddock.stores.failover.reconciler import Reconciler
from paddock.stores.failover.replica_reader import ReplicaReader
from paddock.stores.failover.replicas import Replicas
from paddock.stores.failover.room_index import RoomIndex
from paddock.stores.failover.router import Router
from paddock.stores.failover.sessions import FailoverSessions
from paddock.stores.journal_file import remove
from paddock.stores.local import LocalStore
from paddock.stores.redis.store import RedisStore


class FailoverStore:
    """Rooms and sessions: a `RoomStore` and a `SessionStore` over two of them."""

    def __init__(
        self,
        shared: RedisStore,
        local: LocalStore,
        node: str,
        filing: Callable[[Room], Filing],
        clock: Callable[[], Millis] | None = None,
        journal: Path | None = None,
    ) -> None:
        """Build the store; `filing` returns how a room is filed, and `journal` is the file of the local store."""
        self._journal = journal
        self._shared = shared
        self._local = local
        self._locks = locks = MigrationLocks()
        self._availability = availability = Availability(shared, lambda: asyncio.get_running_loop().time())
        self._replicas = self.replicas = replicas = Replicas(shared, availability)
        self._isolated = isolated = IsolatedRooms(local, replicas, locks, node, filing)
        self._events = events = FailoverEvents()
        self._reconciler = reconciler = Reconciler(shared, node, clock or shared.clock, filing)
        self._controller = FailoverController(
            shared, local, availability, replicas, isolated, locks, reconciler, events, node
        )
        self._router = Router(shared, local, ReplicaReader(replicas), availability, isolated, locks)
        self._index = RoomIndex(shared, local, availability, replicas, isolated, locks)
        self._sessions = FailoverSessions(
            shared, local, availability, replicas, isolated, self._controller.drop_session_later
        )

    @property
    def mode(self) -> NodeMode:
        """Whether Redis is available, and how far this node is from normal operation."""
        return self._availability.mode

    @property
    def degraded(self) -> bool:
        """Whether this node has gone on without Redis and is not back in normal operation."""
        return self._availability.degraded

    @property
    def reason(self) -> str | None:
        """Why this node is degraded, as a label value; None if it is not."""
        return self._availability.reason

    @property
    def isolated_count(self) -> int:
        """The number of isolated rooms of this node."""
        return len(self._isolated)

    @property
    def reconciliations(self) -> dict[str, int]:
        """The number of reconciliations, by ancestry."""
        return dict(self._reconciler.counts)

    @property
    def trouble(self) -> str | None:
        """Why neither Redis nor the local store can save anything; None if one of them can."""
        return self._local.trouble if self.degraded else None

    async def orphans(self) -> tuple[tuple[str, HeldSeat], ...]:
        """Return the seats of isolated rooms that were connected to an earlier process of this node."""
        return await self._isolated.orphans()

    def when_degraded(self, tell: Callable[[bool], None]) -> None:
        """Call `tell` when this node becomes degraded, and when that is over; at once, if it is degraded now."""
        self._events.on_degraded(tell)
        if self.degraded:
            tell(True)

    def when_returned(self, say: Callable[[], Awaitable[None]]) -> None:
        """Call `say` when Redis is back, or was emptied."""
        self._events.on_restored(say)

    async def open(self) -> None:
        """Start with a local store that is open; an unavailable Redis is waited for in the background."""
        for room in await self._local.rooms():
            self._isolated.add(room)
        # First, because the shared store announces the rooms that it finds once, while it opens.
        await self._index.open()
        await self._shared.open()
        await self._controller.open()

    async def close(self) -> None:
        """Close both stores; the journal is removed if it is empty."""
        await self._controller.close()
        self._index.close()
        await self._replicas.close()
        await self._shared.close()
        unneeded = len(self._isolated) == 0 and not await self._local.unrecorded(1)
        await self._local.close()
        if unneeded and self._journal is not None:
            await asyncio.to_thread(remove, self._journal)

    async def create(self, room: Room, entry: Entry, filing: Filing) -> None:
        """Save a new room with its first entry; see `RoomStore`."""
        match self.mode:
            case Shared():
                await self._shared.create(room, entry, filing)
            case Offline():
                await self._isolated.create(room, entry, filing)
            case never:
                assert_never(never)

    async def load(self, room: RoomId) -> Stored | None:
        """Return the newest snapshot; while Redis is unavailable, that of the replica if the room is not isolated here.

        Raises:
            NotHome: Redis is unavailable, and there is no replica of the room.
        """
        source = await self._router.source(room)
        return await (self._load_shared(room) if source is self._shared else source.load(room))

    def known(self, room: RoomId) -> Known | None:
        """Return a room as its replica has it; None unless the room is in Redis and the node is settled."""
        match self._router.mode(room):
            case Shared(RecoveryPhase.SETTLED):
                return self._replicas.known(room)
            case Shared() | Local() | Moving() | Offline():
                return None
            case never:
                assert_never(never)

    async def commit(
        self, room: Room, entry: Entry, filing: Filing, race: FinishedRace | None = None, mark: str = ""
    ) -> Entry:
        """Save the next snapshot with its entry; see `RoomStore`.

        Raises:
            NotHome: the room is at home on another node, and Redis is unavailable or has just come back.
        """
        code = room.room
        target = await self._router.target(code)
        self._locks.begin_change(code)
        try:
            kept = await target.commit(room, entry, filing, race, mark)
        except StoreUnavailable:
            self._replicas.note_unanswered(code, entry, room, race)
            raise
        except Conflict as conflict:
            raise self._replicas.judged(code, conflict) from conflict
        except NoSuchRoom as error:
            if self._replicas.get(code) is None:
                raise
            raise Conflict(code) from error  # Redis has just lost it: loading it writes it back
        finally:
            self._locks.end_change(code)
        if target is self._shared:
            self._replicas.acknowledge(code, kept, room)
        return kept

    async def append(self, room: RoomId, events: tuple[Event, ...], at: Millis, command: CommandKey | None) -> Entry:
        """Append talk at whatever version the room is; see `RoomStore`, and `commit` for `NotHome`."""
        target = await self._router.target(room)
        self._locks.begin_change(room)
        try:
            kept = await target.append(room, events, at, command)
        except StoreUnavailable:
            self._replicas.note_unanswered(room, Entry(0, at, events, command))
            raise
        except NoSuchRoom as error:
            if self._replicas.get(room) is None:
                raise
            raise StoreUnavailable(f"room {room} was lost in this moment") from error
        finally:
            self._locks.end_change(room)
        if target is self._shared:
            self._replicas.acknowledge(room, kept, None)
        return kept

    async def applied(self, room: RoomId, command: CommandKey) -> int | None:
        """Return the version that a command led to, or None; see `RoomStore`."""
        return await (await self._router.source(room)).applied(room, command)

    async def since(self, room: RoomId, version: int) -> tuple[Entry, ...] | None:
        """Return all entries after `version`, or None; see `RoomStore`."""
        return await (await self._router.source(room)).since(room, version)

    async def chat(self, room: RoomId) -> tuple[ChatMessage, ...]:
        """Return the kept messages of a room, oldest first."""
        return await (await self._router.source(room)).chat(room)

    async def races(self, room: RoomId, limit: int) -> tuple[RaceRecord, ...]:
        """Return the newest finished races of a room, newest first; while Redis is unavailable, those known here."""
        match self._router.stored_mode(room):
            case Shared():
                return await self._shared.races(room, limit)
            case Local() | Offline():
                return await self._isolated.races(room, limit)
            case never:
                assert_never(never)

    async def race(self, race: RaceId) -> RaceRecord | None:
        """Return one finished race; while Redis is unavailable, one that finished here."""
        return await self._local.race(race) or await self._shared.race(race)

    async def unrecorded(self, limit: int) -> tuple[FinishedRace, ...]:
        """Return finished races that the archive has not confirmed; while Redis is unavailable, those from here."""
        return await self._default().unrecorded(limit)

    async def backlog(self) -> Backlog:
        """Return how many of them there are, and since when."""
        return await self._default().backlog()

    async def recorded(self, races: Sequence[RaceId]) -> None:
        """Note that the archive has these races."""
        await self._default().recorded(races)

    async def due(self, now: Millis, limit: int) -> tuple[RoomId, ...]:
        """Return rooms that are due, longest due first; before the node is settled, only isolated ones."""
        return await self._index.due(now, limit)

    async def next_due(self) -> Millis | None:
        """Return the earliest due time of any room."""
        return await self._index.next_due()

    async def forget(self, room: RoomId, version: int) -> None:
        """Remove a room with its log and chat; see `RoomStore`."""
        target = await self._router.target(room)
        if target is self._shared:
            await target.forget(room, version)
            return
        self._locks.begin_change(room)
        try:
            await self._local.forget(room, version)
            self._isolated.remove(room)
        finally:
            self._locks.end_change(room)

    async def rooms(self) -> Sequence[RoomId]:
        """Return the codes of all rooms; while Redis is unavailable, of those known here."""
        return await self._index.rooms()

    async def filed(self) -> Sequence[RoomId]:
        """Return the codes of all rooms that will be due, isolated ones first; without Redis, only these."""
        return await self._index.filed()

    async def count(self) -> int:
        """Return how many rooms there are; while Redis is unavailable, how many are known here."""
        return await self._index.count()

    async def listed(self) -> tuple[RoomSummary, ...]:
        """Return the room list; while Redis is unavailable, as it was last, with the changes of isolated rooms."""
        return await self._index.listed()

    def subscribe(self, room: RoomId, deliver: Deliver) -> Unsubscribe:
        """Deliver every entry of this room from now on, and keep a replica of it."""
        return self._replicas.subscribe(room, deliver)

    def watch(self, notice: Notice) -> Unsubscribe:
        """Call `notice` for every change of the room list from now on."""
        return self._index.watch(notice)

    async def put_session(self, token_hash: str, session: Session) -> None:
        """Save a session, replacing what was there."""
        await self._sessions.put_session(token_hash, session)

    async def session(self, token_hash: str) -> Session | None:
        """Return the session of a token, or None; while Redis is unavailable, as far as the replicas tell."""
        return await self._sessions.session(token_hash)

    async def drop_session(self, token_hash: str) -> None:
        """Remove a session."""
        await self._sessions.drop_session(token_hash)

    def _default(self) -> RedisStore | LocalStore:
        """Return the store of finished races that the archive does not have yet."""
        match self.mode:
            case Shared():
                return self._shared
            case Offline():
                return self._local
            case never:
                assert_never(never)

    async def _load_shared(self, room: RoomId) -> Stored | None:
        known = self._replicas.newest(room)
        found = await self._shared.look(room)
        if (found.version if found is not None else 0) < known:
            found = await self._controller.restored(room, found)
        if found is None:
            await self._shared.check_emptied(room)
            self._controller.refuse_unknown(room)
            return None
        self._replicas.learn(found)
        return Stored(found.version, found.room)

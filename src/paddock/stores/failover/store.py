"""The store of a server with a Redis configured: the shared one while it is there, the local one while it is away.

Whoever uses it sees one store. While Redis is away the node is *degraded*: a room that is at home here goes on in the
local store and its journal; of one at home elsewhere the held snapshot is shown, and changes are refused (`NotHome`).
When Redis is back, each room that went on is brought back (`reunion`), and `degraded` ends with the last.
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
from paddock.stores.failover.apart import Apart
from paddock.stores.failover.availability import Availability
from paddock.stores.failover.doors import Doors
from paddock.stores.failover.holdings import Holdings
from paddock.stores.failover.mode import Local, Moving, NodeMode, Offline, RecoveryPhase, Shared
from paddock.stores.failover.replica_reader import ReplicaReader
from paddock.stores.failover.reunion import Reunion
from paddock.stores.failover.room_index import RoomIndex
from paddock.stores.failover.router import Router
from paddock.stores.failover.sessions import FailoverSessions
from paddock.stores.failover.watch import Watch
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
        """Put a store together; `filing` says how a room is filed, and `journal` where the local store keeps."""
        self._journal = journal
        self._shared = shared
        self._local = local
        self._doors = doors = Doors()
        self._availability = availability = Availability(shared, lambda: asyncio.get_running_loop().time())
        self._holdings = self.held = holdings = Holdings(shared, availability)
        self._apart = apart = Apart(local, holdings, doors, node, filing)
        reunion = Reunion(shared, node, clock or shared.clock, filing)
        self._watch = Watch(shared, local, availability, holdings, apart, doors, reunion, node)
        self._router = Router(shared, local, ReplicaReader(holdings), availability, apart, doors)
        self._index = RoomIndex(shared, local, availability, holdings, apart, doors)
        self._sessions = FailoverSessions(shared, local, availability, holdings, apart, self._watch.dropped)

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
    def apart(self) -> int:
        """How many rooms this node keeps alone."""
        return len(self._apart)

    @property
    def reunions(self) -> dict[str, int]:
        """How often a room was brought back, by what had become of it."""
        return dict(self._watch.reunion.counts)

    @property
    def trouble(self) -> str | None:
        """Why nothing can be kept at the moment, neither there nor here; None while all is well."""
        return self._local.trouble if self.degraded else None

    async def orphans(self) -> tuple[tuple[str, HeldSeat], ...]:
        """Give the seats of rooms kept alone here whose connections were at an earlier process of this node."""
        return await self._apart.orphans()

    def when_degraded(self, tell: Callable[[bool], None]) -> None:
        """Have it told when this node begins to go on by itself, and when that is over; at once, if it does now."""
        self._watch.tell = tell
        if self.degraded:
            tell(True)

    def when_returned(self, say: Callable[[], Awaitable[None]]) -> None:
        """Have it called when Redis is back, or is another one."""
        self._watch.returned.append(say)

    async def open(self) -> None:
        """Begin, with a local store that is open; a Redis that is not there is waited for in the background."""
        for room in await self._local.rooms():
            self._apart.begin(room)
        await self._shared.open()
        await self._index.open()
        await self._watch.open()

    async def close(self) -> None:
        """Hang up and close the journal, which stays if there is anything in it."""
        await self._watch.close()
        self._index.close()
        await self._holdings.close()
        await self._shared.close()
        unneeded = len(self._apart) == 0 and not await self._local.unrecorded(1)
        await self._local.close()
        if unneeded and self._journal is not None:
            await asyncio.to_thread(remove, self._journal)

    async def create(self, room: Room, entry: Entry, filing: Filing) -> None:
        """Save a new room with its first entry; see `RoomStore`."""
        match self.mode:
            case Shared():
                await self._shared.create(room, entry, filing)
            case Offline():
                await self._apart.create(room, entry, filing)
            case never:
                assert_never(never)

    async def load(self, room: RoomId) -> Stored | None:
        """Give the newest kept snapshot; while degraded, of a room at home elsewhere the one that is held.

        Raises:
            NotHome: Redis is away and nothing is held of the room.
        """
        source = await self._router.source(room)
        return await (self._load_shared(room) if source is self._shared else source.load(room))

    def known(self, room: RoomId) -> Known | None:
        """Return a room as its replica has it, led on by the feed; None unless it is in Redis and all is settled."""
        match self._router.mode(room):
            case Shared(RecoveryPhase.SETTLED):
                return self._holdings.known(room)
            case Shared() | Local() | Moving() | Offline():
                return None
            case never:
                assert_never(never)

    async def commit(
        self, room: Room, entry: Entry, filing: Filing, race: FinishedRace | None = None, mark: str = ""
    ) -> Entry:
        """Save the next snapshot with its entry; see `RoomStore`.

        Raises:
            NotHome: Redis is away and the room is at home elsewhere.
        """
        code = room.room
        target = await self._router.target(code)
        self._doors.enter(code)
        try:
            kept = await target.commit(room, entry, filing, race, mark)
        except StoreUnavailable:
            self._holdings.attempted(code, entry, room, race)
            raise
        except Conflict as conflict:
            raise self._holdings.judged(code, conflict) from conflict
        except NoSuchRoom as error:
            if self._holdings.get(code) is None:
                raise
            raise Conflict(code) from error  # it was lost in this moment: load it, which puts it back
        finally:
            self._doors.leave(code)
        if target is self._shared:
            self._holdings.acknowledge(code, kept, room)
        return kept

    async def append(self, room: RoomId, events: tuple[Event, ...], at: Millis, command: CommandKey | None) -> Entry:
        """Append talk at whatever version the room is; see `RoomStore`, and `commit` for `NotHome`."""
        target = await self._router.target(room)
        self._doors.enter(room)
        try:
            kept = await target.append(room, events, at, command)
        except StoreUnavailable:
            self._holdings.attempted(room, Entry(0, at, events, command))
            raise
        except NoSuchRoom as error:
            if self._holdings.get(room) is None:
                raise
            raise StoreUnavailable(f"room {room} was lost in this moment") from error
        finally:
            self._doors.leave(room)
        if target is self._shared:
            self._holdings.acknowledge(room, kept, None)
        return kept

    async def applied(self, room: RoomId, command: CommandKey) -> int | None:
        """Give the version that a command led to, or None; see `RoomStore`."""
        return await (await self._router.source(room)).applied(room, command)

    async def since(self, room: RoomId, version: int) -> tuple[Entry, ...] | None:
        """Give all entries after `version`, or None; see `RoomStore`."""
        return await (await self._router.source(room)).since(room, version)

    async def chat(self, room: RoomId) -> tuple[ChatMessage, ...]:
        """Give the kept messages of a room, oldest first."""
        return await (await self._router.source(room)).chat(room)

    async def races(self, room: RoomId, limit: int) -> tuple[RaceRecord, ...]:
        """Give the newest finished races of a room, newest first; while Redis is away, those that were seen here."""
        match self._router.stored_mode(room):
            case Shared():
                return await self._shared.races(room, limit)
            case Local() | Offline():
                return await self._apart.races(room, limit)
            case never:
                assert_never(never)

    async def race(self, race: RaceId) -> RaceRecord | None:
        """Give one finished race; while Redis is away, one that finished here."""
        return await self._local.race(race) or await self._shared.race(race)

    async def unrecorded(self, limit: int) -> tuple[FinishedRace, ...]:
        """Give finished races that the archive has not confirmed; while Redis is away, those that finished here."""
        return await self._default().unrecorded(limit)

    async def backlog(self) -> Backlog:
        """Say how many finished races wait for the archive, and since when; while Redis is away, of those from here."""
        return await self._default().backlog()

    async def recorded(self, races: Sequence[RaceId]) -> None:
        """Note that the archive has these races."""
        await self._default().recorded(races)

    async def due(self, now: Millis, limit: int) -> tuple[RoomId, ...]:
        """Give rooms that are due, longest due first; while Redis is away, those that this node keeps alone."""
        return await self._index.due(now, limit)

    async def next_due(self) -> Millis | None:
        """Give the earliest due time of any room."""
        return await self._index.next_due()

    async def forget(self, room: RoomId, version: int) -> None:
        """Remove a room with its log and chat; see `RoomStore`."""
        target = await self._router.target(room)
        if target is self._shared:
            await target.forget(room, version)
            return
        self._doors.enter(room)
        try:
            await self._local.forget(room, version)
            self._apart.end(room)
        finally:
            self._doors.leave(room)

    async def rooms(self) -> Sequence[RoomId]:
        """Give the codes of all rooms; while Redis is away, of those known here."""
        return await self._index.rooms()

    async def filed(self) -> Sequence[RoomId]:
        """Give the codes of all rooms that will be due, those kept here alone first; while Redis is away, only them."""
        return await self._index.filed()

    async def count(self) -> int:
        """Say how many rooms there are; while Redis is away, how many are known here."""
        return await self._index.count()

    async def listed(self) -> tuple[RoomSummary, ...]:
        """Give what the room list says; while Redis is away, what it said last, with what changed here."""
        return await self._index.listed()

    def subscribe(self, room: RoomId, deliver: Deliver) -> Unsubscribe:
        """Deliver every entry of this room from now on, and hold the room in reserve."""
        return self._holdings.subscribe(room, deliver)

    def watch(self, notice: Notice) -> Unsubscribe:
        """Tell every change of the room list from now on."""
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
        known = self._holdings.newest(room)
        found = await self._shared.look(room)
        if (found.version if found is not None else 0) < known:
            found = await self._watch.restored(room, found)
        if found is None:
            self._watch.doubt(room)
            return None
        self._holdings.learn(found)
        return Stored(found.version, found.room)

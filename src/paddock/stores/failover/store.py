"""The store of a server with a Redis configured: the shared one while it is there, the local one while it is away.

Whoever uses it sees one store. While Redis is away the node is *degraded*: a room that is at home here goes on in the
local store and its journal; of one at home elsewhere the held snapshot is shown, and changes are refused (`NotHome`).
When Redis is back, each room that went on is brought back (`reunion`), and `degraded` ends with the last.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from paddock.domain.chat import ChatMessage
from paddock.domain.events import Entry, Event
from paddock.domain.finished import FinishedRace
from paddock.domain.ids import CommandKey, Millis, RaceId, RoomId
from paddock.domain.record import RaceRecord
from paddock.domain.room import Room
from paddock.domain.views import RoomSummary
from paddock.stores.contract import (
    Backlog,
    CodeTaken,
    Conflict,
    Deliver,
    Filing,
    HeldSeat,
    Known,
    LobbyChange,
    NoSuchRoom,
    NotHome,
    Notice,
    Session,
    Stored,
    StoreUnavailable,
    Unsubscribe,
)
from paddock.stores.failover.apart import Apart
from paddock.stores.failover.doors import Doors
from paddock.stores.failover.holdings import Holdings
from paddock.stores.failover.watch import Watch
from paddock.stores.feeds import Lobby
from paddock.stores.journal_file import remove
from paddock.stores.local import LocalStore
from paddock.stores.redis.store import RedisStore
from paddock.stores.whole import WholeRoom


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
        self._node = node
        self._doors = Doors()
        self._holdings = self.held = Holdings(shared)
        self._apart = Apart(local, self._holdings, self._doors, node, filing)
        self._lobby = Lobby()
        self._watch = Watch(
            shared, local, self._holdings, self._apart, self._doors, node, filing, clock or shared.clock
        )
        self._unwatch: tuple[Unsubscribe, ...] = ()

    @property
    def degraded(self) -> bool:
        """Whether this node goes on by itself."""
        return self._watch.degraded

    @property
    def reason(self) -> str | None:
        """Why it does, in a word for machines; None while it does not."""
        return (self._shared.reason or "redis_reuniting") if self.degraded else None

    @property
    def settling(self) -> bool:
        """Whether Redis is away, or was until a moment ago."""
        return self._shared.trouble is not None or self._watch.busy

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
        self._unwatch = (self._shared.watch(self._listed_there), self._local.watch(self._listed_here))
        for summary in await self._local.listed():
            self._lobby.say(summary.room, summary)
        await self._watch.open()

    async def close(self) -> None:
        """Hang up and close the journal, which stays if there is anything in it."""
        await self._watch.close()
        for unwatch in self._unwatch:
            unwatch()
        await self._holdings.close()
        await self._shared.close()
        unneeded = len(self._apart) == 0 and not await self._local.unrecorded(1)
        await self._local.close()
        if unneeded and self._journal is not None:
            await asyncio.to_thread(remove, self._journal)

    async def create(self, room: Room, entry: Entry, filing: Filing) -> None:
        """Save a new room with its first entry; see `RoomStore`."""
        if self._shared.trouble is None:
            await self._shared.create(room, entry, filing)
            return
        if room.room in self._apart:
            raise CodeTaken(room.room)
        self._apart.begin(room.room)
        try:
            await self._local.create(room, entry, filing)
        except BaseException:
            self._apart.end(room.room)
            raise

    async def load(self, room: RoomId) -> Stored | None:
        """Give the newest kept snapshot; while degraded, of a room at home elsewhere the one that is held.

        Raises:
            NotHome: Redis is away and nothing is held of the room.
        """
        await self._doors.wait(room)
        if room in self._apart:
            return await self._local.load(room)
        if self._shared.trouble is not None:
            whole = self._reserve(room)
            return Stored(whole.version, whole.room)
        known = self._holdings.newest(room)
        found = await self._shared.look(room)
        if (found.version if found is not None else 0) < known:
            found = await self._watch.restored(room, found)
        if found is None:
            self._watch.doubt(room)
            return None
        self._holdings.learn(found)
        return Stored(found.version, found.room)

    def known(self, room: RoomId) -> Known | None:
        """Give a room as it is held, led on by what was heard; None unless all is well and it is in Redis."""
        return None if self._apart_or_away(room) else self._holdings.known(room)

    async def commit(
        self, room: Room, entry: Entry, filing: Filing, race: FinishedRace | None = None, mark: str = ""
    ) -> Entry:
        """Save the next snapshot with its entry; see `RoomStore`.

        Raises:
            NotHome: Redis is away and the room is at home elsewhere.
        """
        code = room.room
        local = self._apart_or_away(code) and await self._changing(code)
        self._doors.enter(code)
        try:
            if local:
                return await self._local.commit(room, entry, filing, race)
            kept = await self._shared.commit(room, entry, filing, race, mark)
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
        self._holdings.acknowledge(code, kept, room)
        return kept

    async def append(self, room: RoomId, events: tuple[Event, ...], at: Millis, command: CommandKey | None) -> Entry:
        """Append talk at whatever version the room is; see `RoomStore`, and `commit` for `NotHome`."""
        local = self._apart_or_away(room) and await self._changing(room)
        self._doors.enter(room)
        try:
            if local:
                return await self._local.append(room, events, at, command)
            kept = await self._shared.append(room, events, at, command)
        except StoreUnavailable:
            self._holdings.attempted(room, Entry(0, at, events, command))
            raise
        except NoSuchRoom as error:
            if self._holdings.get(room) is None:
                raise
            raise StoreUnavailable(f"room {room} was lost in this moment") from error
        finally:
            self._doors.leave(room)
        self._holdings.acknowledge(room, kept, None)
        return kept

    async def applied(self, room: RoomId, command: CommandKey) -> int | None:
        """Give the version that a command led to, or None; see `RoomStore`."""
        await self._doors.wait(room)
        if room in self._apart:
            return await self._local.applied(room, command)
        if self._shared.trouble is None:
            return await self._shared.applied(room, command)
        return self._reserve(room).applied(command)

    async def since(self, room: RoomId, version: int) -> tuple[Entry, ...] | None:
        """Give all entries after `version`, or None; see `RoomStore`."""
        await self._doors.wait(room)
        if room in self._apart:
            return await self._local.since(room, version)
        if self._shared.trouble is None:
            return await self._shared.since(room, version)
        return self._reserve(room).since(version)

    async def chat(self, room: RoomId) -> tuple[ChatMessage, ...]:
        """Give the kept messages of a room, oldest first."""
        await self._doors.wait(room)
        if room in self._apart:
            return await self._local.chat(room)
        return await self._shared.chat(room) if self._shared.trouble is None else self._reserve(room).chat

    async def races(self, room: RoomId, limit: int) -> tuple[RaceRecord, ...]:
        """Give the newest finished races of a room, newest first; while Redis is away, those that were seen here."""
        if self._shared.trouble is None and room not in self._apart:
            return await self._shared.races(room, limit)
        return await self._apart.races(room, limit)

    async def race(self, race: RaceId) -> RaceRecord | None:
        """Give one finished race; while Redis is away, one that finished here."""
        return await self._local.race(race) or await self._shared.race(race)

    async def unrecorded(self, limit: int) -> tuple[FinishedRace, ...]:
        """Give finished races that the archive has not confirmed; while Redis is away, those that finished here."""
        return await self._owing().unrecorded(limit)

    async def backlog(self) -> Backlog:
        """Say how many finished races wait for the archive, and since when; while Redis is away, of those from here."""
        return await self._owing().backlog()

    async def recorded(self, races: Sequence[RaceId]) -> None:
        """Note that the archive has these races."""
        await self._owing().recorded(races)

    async def due(self, now: Millis, limit: int) -> tuple[RoomId, ...]:
        """Give rooms that are due, longest due first; while Redis is away, those that this node keeps alone."""
        here = await self._local.due(now, limit) if len(self._apart) else ()
        if self.settling:
            return here
        try:
            there = await self._shared.due(now, limit - len(here))
        except StoreUnavailable:
            return here
        return (*here, *(room for room in there if room not in self._apart))

    async def next_due(self) -> Millis | None:
        """Give the earliest due time of any room."""
        here = await self._local.next_due()
        there = await self._shared.next_due() if self._shared.trouble is None else None
        return min((at for at in (here, there) if at is not None), default=None)

    async def forget(self, room: RoomId, version: int) -> None:
        """Remove a room with its log and chat; see `RoomStore`."""
        if not await self._changing(room):
            await self._shared.forget(room, version)
            return
        self._doors.enter(room)
        try:
            await self._local.forget(room, version)
            self._apart.end(room)
        finally:
            self._doors.leave(room)

    async def rooms(self) -> Sequence[RoomId]:
        """Give the codes of all rooms; while Redis is away, of those known here."""
        if self._shared.trouble is None:
            codes = await self._shared.rooms()
            return [*codes, *set(self._apart.rooms()).difference(codes)] if len(self._apart) else codes
        return tuple({*self._holdings, *self._apart.rooms()})

    async def filed(self) -> Sequence[RoomId]:
        """Give the codes of all rooms that will be due, those kept here alone first; while Redis is away, only them."""
        there = () if self._shared.trouble else await self._shared.filed()
        return [*await self._local.filed(), *(room for room in there if room not in self._apart)]

    async def count(self) -> int:
        """Say how many rooms there are; while Redis is away, how many are known here."""
        return await self._shared.count() if self._shared.trouble is None else len(await self.rooms())

    async def listed(self) -> tuple[RoomSummary, ...]:
        """Give what the room list says; while Redis is away, what it said last, with what changed here."""
        return await self._shared.listed() if self._shared.trouble is None else self._lobby.listed()

    def subscribe(self, room: RoomId, deliver: Deliver) -> Unsubscribe:
        """Deliver every entry of this room from now on, and hold the room in reserve."""
        return self._holdings.subscribe(room, deliver)

    def watch(self, notice: Notice) -> Unsubscribe:
        """Tell every change of the room list from now on."""
        return self._lobby.watch(notice)

    async def put_session(self, token_hash: str, session: Session) -> None:
        """Save a session, replacing what was there."""
        self._holdings.note_session(token_hash, session)
        if session.room in self._apart or self._shared.trouble is not None:
            await self._local.put_session(token_hash, session)
        else:
            await self._shared.put_session(token_hash, session)

    async def session(self, token_hash: str) -> Session | None:
        """Give the session of a token, or None; while Redis is away, as far as it can be told from the held rooms."""
        here = await self._local.session(token_hash)
        if self._shared.trouble is not None:
            return here or self._holdings.seats.get(token_hash) or await self._apart.seat_of(token_hash)
        if here is not None and here.room in self._apart:
            return here
        found = await self._shared.session(token_hash)
        if found is None:
            # A store that was emptied knows no seats; what was written or read here is as good until it is put back.
            return self._holdings.seats.get(token_hash)
        self._holdings.note_session(token_hash, found)
        return found

    async def drop_session(self, token_hash: str) -> None:
        """Remove a session."""
        self._holdings.note_session(token_hash, None)
        if self._shared.trouble is None:
            await self._shared.drop_session(token_hash)
        else:
            self._watch.dropped(token_hash)
        if await self._local.session(token_hash) is not None:
            await self._local.drop_session(token_hash)

    def _listed_there(self, change: LobbyChange) -> None:
        if change.room not in self._apart:
            self._lobby.say(change.room, change.summary)

    def _listed_here(self, change: LobbyChange) -> None:
        # A room whose door is shut leaves this store for the other one, and stays on the list.
        if change.summary is not None or not self._doors.is_shut(change.room):
            self._lobby.say(change.room, change.summary)

    def _owing(self) -> RedisStore | LocalStore:
        return self._shared if self._shared.trouble is None else self._local

    def _reserve(self, room: RoomId) -> WholeRoom:
        if (whole := self._holdings.whole(room)) is None:
            raise NotHome(room)
        return whole

    def _apart_or_away(self, room: RoomId) -> bool:
        """Say whether there is anything to find out before a room can be changed; mostly there is not."""
        return self._watch.busy or self._shared.trouble is not None or self._doors.is_shut(room) or room in self._apart

    async def _changing(self, room: RoomId) -> bool:
        """Say whether a change of a room goes to the local store, which takes the room in first if need be."""
        await self._doors.wait(room)
        if room in self._apart:
            return True
        if self._shared.trouble is not None:
            await self._apart.take(room)
            return True
        if self._watch.settling and not self._apart.at_home(room):
            raise NotHome(room)
        return False

"""The local store: live rooms in the memory of one process, kept in a journal; it knows nothing of the game.

Reads answer from memory, and only with what is kept. A change is checked against the room's front (what is kept, and
what is on its way to the disk), handed to the keeper, and becomes visible, delivered and acknowledged in one go when
the keeper reports it; reports come in the order of the changes, so entries are delivered in the order of versions.
When a change is lost, everything that followed it is lost with it, and the front falls back to what is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import structlog

from paddock.domain.chat import ChatMessage
from paddock.domain.events import Entry, Event
from paddock.domain.finished import FinishedRace
from paddock.domain.ids import CommandKey, Millis, RaceId, RoomId
from paddock.domain.record import RaceRecord
from paddock.domain.room import Room
from paddock.domain.views import RoomSummary
from paddock.stores.change import Snapshot, numbered, rows_of, rows_of_whole
from paddock.stores.codec import encode
from paddock.stores.contract import (
    AlreadyApplied,
    Backlog,
    CodeTaken,
    Conflict,
    Deliver,
    Filing,
    Known,
    NoSuchRoom,
    Notice,
    Session,
    Stored,
    StoreUnavailable,
    Unsubscribe,
)
from paddock.stores.due_index import DueIndex
from paddock.stores.feeds import Feeds, Lobby
from paddock.stores.journal import Journal
from paddock.stores.keeper import Keeper, Nowhere, OnDisk, readable_races
from paddock.stores.live import Front, Kept, Live, report, show_nothing
from paddock.stores.room_log import RoomLog
from paddock.stores.rows import RaceRow, Rows
from paddock.stores.saved import SavedRoom
from paddock.stores.seats import Seats
from paddock.stores.upgrades import UPGRADES, Upgrade
from paddock.stores.whole import WholeRoom

log = structlog.get_logger("paddock.stores.local")


class LocalStore:
    """Rooms and sessions of a single process: a `RoomStore` and a `SessionStore`."""

    def __init__(
        self,
        path: Path | None,
        *,
        full_sync: bool = False,
        upgrades: Mapping[int, Upgrade] = UPGRADES,
        places: Callable[[], int] = lambda: 0,
    ) -> None:
        """Prepare a store kept in the journal at `path`, or nowhere (None); nothing is opened before `open`.

        `full_sync` lets every acknowledgement wait for the disk itself, so that it survives power loss too.
        `places` gives the least place of a new room, when places mean something beyond this store.
        """
        self._places = places
        self._keeper: Keeper = Nowhere() if path is None else OnDisk(Journal(path, full_sync=full_sync), upgrades)
        self._rooms: dict[RoomId, Live] = {}
        self._fronts: dict[RoomId, Front] = {}
        self._seats = Seats()
        self._due = DueIndex()
        self._lobby = Lobby()
        self._feeds = Feeds()
        self._last_place = 0

    @property
    def trouble(self) -> str | None:
        """Why nothing can be kept at the moment, for health and metrics; None while all is well."""
        return self._keeper.trouble

    async def open(self) -> None:
        """Bring back everything that was kept.

        Raises:
            JournalTrouble: the journal cannot be used; the text is a sentence for the operator.
        """
        saved = await self._keeper.open()
        for found in saved.rooms:
            self._come_up(found)
        for token, session in saved.sessions.items():
            self._seats.put(token, session)
        self._last_place = saved.last_place
        log.info("store.opened", rooms=len(saved.rooms), sessions=len(saved.sessions))

    async def close(self) -> None:
        """Keep what is on its way and let go of the journal."""
        await self._keeper.close()

    async def copy(self, path: Path, told: Callable[[int, int], None]) -> None:
        """Copy the journal to a new file while it goes on; `told` hears how many pages are copied, and out of how many.

        Raises:
            StoreUnavailable: it cannot be copied.
        """
        await self._keeper.copy(path, told)

    async def create(self, room: Room, entry: Entry, filing: Filing) -> None:
        """Save a new room with its first entry; see `RoomStore`."""
        if entry.version != 1:
            raise ValueError(f"a room begins with version 1, not {entry.version}")
        front = self._front(room.room)
        if front.exists:
            await front.settled()
            raise CodeTaken(room.room)
        self._last_place = max(self._last_place + 1, self._places())
        await self._add(room.room, front, self._last_place, numbered(entry, 1), Snapshot(room, filing))

    async def load(self, room: RoomId) -> Stored | None:
        """Give the newest kept snapshot."""
        live = self._rooms.get(room)
        return live.stored if live is not None else None

    def known(self, room: RoomId) -> Known | None:
        """Give nothing: loading is as cheap, and certain."""
        return None

    async def commit(
        self, room: Room, entry: Entry, filing: Filing, race: FinishedRace | None = None, mark: str = ""
    ) -> Entry:
        """Save the next snapshot with its entry; see `RoomStore`. What is kept here is never set back: no mark."""
        front = await self._existing(room.room, entry.command)
        if not front.ruled < entry.version <= front.version + 1:
            await front.settled()
            raise Conflict(room.room)
        entry = numbered(entry, front.version + 1)
        await self._add(room.room, front, front.place, entry, Snapshot(room, filing, race))
        return entry

    async def append(self, room: RoomId, events: tuple[Event, ...], at: Millis, command: CommandKey | None) -> Entry:
        """Append talk at whatever version the room is; see `RoomStore`."""
        front = await self._existing(room, command)
        entry = numbered(Entry(0, at, events, command), front.version + 1)
        await self._add(room, front, front.place, entry, None)
        return entry

    async def applied(self, room: RoomId, command: CommandKey) -> int | None:
        """Give the version that a command led to, or None; one that is being kept at the moment is waited for."""
        return await self._applied(room, self._front(room), command)

    async def since(self, room: RoomId, version: int) -> tuple[Entry, ...] | None:
        """Give all entries after `version`, or None; see `RoomStore`."""
        live = self._rooms.get(room)
        return live.log.since(version) if live is not None else None

    async def chat(self, room: RoomId) -> tuple[ChatMessage, ...]:
        """Give the kept messages of a room, oldest first."""
        live = self._rooms.get(room)
        return tuple(live.chat) if live is not None else ()

    async def take_in(self, whole: WholeRoom, filing: Filing) -> None:
        """Go on with a room that came from another store; its place and versions stay what they were.

        Raises:
            CodeTaken: a room of this code, or another one at its place, is here.
        """
        front = self._front(whole.code)
        if front.exists or any(live.place == whole.place for live in self._rooms.values()):
            raise CodeTaken(whole.code)
        self._last_place = max(self._last_place, whole.place)
        saved = SavedRoom(
            whole.place,
            whole.ruled,
            Stored(whole.version, whole.room),
            filing,
            RoomLog.of(whole.version, whole.entries, whole.commands),
            list(whole.chat),
        )
        front.begin(whole.place)
        kept = self._hand_in(whole.code, front, rows_of_whole(whole, filing), partial(self._come_up, saved), None)
        front.arrive(whole.version, whole.ruled, kept)
        await asyncio.shield(kept)

    async def whole(self, room: RoomId) -> WholeRoom | None:
        """Give a room with all that is kept of it, once what is on its way to the disk has arrived."""
        await self._front(room).settled()
        live = self._rooms.get(room)
        if live is None:
            return None
        version, entries, chat = live.stored.version, live.log.since(live.log.first) or (), tuple(live.chat)
        return WholeRoom(live.place, version, live.ruled, live.stored.room, entries, chat, live.log.earlier())

    def sessions(self) -> tuple[tuple[str, Session], ...]:
        """Give all sessions, each with its token."""
        return self._seats.all()

    async def finished(self, room: RoomId, limit: int) -> tuple[FinishedRace, ...]:
        """Give the newest finished races of a room as the archive is owed them, newest first."""
        return await readable_races(await self._keeper.races(room, limit))

    async def owe(self, race: FinishedRace) -> None:
        """Keep a race that finished elsewhere until the archive has it."""
        kept = _future()
        record = race.record
        row = RaceRow(record.card.race, record.room, record.starts_at, encode(race))
        self._keeper.keep(Rows(race=row), partial(report, kept, show_nothing))
        await asyncio.shield(kept)

    async def races(self, room: RoomId, limit: int) -> tuple[RaceRecord, ...]:
        """Give the newest finished races of a room, newest first."""
        return tuple(race.record for race in await self.finished(room, limit))

    async def race(self, race: RaceId) -> RaceRecord | None:
        """Give one finished race."""
        return next((found.record for found in await readable_races(await self._keeper.race(race))), None)

    async def unrecorded(self, limit: int) -> tuple[FinishedRace, ...]:
        """Give finished races that the archive has not confirmed, longest waiting first."""
        return await readable_races(await self._keeper.unrecorded(limit))

    async def backlog(self) -> Backlog:
        """Say how many races the archive has not confirmed, and since when the longest of them waits."""
        return await self._keeper.backlog()

    async def recorded(self, races: Sequence[RaceId]) -> None:
        """Note that the archive has these races."""
        kept = _future()
        self._keeper.keep(Rows(recorded=tuple(races)), partial(report, kept, show_nothing))
        await asyncio.shield(kept)

    async def due(self, now: Millis, limit: int) -> tuple[RoomId, ...]:
        """Give rooms that are due, longest due first."""
        return self._due.due(now, limit)

    async def next_due(self) -> Millis | None:
        """Give the earliest due time of any room."""
        return self._due.next_due()

    async def forget(self, room: RoomId, version: int) -> None:
        """Remove a room with its log, chat and sessions; see `RoomStore`."""
        front = self._front(room)
        if not front.exists or front.version != version:
            await front.settled()
            if not front.exists:
                return
            raise Conflict(room)
        seats = self._seats.of(room)
        rows = Rows(gone=front.place, sessions=tuple((token, None) for token in seats))
        kept = self._hand_in(room, front, rows, partial(self._show_gone, room, seats), None)
        front.end(kept)
        await asyncio.shield(kept)

    async def rooms(self) -> Sequence[RoomId]:
        """Give the codes of all rooms."""
        return tuple(self._rooms)

    async def filed(self) -> Sequence[RoomId]:
        """Give the codes of all rooms that will be due, soonest first."""
        return self._due.due(Millis(1 << 62), len(self._rooms))

    async def count(self) -> int:
        """Say how many rooms there are."""
        return len(self._rooms)

    async def listed(self) -> tuple[RoomSummary, ...]:
        """Give what the room list says."""
        return self._lobby.listed()

    def subscribe(self, room: RoomId, deliver: Deliver) -> Unsubscribe:
        """Deliver every entry of this room from now on, once it is kept."""
        return self._feeds.subscribe(room, deliver)

    def watch(self, notice: Notice) -> Unsubscribe:
        """Tell every change of the room list from now on, once it is kept."""
        return self._lobby.watch(notice)

    async def put_session(self, token_hash: str, session: Session) -> None:
        """Save a session, replacing what was there."""
        await self._change_session(token_hash, session)

    async def session(self, token_hash: str) -> Session | None:
        """Give the session of a token, or None."""
        return self._seats.get(token_hash)

    async def drop_session(self, token_hash: str) -> None:
        """Remove a session."""
        await self._change_session(token_hash, None)

    async def _change_session(self, token: str, session: Session | None) -> None:
        kept = _future()

        def done(error: StoreUnavailable | None) -> None:
            self._seats.settle(token)
            report(kept, partial(self._seats.put, token, session), error)

        self._keeper.keep(Rows(sessions=((token, encode(session) if session is not None else None),)), done)
        self._seats.begin(token)
        await asyncio.shield(kept)

    def _come_up(self, found: SavedRoom) -> None:
        code = found.stored.room.room
        self._rooms[code] = Live(found)
        self._due.file(code, found.filing.due)
        self._lobby.say(code, found.filing.summary)

    def _front(self, code: RoomId) -> Front:
        return self._fronts.get(code) or Front(self._rooms.get(code))

    async def _existing(self, code: RoomId, command: CommandKey | None) -> Front:
        """Give the front of a room that exists and does not know the command; refuse only on grounds that are kept."""
        front = self._front(code)
        if not front.exists:
            await front.settled()
            raise NoSuchRoom(code)
        applied = await self._applied(code, front, command)
        if applied is not None:
            raise AlreadyApplied(applied)
        return front

    async def _applied(self, code: RoomId, front: Front, command: CommandKey | None) -> int | None:
        if command is None:
            return None
        if command in front.commands:
            version, kept = front.commands[command]
            await asyncio.shield(kept)
            return version
        live = self._kept(code, front)
        return live.log.applied(command) if live is not None else None

    def _kept(self, code: RoomId, front: Front) -> Live | None:
        """Give what is kept of the room that the front speaks of, and not of a forgotten one of the same code."""
        live = self._rooms.get(code)
        return live if live is not None and live.place == front.place else None

    async def _add(self, code: RoomId, front: Front, place: int, entry: Entry, snapshot: Snapshot | None) -> None:
        live = self._kept(code, front)
        rows = rows_of(place, entry, snapshot, live.trim() if live is not None else None)
        kept = self._hand_in(code, front, rows, partial(self._show, code, place, entry, snapshot), entry.command)
        if place != front.place:
            front.begin(place)
        front.advance(entry, kept, ruled=snapshot is not None)
        await asyncio.shield(kept)

    def _hand_in(
        self, code: RoomId, front: Front, rows: Rows, show: Callable[[], None], command: CommandKey | None
    ) -> Kept:
        kept = _future()

        def done(error: StoreUnavailable | None) -> None:
            # Changes are lost together with all that follow, so a front whose last change is settled is what is kept.
            if front.settle(command):
                del self._fronts[code]
            report(kept, show, error)

        self._keeper.keep(rows, done)
        self._fronts[code] = front
        return kept

    def _show(self, code: RoomId, place: int, entry: Entry, snapshot: Snapshot | None) -> None:
        live = self._rooms.get(code)
        if live is None and snapshot is not None:
            stored = Stored(entry.version, snapshot.room)
            live = self._rooms[code] = Live(SavedRoom(place, 0, stored, snapshot.filing, RoomLog(), []))
        if live is None:
            raise NoSuchRoom(code)
        live.take(entry, snapshot)
        if snapshot is not None:
            self._due.file(code, snapshot.filing.due)
            self._lobby.say(code, snapshot.filing.summary)
        self._feeds.deliver(code, entry)

    def _show_gone(self, code: RoomId, seats: tuple[str, ...]) -> None:
        del self._rooms[code]
        self._due.file(code, None)
        self._lobby.say(code, None)
        for token in seats:
            self._seats.put(token, None)


def _future() -> Kept:
    return asyncio.get_running_loop().create_future()

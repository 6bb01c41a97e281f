"""Rooms: the only place where a room changes. A command is decided, evolved, and committed, or refused.

Nothing here knows who is connected or what a client sees; whoever wants to know what happened subscribes to the feed.
"""

from __future__ import annotations

import asyncio
from typing import Final

import structlog
from msgspec.structs import replace

from paddock.domain import clock_steps, views
from paddock.domain.chat import ChatMessage
from paddock.domain.commands import ComeBack, Command, Fresh, HoldSeat, PersonalCommand, Say
from paddock.domain.decide import decide
from paddock.domain.duties import next_due
from paddock.domain.events import Entry, Event, MemberJoined, MemberLeft, RaceFinished, RoomClosed, is_talk
from paddock.domain.evolve import evolve
from paddock.domain.finished import FinishedRace, finished
from paddock.domain.hosting import open_room
from paddock.domain.identity import command_key
from paddock.domain.ids import CommandId, CommandKey, Millis, PlayerId, RaceId, RoomId
from paddock.domain.record import RaceRecord
from paddock.domain.refusals import Refusal
from paddock.domain.room import Keys, Room
from paddock.domain.settings import Listing, Pace, Settings
from paddock.service.clock import Clock, Steps, no_steps
from paddock.service.random_source import RandomSource
from paddock.service.room_locks import RoomLocks, TooManyWaitingError
from paddock.stores.contract import (
    AlreadyApplied,
    CodeTaken,
    Conflict,
    Deliver,
    Filing,
    Known,
    NoSuchRoom,
    RoomStore,
    Session,
    SessionStore,
    Stored,
    Unsubscribe,
)

log = structlog.get_logger("paddock.rooms")

ATTEMPTS: Final = 8
"""How often a command is decided again after another node was quicker."""
BACKOFF_S: Final = 0.001
"""The first pause after a conflict, doubled with each and jittered: without it two nodes in step starve each other."""
COUNTED_S: Final = 1.0
"""How long the rooms are taken to be as many as were counted: counting asks every bucket, and the limit is there for
the memory, not to the room. Before anybody is refused they are counted anew."""
CODES: Final = 16
"""How many codes are tried for a new room; with 33 million codes and more a second one is rare."""
_LOOKED_AT: Final = (Say, ComeBack)
"""Commands that mostly lead to no commit, so that nothing but the room as it is would do."""


class Rooms:
    """All rooms this server can reach."""

    def __init__(
        self,
        store: RoomStore,
        sessions: SessionStore,
        clock: Clock,
        random: RandomSource,
        node: str,
        *,
        most: int = 10_000,
        steps: Steps = no_steps,
    ) -> None:
        self._store = store
        self._sessions = sessions
        self.node = node
        self._most = most
        self._counted = 0
        self._counted_until = 0.0
        self._locks = RoomLocks()
        self.clock = clock
        """Steady time: what is due, and what is allowed, goes by it."""
        self.steps = steps
        self.random = random

    async def open(
        self, founder: PlayerId, name: str, keys: Keys, settings: Settings, pace: Pace, password: str | None
    ) -> RoomId | Refusal:
        """Make a room with its founder in it, under a code that no server has given out, and give the code.

        The code of a room that strangers are to stay out of is a secret, and longer.

        Raises:
            StoreUnavailable: the store cannot answer now.
        """
        if await self._is_full():
            return Refusal.SERVER_FULL
        steps = self.steps()
        now = clock_steps.calendar(self.clock(), steps)
        fresh = self.random.fresh()
        secret = settings.listing is Listing.UNLISTED or password is not None
        for _ in range(CODES):
            code = self.random.room_code(secret=secret)
            made = open_room(code, founder, name, keys, settings, pace, password, fresh, now, self.node)
            if isinstance(made, Refusal):
                return made
            room, events = replace(made[0], steps=steps), made[1]
            try:
                await self._store.create(room, Entry(1, now, events), filing(room))
            except CodeTaken:
                continue
            self._counted += 1
            await self._keep_sessions(room, 1, events)
            log.info("room.opened", room=code, player=founder)
            return code
        return Refusal.BUSY

    async def _is_full(self) -> bool:
        now = asyncio.get_running_loop().time()
        if self._counted >= self._most or now >= self._counted_until:
            self._counted = await self._store.count()
            self._counted_until = now + COUNTED_S
        return self._counted >= self._most

    async def submit(self, room_id: RoomId, command: Command, command_id: CommandId | None = None) -> int | Refusal:
        """Decide a command and commit what it leads to; gives the room's version then, or why not.

        A command that was applied before (`identity`: sender, kind and id) changes nothing and gives the version it led
        to then. Only what people ask has an id.

        Raises:
            StoreUnavailable: the store cannot answer now; the same command id makes a repeat safe.
        """
        key: CommandKey | None = None
        if command_id is not None and isinstance(command, PersonalCommand):
            key = command_key(command, command_id)
        try:
            async with self._locks.hold(room_id):
                return await self._submit(room_id, command, key)
        except TooManyWaitingError:
            return Refusal.BUSY
        except AlreadyApplied as applied:
            return applied.version
        except NoSuchRoom:
            return Refusal.NO_ROOM

    async def _submit(self, room_id: RoomId, command: Command, key: CommandKey | None) -> int | Refusal:
        known = self._store.known(room_id) if not isinstance(command, _LOOKED_AT) else None
        found: Known | None = None
        for attempt in range(ATTEMPTS):
            mark = known.mark if known is not None else ""
            stored = known or found or await self._store.load(room_id)
            known = found = None
            if stored is None:
                return Refusal.NO_ROOM
            now = self.now(stored.room)
            decision = decide(stored.room, command, now)
            talk = not isinstance(decision, Refusal) and is_talk(decision)
            if mark and (talk or isinstance(decision, Refusal)):
                # What is known may be old, and this is no change that keeping would judge: look at what there is.
                continue
            if isinstance(decision, Refusal):
                # Keeping recognises a command that was applied; one that is refused may be so because it was.
                applied = await self._store.applied(room_id, key) if key is not None else None
                return decision if applied is None else applied
            if not decision:
                return stored.version
            if talk:
                return (await self._store.append(room_id, decision, now, key)).version
            entry = Entry(stored.version + 1, now, decision, key)
            try:
                kept = await self._commit(stored.room, entry, mark)
            except Conflict as conflict:
                found = conflict.found
                if conflict.wait_s:
                    await asyncio.sleep(conflict.wait_s)
                    found = None
                elif not mark:
                    await asyncio.sleep(self.random.jitter() * (BACKOFF_S * 2**attempt))
                continue
            names = [type(event).__name__ for event in decision]
            log.info("room.changed", room=room_id, version=kept.version, events=names)
            return kept.version
        return Refusal.BUSY

    async def _commit(self, before: Room, entry: Entry, mark: str) -> Entry:
        after = before
        race: FinishedRace | None = None
        for event in entry.events:
            after = evolve(after, event, entry.at)
            if isinstance(event, RaceFinished):
                race = finished(before, event.record)
        kept = await self._store.commit(after, entry, filing(after), race, mark)
        await self._keep_sessions(after, kept.version, entry.events)
        for event in entry.events:
            if isinstance(event, RoomClosed):
                for member in before.members.values():
                    await self._sessions.drop_session(member.keys.token)
        return kept

    async def _keep_sessions(self, room: Room, version: int, events: tuple[Event, ...]) -> None:
        """Write the sessions of those who came, drop those of the ones who went.

        A process killed between the commit and this leaves a seat without a session; joining with its token finds it.
        """
        for event in events:
            if isinstance(event, MemberJoined):
                await self._keep_session(event.member.keys.token, room.room, event.member.player, version)
            elif isinstance(event, MemberLeft):
                await self._sessions.drop_session(event.keys.token)

    async def forget(self, room: RoomId, version: int) -> None:
        """Remove a closed room, unless it has changed meanwhile."""
        try:
            await self._store.forget(room, version)
        except Conflict:
            return
        log.info("room.forgotten", room=room)

    def now(self, room: Room) -> Millis:
        """Give the present moment by the calendar that the room's moments go by."""
        return clock_steps.calendar(self.clock(), room.steps)

    def calendar(self) -> Millis:
        """Give the present moment as the machine's clock, or the store's, has it."""
        return clock_steps.calendar(self.clock(), self.steps())

    async def load(self, room: RoomId) -> Stored | None:
        """Give a room as it is."""
        return await self._store.load(room)

    async def hold(self, token: str, room: Room, player: PlayerId, version: int) -> None:
        """Note that the seat of a hashed token is held by a connection here since this version of the room.

        `room` is what was read of it just now. A connection on another node is told through the feed that the seat has
        moved.
        """
        await self._keep_session(token, room.room, player, version)
        member = room.members.get(player)
        if member is not None and member.node != self.node:
            await self.submit(room.room, HoldSeat(player, self.node))

    async def _keep_session(self, token: str, room: RoomId, player: PlayerId, version: int) -> None:
        session = Session(room, player, self.node, version)
        if await self._sessions.session(token) != session:
            await self._sessions.put_session(token, session)

    async def session(self, token: str) -> Session | None:
        """Give the session of a hashed seat token."""
        return await self._sessions.session(token)

    async def since(self, room: RoomId, version: int) -> tuple[Entry, ...] | None:
        """Give the entries after a version, or None when they are no longer all there."""
        return await self._store.since(room, version)

    async def chat(self, room: RoomId) -> tuple[ChatMessage, ...]:
        """Give the kept messages of a room, oldest first."""
        return await self._store.chat(room)

    async def races(self, room: RoomId, limit: int) -> tuple[RaceRecord, ...]:
        """Give a room's newest finished races, newest first."""
        return await self._store.races(room, limit)

    async def race(self, race: RaceId) -> RaceRecord | None:
        """Give one finished race."""
        return await self._store.race(race)

    async def codes(self) -> tuple[RoomId, ...]:
        """Give the codes of all rooms."""
        return tuple(await self._store.rooms())

    async def filed(self) -> tuple[RoomId, ...]:
        """Give the codes of all rooms that will owe something; those that owe it first come first."""
        return tuple(await self._store.filed())

    async def count(self) -> int:
        """Say how many rooms there are."""
        return await self._store.count()

    async def due(self, now: Millis, limit: int) -> tuple[RoomId, ...]:
        """Give rooms that owe something by now, a moment of steady time; those that owe it first come first."""
        return await self._store.due(now, limit)

    def subscribe(self, room: RoomId, deliver: Deliver) -> Unsubscribe:
        """Deliver a room's entries from now on."""
        return self._store.subscribe(room, deliver)

    def fresh(self) -> Fresh:
        """Make ids and dice for a new round."""
        return self.random.fresh()


def filing(room: Room) -> Filing:
    """Say how a room is filed beside its snapshot: by steady time, so that no step of the clock makes it due."""
    return Filing(clock_steps.steady(next_due(room), room.steps), views.summary(room))

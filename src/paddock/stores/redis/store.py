"""The Redis store: live rooms that any number of servers share; it knows nothing of the game.

Each change is one Lua step on the server that has the room's bucket: versions are the fence between nodes, and nothing
is cached. Reads always ask Redis. Entries come back to every node, the writer too, over the room's feed.

**What `StoreUnavailable` means here.** No call takes longer than 500 ms. A call that failed without an answer may have
been done at the last moment, but will not be done later: each step carries the moment after which Redis refuses it.
Repeating is safe. A command with an id is recognised (`AlreadyApplied`); one without is decided again on the room as it
is; a race is known by its name; sessions, claims and removals are the same done twice. Only talk without an id could
be said twice, so whoever lets people retry gives it one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import structlog
from msgspec.structs import replace

from paddock.domain.chat import ChatMessage
from paddock.domain.events import Entry, Event
from paddock.domain.finished import FinishedRace
from paddock.domain.ids import CommandKey, Millis, RaceId, RoomId
from paddock.domain.record import RaceRecord
from paddock.domain.room import Room
from paddock.domain.views import RoomSummary
from paddock.stores.change import numbered
from paddock.stores.codec import Undecodable, decode_entry, decode_message, decode_room, encode
from paddock.stores.contract import (
    Backlog,
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
from paddock.stores.redis import keys
from paddock.stores.redis.address import parse_address
from paddock.stores.redis.allowances import Allowances
from paddock.stores.redis.checks import problems
from paddock.stores.redis.clock import StoreClock
from paddock.stores.redis.dialer import Limits
from paddock.stores.redis.due_rooms import DueRooms
from paddock.stores.redis.feed import Feed
from paddock.stores.redis.held import Held
from paddock.stores.redis.listening import Listening
from paddock.stores.redis.lobby_feed import LobbyFeed
from paddock.stores.redis.nodes import Nodes
from paddock.stores.redis.pulse import Pulse
from paddock.stores.redis.races import Races
from paddock.stores.redis.reasons import Reason
from paddock.stores.redis.replies import Command, bodies, body, items, number
from paddock.stores.redis.reuniting import Reuniting
from paddock.stores.redis.scripts import load_scripts
from paddock.stores.redis.servers import Servers
from paddock.stores.redis.sessions import Sessions
from paddock.stores.redis.steps import Steps, kept

log = structlog.get_logger("paddock.stores.redis")

LIMITS: Final = Limits()
CHECK_S: Final = 60.0
FAR_S: Final = 0.02
"""From a commit that takes this long on, whoever was too late is given the next turn: on a quick way a second attempt
is nearly always in time, on a slow one the node that was in time once is so again and again."""
TURN: Final = 1.5
"""How long a turn is kept for a node, in commits: one has to come and go, and its way there may be slower."""


class RedisStore:
    """Rooms and sessions of all servers that share one Redis: a `RoomStore` and a `SessionStore`."""

    def __init__(self, url: str, node: str, limits: Limits = LIMITS, prefix: str = keys.PREFIX) -> None:
        """Prepare a store at a URL (see `address`) for the server named `node`; nothing is opened before `open`.

        All keys and channels begin with `prefix` (see `keys`).

        Raises:
            ValueError: the URL cannot be read; the text is a sentence for the operator.
        """
        address = parse_address(url)
        scripts = load_scripts()
        self._limits = limits
        self.clock = StoreClock()
        self._servers = Servers(address, self.clock, limits, prefix)
        self._keys = self._servers.keys
        self._steps = Steps(scripts, node, self._keys, sharded=self._servers.sharded)
        self._listening = Listening(self._servers)
        self._feed = Feed(self._servers, self._steps, self._listening)
        self._lobby = LobbyFeed(self._servers, self._listening)
        self._races = Races(self._servers, scripts)
        self.whole = Reuniting(self._servers, scripts)
        self.emptied: Callable[[], None] | None = None
        """Called when the store is not the one it was."""
        self._sessions = Sessions(self._servers, scripts)
        self._due = DueRooms(self._servers, scripts, node)
        self.nodes = Nodes(self._servers, self.clock, node)
        self.held = Held(self._servers, self.nodes, node)
        self.allowances = Allowances(self._servers, scripts)
        self._problems: tuple[str, ...] = ()
        self._check_at = 0.0
        self._turn_ms = 0
        self._pulse = Pulse(self._servers, self._listening, self.clock, scripts.clock, self._mistrust, self._catch_up)

    @property
    def trouble(self) -> str | None:
        """Why nothing can be kept at the moment, for health and metrics; None while all is well."""
        return self._servers.trouble

    @property
    def reason(self) -> Reason | None:
        """The same in a word for machines."""
        return self._servers.reason

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with the set-up of Redis, as sentences for health and `paddock doctor`; asked every minute."""
        return self._problems

    async def open(self) -> None:
        """Connect and begin to follow the room list; a Redis that is not there is waited for in the background.

        `trouble` says then what is the matter; `ready` waits until it is over.
        """
        try:
            await self._pulse.beat()
            await self._check()
        except StoreUnavailable:
            pass  # said below
        self._listening.open()
        self._lobby.open()
        self._pulse.open()
        try:
            async with asyncio.timeout(self._limits.open_s):
                await self.ready()
        except TimeoutError:
            log.error("redis.absent", reason=self.trouble)

    async def ready(self) -> None:
        """Wait until the room list is known and followed."""
        await self._lobby.complete()

    async def close(self) -> None:
        """Hang up; whatever was acknowledged is kept."""
        await self._pulse.close()
        try:
            await self.nodes.drop()
        except StoreUnavailable:
            pass  # the lease runs out by itself
        await self._feed.close()
        await self._lobby.close()
        await self._listening.close()
        await self._servers.close()

    async def create(self, room: Room, entry: Entry, filing: Filing) -> None:
        """Save a new room with its first entry; see `RoomStore`."""
        if entry.version != 1:
            raise ValueError(f"a room begins with version 1, not {entry.version}")
        position = kept(room.room, await self._servers.run(self._steps.create(room, entry, filing)))
        self._lobby.kept(room.room, position, filing.summary)
        self._feed.seen(room.room, position.place, 0)

    async def load(self, room: RoomId) -> Stored | None:
        """Give the newest kept snapshot; see `look`."""
        found = await self.look(room)
        return Stored(found.version, found.room) if found is not None else None

    def known(self, room: RoomId) -> Known | None:
        """Give nothing: no room is kept here."""
        return None

    async def look(self, room: RoomId) -> Known | None:
        """Give the newest kept snapshot with its mark, which is empty when a program without marks wrote it.

        Raises:
            StoreUnavailable: it cannot be read now, or this version of the program cannot read it.
        """
        names = self._keys.of_room(room)
        question: Command = ("HMGET", names.room, "i", "v", "s", "n", "m")
        (reply,) = await self._servers.ask([(names.bucket, question)])
        match items(reply):
            case [bytes(place), bytes(version), bytes(snapshot), bytes(schema), mark]:
                self._feed.seen(room, number(place), number(version))
                try:
                    return Known(number(version), decode_room(snapshot, number(schema)), (body(mark) or b"").decode())
                except Undecodable as error:
                    log.error("store.room_unreadable", room=room, version=number(version), reason=str(error))
                    raise StoreUnavailable(f"room {room} cannot be read by this version") from error
            case _:
                self._feed.seen(room, 0, 0)
                return None

    async def commit(
        self, room: Room, entry: Entry, filing: Filing, race: FinishedRace | None = None, mark: str = ""
    ) -> Entry:
        """Save the next snapshot with its entry; see `RoomStore`."""
        if race is not None:
            await self._races.put(race.race, encode(race.record))
        asked = asyncio.get_running_loop().time()
        reply = await self._servers.run(self._steps.commit(room, entry, filing, race, mark, self._turn_ms))
        took = asyncio.get_running_loop().time() - asked
        self._turn_ms = int(took * TURN * 1000) if took >= FAR_S else 0
        try:
            position = kept(room.room, reply)
        except Conflict as conflict:
            # Another's turn is over by as much as this answer was on its way, and the next attempt will be.
            conflict.wait_s = max(0.0, conflict.wait_s - TURN * took)
            raise
        self._lobby.kept(room.room, position, filing.summary)
        self._feed.seen(room.room, position.place, position.version - 1)
        return numbered(entry, position.version)

    async def append(self, room: RoomId, events: tuple[Event, ...], at: Millis, command: CommandKey | None) -> Entry:
        """Append talk at whatever version the room is; see `RoomStore`."""
        entry = Entry(0, at, events, command)
        position = kept(room, await self._servers.run(self._steps.append(room, entry)))
        self._feed.seen(room, position.place, position.version - 1)
        return numbered(entry, position.version)

    async def check_emptied(self, room: RoomId) -> None:
        """Find out whether the server of a room was emptied; raises `StoreUnavailable` if it does not answer."""
        await self._pulse.look_for_mark(keys.bucket_of(room))

    async def applied(self, room: RoomId, command: CommandKey) -> int | None:
        """Give the version that a command led to, or None; see `RoomStore`."""
        names = self._keys.of_room(room)
        question: Command = ("ZSCORE", names.commands, command)
        (reply,) = await self._servers.ask([(names.bucket, question)])
        version = body(reply)
        return int(float(version)) if version is not None else None

    async def since(self, room: RoomId, version: int) -> tuple[Entry, ...] | None:
        """Give all entries after `version`, or None; see `RoomStore`."""
        reply = await self._servers.run(self._steps.since(room, version))
        if reply is None:
            return None
        place, at, entries = items(reply)
        self._feed.seen(room, number(place), number(at))
        if entries is None:
            return None
        try:
            found = [decode_entry(entry) for entry in bodies(entries)]
        except Undecodable as error:
            log.error("store.entry_unreadable", room=room, after=version, reason=str(error))
            return None
        return tuple(numbered(entry, after) for after, entry in enumerate(found, version + 1))

    async def chat(self, room: RoomId) -> tuple[ChatMessage, ...]:
        """Give the kept messages of a room, oldest first."""
        names = self._keys.of_room(room)
        question: Command = ("LRANGE", names.chat, 0, -1)
        (reply,) = await self._servers.ask([(names.bucket, question)])
        messages: list[ChatMessage] = []
        for line in bodies(reply):
            version, _, message = line.partition(b" ")
            try:
                messages.append(replace(decode_message(message), version=int(version)))
            except (Undecodable, ValueError) as error:
                log.warning("store.message_lost", room=room, reason=str(error))
        return tuple(messages)

    async def races(self, room: RoomId, limit: int) -> tuple[RaceRecord, ...]:
        """Give the newest finished races of a room, newest first."""
        return await self._races.of_room(room, limit)

    async def race(self, race: RaceId) -> RaceRecord | None:
        """Give one finished race."""
        return await self._races.one(race)

    async def unrecorded(self, limit: int) -> tuple[FinishedRace, ...]:
        """Give finished races that the archive has not confirmed, longest waiting first."""
        return await self._races.unrecorded(limit)

    async def backlog(self) -> Backlog:
        """Say how many races the archive has not confirmed, and since when the longest of them waits."""
        return await self._races.backlog()

    async def recorded(self, races: Sequence[RaceId]) -> None:
        """Note that the archive has these races."""
        await self._races.recorded(races)

    async def due(self, now: Millis, limit: int) -> tuple[RoomId, ...]:
        """Give rooms that are due and that no other node looks after, longest due first."""
        return await self._due.due(now, limit)

    async def next_due(self) -> Millis | None:
        """Give the earliest due time of any room."""
        return await self._due.next_due()

    async def forget(self, room: RoomId, version: int) -> None:
        """Remove a room with its log and chat; see `RoomStore`. Its sessions run out by themselves."""
        try:
            position = kept(room, await self._servers.run(self._steps.forget(room, version)))
        except NoSuchRoom:
            return
        self._lobby.kept(room, position, None)

    async def rooms(self) -> Sequence[RoomId]:
        """Give the codes of all rooms."""
        every = range(keys.BUCKETS)
        replies = await self._servers.ask(
            [(bucket, ("SMEMBERS", self._keys.of_bucket("codes", bucket))) for bucket in every]
        )
        return [RoomId(code.decode()) for reply in replies for code in bodies(reply)]

    async def filed(self) -> Sequence[RoomId]:
        """Give the codes of all rooms that will owe something, soonest first, whoever looks after them."""
        return await self._due.filed()

    async def count(self) -> int:
        """Say how many rooms there are: each bucket knows the size of its set of codes."""
        every = range(keys.BUCKETS)
        replies = await self._servers.ask(
            [(bucket, ("SCARD", self._keys.of_bucket("codes", bucket))) for bucket in every]
        )
        return sum(number(reply) for reply in replies)

    async def listed(self) -> tuple[RoomSummary, ...]:
        """Give what the room list says."""
        return await self._lobby.listed()

    def subscribe(self, room: RoomId, deliver: Deliver) -> Unsubscribe:
        """Deliver every entry of this room from now on: all that comes after what the caller is told next of it."""
        return self._feed.subscribe(room, deliver)

    async def subscribed(self, room: RoomId) -> None:
        """Wait until a room's feed is being heard; what comes late is fetched, so nobody has to wait for it."""
        await self._feed.subscribed(room)

    def watch(self, notice: Notice) -> Unsubscribe:
        """Tell every change of the room list from now on."""
        return self._lobby.watch(notice)

    async def put_session(self, token_hash: str, session: Session) -> None:
        """Save a session, replacing what was there."""
        await self._sessions.put(token_hash, session)

    async def session(self, token_hash: str) -> Session | None:
        """Give the session of a token, or None."""
        return await self._sessions.get(token_hash)

    async def drop_session(self, token_hash: str) -> None:
        """Remove a session."""
        await self._sessions.drop(token_hash)

    def when_behind(self, behind: Callable[[RoomId], None]) -> None:
        """Have it told when a followed room turns out to be less here than was delivered of it."""
        self._feed.behind = behind

    def go_on(self, room: RoomId, place: int, version: int) -> None:
        """Deliver a followed room's entries from after this version on, also those that were delivered before.

        What comes before them was delivered from elsewhere.
        """
        self._feed.go_on(room, place, version)

    async def owe(self, race: FinishedRace) -> None:
        """Keep a race that finished elsewhere, and owe it to the archive unless it is known here."""
        await self._races.put(race.race, encode(race.record))
        await self.whole.owe(race.record.room, race.race, race.record.starts_at, encode(race))

    async def shared_secret(self, made: bytes) -> bytes:
        """Give the secret of all servers: the one that is kept, or else this new one."""
        key = self._keys.of_bucket("secret", 0)
        offer: Command = ("SET", key, made, "NX")
        question: Command = ("GET", key)
        _, kept_one = await self._servers.ask([(0, offer), (0, question)])
        return body(kept_one) or made

    def _mistrust(self) -> None:
        self._feed.mistrust()
        self._lobby.mistrust()
        if self.emptied is not None:
            self.emptied()

    async def _catch_up(self) -> None:
        """After a beat: look up what could not be looked up before, and show that this node lives."""
        self._feed.compare()
        self._lobby.compare()
        await self.nodes.hold()
        now = asyncio.get_running_loop().time()
        if now >= self._check_at:
            self._check_at = now + CHECK_S
            await self._check()

    async def _check(self) -> None:
        found: dict[str, None] = {}
        for place in self._servers.places:
            for problem in await problems(self._servers.lane(place), sharded=self._servers.sharded):
                found[problem] = None
        for problem in found.keys() - set(self._problems):
            log.warning("redis.problem", problem=problem)
        self._problems = tuple(found)

"""What a store of live rooms promises; `tests/contracts/test_store.py` is the contract itself, run on every store.

A store knows nothing of the rules: it saves snapshots, keeps order, and tells when rooms are due.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

from msgspec import Struct

from paddock.domain.allowance import Rate
from paddock.domain.chat import ChatMessage
from paddock.domain.events import Entry, Event
from paddock.domain.finished import FinishedRace
from paddock.domain.ids import CommandKey, Millis, PlayerId, RaceId, RoomId
from paddock.domain.record import RaceRecord
from paddock.domain.room import Room
from paddock.domain.settings import HOUR_MS
from paddock.domain.views import RoomSummary

LOG_KEPT_MS: Final = 180_000
"""Whoever reconnects within two minutes is owed every entry; a minute of slack for those who are slow."""
LOG_MOST: Final = 4096
"""So that no flood in one room eats the memory; whoever is further behind gets a fresh view."""
COMMANDS_MOST: Final = 2 * LOG_MOST
"""A room that was made of two copies knows the commands of both, until the log has gone on as far as it ever does."""
RACES_KEPT_MS: Final = 25 * HOUR_MS
"""Finished races are kept this long at least: a day, and an hour of slack for a clock that is being set."""


class Known(Struct, frozen=True):
    """A room as this server knows it without asking anybody; it may be an old one.

    `mark` tells the newest entry in it that is not talk from every other: a store that was set back, and went on from
    there, has another entry under the same version.
    """

    version: int
    room: Room
    mark: str


class Conflict(Exception):  # noqa: N818 - an answer, not an error
    """The room is not at the expected version: decide again.

    `found` is the room as it is, where the store tells it along; otherwise it has to be loaded. `wait_s` is how long to
    wait before, in seconds, because it is another server's turn.
    """

    def __init__(self, room: RoomId, found: Known | None = None, wait_s: float = 0.0) -> None:
        super().__init__(room)
        self.found = found
        self.wait_s = wait_s


class CodeTaken(Exception):  # noqa: N818 - an answer, not an error
    """A room of this code exists already."""


class NoSuchRoom(Exception):  # noqa: N818 - an answer, not an error
    """There is no room of this code, or it has been forgotten."""


class AlreadyApplied(Exception):  # noqa: N818 - an answer, not an error
    """A command of this id has been applied to the room before; `version` is what it led to."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


class StoreUnavailable(Exception):  # noqa: N818 - an answer, not an error
    """The store cannot answer now. Nothing was changed by it, or the change was made at the last moment: repeat it."""


class NotHome(StoreUnavailable):
    """The shared store is away, and this server is not the one that goes on with the room meanwhile (`domain.home`)."""


class Stored(Struct, frozen=True):
    """A room at a version."""

    version: int
    room: Room


class Filing(Struct, frozen=True):
    """How a room is filed beside its snapshot.

    `due` is when it is next due (None: never), `summary` what the room list says of it (None: nothing).
    """

    due: Millis | None
    summary: RoomSummary | None


class Session(Struct, frozen=True):
    """Who a seat token belongs to; `node` is the server that last had its connection.

    `version` is the room's version when that connection took the seat: recovery starts there for a client that has not
    received any event since.
    """

    room: RoomId
    player: PlayerId
    node: str
    version: int = 0


class Backlog(Struct, frozen=True):
    """Finished races that wait for the archive, and when the one that waits longest finished (None: none waits)."""

    races: int
    oldest: Millis | None


class LobbyChange(Struct, frozen=True):
    """What the room list says of one room from now on; None takes it off the list."""

    room: RoomId
    summary: RoomSummary | None


Deliver = Callable[[RoomId, Entry], None]
"""Takes one entry off a room's feed; called in order of versions, must not block and must not raise."""
Notice = Callable[[LobbyChange], None]
"""Takes one change of the room list; called in order per room, must not block and must not raise."""
Unsubscribe = Callable[[], None]


class RoomStore(Protocol):
    """Live rooms: snapshot, short log, chat, due index, room list and feed, changed together in one atomic step.

    Whatever `create`, `commit` and `append` have returned from survives `kill -9` of this process, and so does whatever
    a read or a feed has given: nothing is shown that is not kept. Every method may raise `StoreUnavailable`.
    """

    async def create(self, room: Room, entry: Entry, filing: Filing) -> None:
        """Save a new room at version 1 with its first entry (version 1).

        Raises:
            CodeTaken: a room of this code exists.
        """

    async def load(self, room: RoomId) -> Stored | None:
        """Give the newest snapshot that is kept, or None when there is no such room; it is safe to show to people."""

    def known(self, room: RoomId) -> Known | None:
        """Give a room as it is known here, or None when `load` has to be asked; nothing is waited for.

        Only good for deciding what `commit` judges: nobody is refused by it, and nobody is shown it.
        """

    async def commit(
        self, room: Room, entry: Entry, filing: Filing, race: FinishedRace | None = None, mark: str = ""
    ) -> Entry:
        """Save the snapshot, append the entry, file the room and publish; give the entry as it was kept.

        `entry.version - 1` is the version its events were decided at. Talk appended since does not matter, as no rule
        depends on it: the entry is then kept with the next free version. `race` is one that finished in this
        entry; it is kept for `RACES_KEPT_MS` at least, and until `recorded` names it. `mark` comes with a room that
        was `known`, and is empty for one that was loaded.

        Raises:
            AlreadyApplied: `entry.command` is in the log already (checked before the version).
            Conflict: another entry than talk has been kept since that version, or the room has not come so far, or
                what it has there is marked otherwise; or it is another server's turn.
            NoSuchRoom: there is no such room.
        """

    async def append(self, room: RoomId, events: tuple[Event, ...], at: Millis, command: CommandKey | None) -> Entry:
        """Append an entry that no rule depends on, at whatever version the room is, and give it as it was appended.

        The snapshot stays the same but for its version. Messages said, in a commit too, are kept in the room's chat,
        the newest `chat.KEPT`, each with the version of its entry.

        Raises:
            AlreadyApplied: `command` is in the log already.
            NoSuchRoom: there is no such room.
        """

    async def applied(self, room: RoomId, command: CommandKey) -> int | None:
        """Give the version that a command of this id led to, or None when the log does not know it."""

    async def since(self, room: RoomId, version: int) -> tuple[Entry, ...] | None:
        """Give all entries after `version` in order; None when some are gone, or the room never came so far.

        The log reaches back `LOG_KEPT_MS` at least, counted from its newest entry, up to `LOG_MOST` entries.
        """

    async def chat(self, room: RoomId) -> tuple[ChatMessage, ...]:
        """Give the kept messages of a room, oldest first; empty for an unknown room."""

    async def races(self, room: RoomId, limit: int) -> tuple[RaceRecord, ...]:
        """Give the newest finished races of a room, newest first."""

    async def race(self, race: RaceId) -> RaceRecord | None:
        """Give one finished race, or None when it is unknown or kept no longer."""

    async def unrecorded(self, limit: int) -> tuple[FinishedRace, ...]:
        """Give finished races that the archive has not confirmed, longest waiting first; they outlive their room."""

    async def backlog(self) -> Backlog:
        """Say how many finished races the archive has not confirmed, and since when the longest of them waits."""

    async def recorded(self, races: Sequence[RaceId]) -> None:
        """Note that the archive has these races; unknown ones change nothing."""

    async def due(self, now: Millis, limit: int) -> tuple[RoomId, ...]:
        """Give rooms whose due time is at or before `now`, longest due first."""

    async def next_due(self) -> Millis | None:
        """Give the earliest due time of any room, so that a scheduler knows how long it may wait."""

    async def forget(self, room: RoomId, version: int) -> None:
        """Remove a room with its log and chat (its finished races stay); one that is not there is as it should be.

        Raises:
            Conflict: the room is at another version.
        """

    async def rooms(self) -> Sequence[RoomId]:
        """Give the codes of all rooms, in no particular order."""

    async def filed(self) -> Sequence[RoomId]:
        """Give the codes of all rooms that will be due, soonest first, whoever looks after them."""

    async def count(self) -> int:
        """Say how many rooms there are: the length of `rooms`, at a cost that does not grow with them."""

    async def listed(self) -> tuple[RoomSummary, ...]:
        """Give what the room list says of all listed rooms, in no particular order."""

    def subscribe(self, room: RoomId, deliver: Deliver) -> Unsubscribe:
        """Deliver every entry of this room from now on, one's own included, in order and only once it is kept."""

    def watch(self, notice: Notice) -> Unsubscribe:
        """Tell every change of the room list from now on, once it is kept."""


class HeldSeat(Struct, frozen=True):
    """A seat whose connection is on a node."""

    room: RoomId
    player: PlayerId


class NodeStore(Protocol):
    """Which seats each node holds, told by the nodes themselves, so that a dead one's can be looked after.

    Every method may raise `StoreUnavailable`. A store of one process needs none of this.
    """

    async def hold_seat(self, seat: HeldSeat) -> None:
        """Note that this node has the connection of a seat."""

    async def let_go(self, seat: HeldSeat, node: str | None = None) -> None:
        """Note that this node, or the one named, has it no longer; what is not noted changes nothing."""

    async def orphans(self) -> tuple[tuple[str, HeldSeat], ...]:
        """Give the seats noted for nodes that are no more, each with its node, until they are let go."""


class NodeAbout(Struct, frozen=True, kw_only=True):
    """What a node tells the others of itself; a new field gets a default, so that old nodes and new ones get along.

    `key` begins the ids of its realtime sessions, and `host` and `port` are where requests of theirs that landed
    elsewhere are handed to it; empty and 0 for a node that takes none. `listens` is where it takes players,
    `worker` its number in its pool (0: in none), `version` that of the program, `since` when it began. `archive` is
    the same for nodes that keep finished races in the same place; empty when it has not been told.
    """

    key: str = ""
    host: str = ""
    port: int = 0
    listens: str = ""
    worker: int = 0
    version: str = ""
    since: int = 0
    archive: str = ""


class NodeRegister(Protocol):
    """Which nodes live, each with what it tells of itself; both methods may raise `StoreUnavailable`."""

    async def tell(self, about: NodeAbout) -> None:
        """Tell the others about this node from now on; they can read it when this returns."""

    async def alive(self) -> Mapping[str, NodeAbout]:
        """Give the nodes whose lease has not run out, by name, this one included."""


class AllowanceStore(Protocol):
    """How much of something is left to a key, over all nodes that share the store: a bucket per kind and key.

    Neither a reconnect nor another node refills it, and where several nodes share it, no restart of one either. It
    never raises `StoreUnavailable`: a node whose store cannot answer goes on limiting by what it granted itself, so
    that an outage opens no door and closes none.
    """

    async def take(self, kind: str, key: str, rate: Rate, now: Millis) -> bool:
        """Use up one unit of what a key has at this rate, and say whether there was one; a refusal costs nothing.

        `kind` and `key` are letters, digits and underscores: hashes or codes, never what somebody typed.
        """

    async def left(self, kind: str, key: str, rate: Rate, now: Millis) -> bool:
        """Say whether `take` would be granted, and use up nothing."""

    async def give_back(self, kind: str, key: str, rate: Rate, now: Millis) -> None:
        """Return a unit that turned out not to be needed; beyond the burst there is nothing to return."""


class SessionStore(Protocol):
    """Sessions by hashed seat token, written when they are made and whenever they change."""

    async def put_session(self, token_hash: str, session: Session) -> None:
        """Save a session, replacing what was there."""

    async def session(self, token_hash: str) -> Session | None:
        """Give the session of a token, or None."""

    async def drop_session(self, token_hash: str) -> None:
        """Remove a session; removing what is not there changes nothing."""

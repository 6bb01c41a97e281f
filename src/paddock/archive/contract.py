"""What an archive of finished races promises; `tests/contracts/test_archive*.py` is the contract on every database.

An archive knows nothing of live rooms. It is never on the path of play: rooms hand it what is finished, when it can
take it, and people read from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Generic, Literal, NewType, Protocol, TypeAlias, TypeVar

from msgspec import Meta, Struct

from paddock.archive.cursors import BIG, BadCursor, read, write
from paddock.domain.card import Rule
from paddock.domain.finished import FinishedRace
from paddock.domain.ids import END, RACE_PATTERN, Kind, Millis, PlayerId, RaceId, RoomId
from paddock.domain.record import RaceRecord

ProfileId = NewType("ProfileId", str)
"""A person over all rooms and devices: 12 characters of `[a-z0-9]`, public; says nothing of the device token."""
PROFILE_PATTERN: Final = r"^[a-z0-9]{12}" + END
FILE_CONNECTIONS: Final = 4
"""Connections to an archive in a file: more would only wait for the same disk."""
LEAST_RACES: Final = 5
"""Boards of rates list who has raced this often at least."""
PAGE_MOST: Final = 100
MOVE_LASTS_MS: Final = 15 * 60_000
"""How long a code to move to another device can be used."""

T = TypeVar("T")


class ArchiveUnavailable(Exception):  # noqa: N818 - an answer, not an error
    """The database cannot answer now; nothing was changed, or it was changed at the last moment: repeating is safe."""


class AccessRefused(ArchiveUnavailable):
    """The database answers and does not let this server in, until its operator does something: the text says what."""


Trouble: TypeAlias = Literal[
    "password_refused",
    "user_refused",
    "missing",
    "permission_denied",
    "unreachable",
    "failing",
    "schema_too_new",
]
"""What is the matter with the database, for machines."""


class Page(Struct, Generic[T], frozen=True):
    """Part of a list; `next` asks for what follows (None: this was the last) and stays good while rows are added."""

    items: tuple[T, ...]
    next: str | None


class Runner(Struct, frozen=True):
    """One player of a recorded race; `rank` counts from 1, ties share it; None for a time is a racer at the gate."""

    profile: ProfileId | None
    """None after this person had their data deleted."""
    player: PlayerId
    name: str
    racer: int
    kind: Kind
    rank: int
    time_ms: Millis | None
    paid: bool


class RaceLine(Struct, frozen=True):
    """A recorded race as a row of a history."""

    race: RaceId
    room: RoomId
    starts_at: Millis
    track: int
    rule: Rule
    runoff: int
    runners: tuple[Runner, ...]


def line_of(record: RaceRecord) -> RaceLine:
    """Show a record as a row of a history; whose profile a player is, is not in it.

    Raises:
        LookupError: it contradicts itself, as no race of ours does.
    """
    card = record.card
    ranks: dict[int, int] = {}
    for group in record.order:
        ranks |= dict.fromkeys(group, len(ranks) + 1)
    runners = (
        Runner(
            profile=None,
            player=player,
            name=record.names.get(player, ""),
            racer=racer,
            kind=card.lineup[racer],
            rank=ranks[racer],
            time_ms=record.finish[racer],
            paid=record.payers == (player,),
        )
        for player, racer in card.picks
    )
    ordered = sorted(runners, key=lambda runner: (runner.rank, runner.racer, runner.player))
    return RaceLine(card.race, record.room, record.starts_at, card.track, record.rule, card.runoff, tuple(ordered))


class RacePlace(Struct, frozen=True, array_like=True):
    """Where a page of a room's races ended."""

    starts_at: Annotated[Millis, BIG]
    race: Annotated[RaceId, Meta(pattern=RACE_PATTERN)]


def after(line: RaceLine) -> str:
    """Give the cursor for what comes after a line of a room's races."""
    return write(RacePlace(line.starts_at, line.race))


def place_of(cursor: str) -> RacePlace:
    """Read a cursor of a room's races; raises `BadCursor`."""
    return read(cursor, RacePlace)


class Profile(Struct, frozen=True):
    """What is counted of one person; rates are from 0 to 1.

    A race counts once with its first heat: run-offs decide who pays, and are no races of their own. `win_streak` and
    `paid_streak` are the runs of races that last until now; `favourite` is the kind picked most often.
    """

    profile: ProfileId
    name: str
    since: Millis
    races: int
    wins: int
    paid: int
    win_rate: float
    pay_rate: float
    win_streak: int
    best_win_streak: int
    paid_streak: int
    worst_paid_streak: int
    favourite: Kind | None
    last_raced_at: Millis | None


class Board(StrEnum):
    """What a board ranks by, most first; `win_rate` by the Wilson lower bound, from `LEAST_RACES` on."""

    RACES = "races"
    WINS = "wins"
    WIN_RATE = "win_rate"
    PAID = "paid"


class Period(StrEnum):
    """Which time a board counts, in days of the archive's time zone; weeks begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    ALL = "all"


class BoardQuestion(Struct, frozen=True):
    """Which board: of all rooms (None) or of one; `on` is a day of the archive's, in the week or month meant.

    A code can be several rooms, one after the other: `opened_at` says which one is meant (None: the newest).
    """

    board: Board
    period: Period
    on: date
    room: RoomId | None = None
    opened_at: Millis | None = None


class BoardRow(Struct, frozen=True):
    """One person on a board; equal values share a rank. `bound` is the Wilson lower bound of the win rate (95 %)."""

    rank: int
    profile: ProfileId
    name: str
    races: int
    wins: int
    paid: int
    win_rate: float
    bound: float


class KindRow(Struct, frozen=True):
    """How often a kind of racer was lined up and picked, and how its races ended; looks never influence them."""

    kind: Kind
    lined_up: int
    picked: int
    wins: int
    lasts: int


class DayRow(Struct, frozen=True):
    """One day (ISO date in the archive's time zone): races run, people in them, rooms they were in."""

    day: str
    races: int
    players: int
    rooms: int


class Totals(Struct, frozen=True):
    """Everything that was ever recorded, as numbers."""

    races: int
    players: int
    rooms: int
    first_at: Millis | None


class Export(Struct, frozen=True):
    """Everything that is kept of one person."""

    profile: Profile
    devices: int
    races: tuple[RaceLine, ...]


class Refused(Struct, frozen=True):
    """A race that the database will not take, and why: a word of the code, not the database's text."""

    race: RaceId
    reason: str


class Recording(Struct, frozen=True):
    """What became of a batch: `recorded` are kept for good (now or before), `refused` were set aside (quarantine).

    What is in neither is still owed: it is to be handed in again.
    """

    recorded: tuple[RaceId, ...]
    refused: tuple[Refused, ...] = ()


class Archive(Protocol):
    """Finished races for ever. Every method may raise `ArchiveUnavailable`, and does so within its time limit."""

    async def record(self, races: Sequence[FinishedRace]) -> Recording:
        """Keep races with their entries and statistics, each once by its id, all of a batch in one transaction.

        A race that the database refuses is handed back once or twice, then set aside by itself; the others of its
        batch are kept all the same.
        """

    async def race(self, race: RaceId) -> RaceRecord | None:
        """Give the public record of one race."""

    async def races_of_room(
        self, room: RoomId, cursor: str | None, limit: int, opened_at: Millis | None = None
    ) -> Page[RaceLine]:
        """Give the races of a room, newest first; `opened_at` as in `BoardQuestion`. Raises `BadCursor`.

        The cursor of a page is `after` its last line.
        """

    async def races_of_profile(self, profile: ProfileId, cursor: str | None, limit: int) -> Page[RaceLine]:
        """Give the races of a person, newest first. Raises `BadCursor`."""

    async def profile(self, profile: ProfileId) -> Profile | None:
        """Give a person's figures."""

    async def profile_of(self, device: str) -> ProfileId | None:
        """Say whose device this is, by its hashed token."""

    async def rename(self, profile: ProfileId, name: str) -> Profile | None:
        """Give a person another name, shown on boards and in their profile from now on."""

    async def export(self, profile: ProfileId) -> Export | None:
        """Give everything that is kept of a person."""

    async def erase(self, profile: ProfileId) -> bool:
        """Delete a person: profile, devices and figures go, their part in races stays without name and profile."""

    async def offer_move(self, profile: ProfileId, now: Millis) -> str:
        """Make a one-time code by which another device becomes this person's; it replaces the one before.

        A code of nobody leads nowhere.
        """

    async def take_move(self, code: str, device: str, now: Millis) -> Profile | None:
        """Give this device to the person who made the code; None when there is no such code or its time is over.

        What the device's own person has raced until now is counted as theirs from now on.
        """

    async def board(self, question: BoardQuestion, cursor: str | None, limit: int) -> Page[BoardRow]:
        """Give part of a board, best first; stable under `cursor`. Raises `BadCursor`."""

    async def standing(self, question: BoardQuestion, profile: ProfileId) -> BoardRow | None:
        """Give a person's own row of a board, or None when they are not on it."""

    async def kinds(self) -> tuple[KindRow, ...]:
        """Give the statistics of all racer kinds, most picked first."""

    async def days(self, until: Millis, days: int) -> tuple[DayRow, ...]:
        """Give the last `days` days up to the one that `until` lies in, oldest first, those without a race too."""

    async def totals(self) -> Totals:
        """Give what there is in all."""

    async def quarantined(self) -> int:
        """Count the races that were set aside."""

    async def prune(self, before: Millis, limit: int) -> int:
        """Remove up to `limit` races from before that moment, with what they gave to all figures; say how many."""


__all__ = [
    "LEAST_RACES",
    "MOVE_LASTS_MS",
    "PAGE_MOST",
    "PROFILE_PATTERN",
    "Archive",
    "ArchiveUnavailable",
    "BadCursor",
    "Board",
    "BoardQuestion",
    "BoardRow",
    "DayRow",
    "Export",
    "KindRow",
    "Page",
    "Period",
    "Profile",
    "ProfileId",
    "RaceLine",
    "RacePlace",
    "Recording",
    "Refused",
    "Runner",
    "Totals",
    "after",
    "line_of",
    "place_of",
]

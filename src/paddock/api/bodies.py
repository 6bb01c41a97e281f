"""Every question and answer of the REST API, typed and bounded: the source of `openapi.json` and of the client's types.

A question holds what stands in the path and in the query; a body is JSON, and unknown fields are refused in both. What
an answer holds is public, but for `/api/profiles/me`, which only the device's own token opens.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from msgspec import Meta, Struct

from paddock.archive.contract import (
    PAGE_MOST,
    PROFILE_PATTERN,
    Board,
    BoardRow,
    DayRow,
    KindRow,
    Period,
    ProfileId,
    RaceLine,
)
from paddock.domain.card import Rule
from paddock.domain.ids import CODE_PATTERN, END, RACE_PATTERN, Kind, Millis, PlayerId, RaceId, RoomId
from paddock.domain.names import NAME_GRAPHEMES
from paddock.domain.record import Difference
from paddock.domain.segments import Segment
from paddock.domain.views import RoomSummary

LATEST: Final = 4_102_444_800_000
"""The end of 2099: later moments are typing errors, and some databases know none."""
DAYS_MOST: Final = 366

Code = Annotated[RoomId, Meta(pattern=CODE_PATTERN, description="Code of a room.")]
Race = Annotated[RaceId, Meta(pattern=RACE_PATTERN, description="Id of a race.")]
Person = Annotated[ProfileId, Meta(pattern=PROFILE_PATTERN, description="Id of a profile.")]
Cursor = Annotated[
    str, Meta(pattern=r"^[!-~]{1,300}" + END, description="`next` of the page before; left out: the first page.")
]
Search = Annotated[
    str, Meta(max_length=60, description="Part of a title, a host's name or a code; names that look alike are alike.")
]
Limit = Annotated[int, Meta(ge=1, le=PAGE_MOST, description="How many rows at most.")]
Moment = Annotated[Millis, Meta(ge=0, le=LATEST, description="A moment in ms since 1970; left out: now.")]
Day = Annotated[
    date, Meta(description="A day of the server's time zone, in the week or month that is meant; left out: today.")
]
Name = Annotated[
    str, Meta(max_length=200, description=f"A nickname, at most {NAME_GRAPHEMES} characters as people count them.")
]
MoveText = Annotated[str, Meta(min_length=1, max_length=64, description="The one-time code that the other device got.")]


class Nothing(Struct, frozen=True):
    """No body."""


class Question(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What stands in the path and in the query of a request."""


# -- Rooms -----------------------------------------------------------------------------------------------------------


class RoomsQuestion(Question, frozen=True, kw_only=True):
    """Which part of the room list."""

    query: Search = ""
    cursor: Cursor | None = None
    limit: Limit = 50


class RoomQuestion(Question, frozen=True, kw_only=True):
    """Which room."""

    room: Code


class RoomRacesQuestion(Question, frozen=True, kw_only=True):
    """Which part of a room's history."""

    room: Code
    cursor: Cursor | None = None
    limit: Limit = 20


class RoomsPage(Struct, frozen=True):
    """Part of the room list, newest rooms first; `total` counts all rooms that match."""

    rooms: tuple[RoomSummary, ...]
    total: int
    next: str | None


class PublicRoom(Struct, frozen=True):
    """A listed room as people outside of it see it.

    `race` and `commitment` (SHA-256 of its seed) belong to the race that is next, on or just over, so that anybody can
    note the commitment before the picks are locked; both are null for a room with a password.
    """

    room: RoomSummary
    track: int
    racers: int
    rounds: int
    race: RaceId | None
    commitment: str | None


class RacesPage(Struct, frozen=True):
    """Part of a history, newest races first; `zone` is the time zone that the server counts days in."""

    races: tuple[RaceLine, ...]
    next: str | None
    zone: str


# -- Races -----------------------------------------------------------------------------------------------------------


class RaceQuestion(Question, frozen=True, kw_only=True):
    """Which race."""

    race: Race


class Lane(Struct, frozen=True):
    """One racer's whole way: segments `[t, mm, speed, mood]`; none, and no finish, for a racer at the gate.

    Between two segments a racer moves at constant speed: at `mm` from `t` ms since the start on, `speed` in mm/s.
    """

    kind: Kind
    finish: Millis | None
    segments: tuple[Segment, ...]


class Replay(Struct, frozen=True):
    """A recorded race to be drawn: everything the segments of the live race told, and how it ended.

    `order` holds lanes, best first, in groups of equal time; `end` is when the race was over, in ms since `starts_at`.
    """

    race: RaceId
    room: RoomId
    rule: Rule
    track: int
    runoff: int
    starts_at: Millis
    end: Millis
    weather: str
    lanes: tuple[Lane, ...]
    order: tuple[tuple[int, ...], ...]
    picks: tuple[tuple[PlayerId, int], ...]
    payers: tuple[PlayerId, ...]
    names: dict[PlayerId, str]


class Verification(Struct, frozen=True):
    """What became of computing a race again from its record; no differences means verified."""

    race: RaceId
    verified: bool
    differences: tuple[Difference, ...]


# -- People ----------------------------------------------------------------------------------------------------------


class OwnQuestion(Question, frozen=True, kw_only=True):
    """Nothing but the token in the header, which says whose device asks."""


class ProfileQuestion(Question, frozen=True, kw_only=True):
    """Whose profile."""

    profile: Person


class ProfileRacesQuestion(Question, frozen=True, kw_only=True):
    """Which part of a person's races."""

    profile: Person
    cursor: Cursor | None = None
    limit: Limit = 20


class Rename(Struct, frozen=True, forbid_unknown_fields=True):
    """Another name for boards and the profile; seats keep theirs."""

    name: Name


class MoveCode(Struct, frozen=True):
    """A one-time code by which another device becomes this person's, and how long it can be used, in ms.

    Not until when: the clock of a phone may be wrong.
    """

    code: str
    lasts_ms: Millis


class TakeMove(Struct, frozen=True, forbid_unknown_fields=True):
    """The code from the other device."""

    code: MoveText


# -- Boards and statistics -------------------------------------------------------------------------------------------


class BoardPageQuestion(Question, frozen=True, kw_only=True):
    """Which board, and which part of it."""

    board: Annotated[Board, Meta(description="What the board ranks by.")]
    period: Annotated[Period, Meta(description="Which time it counts, in the server's time zone.")] = Period.ALL
    on: Day | None = None
    room: Code | None = None
    cursor: Cursor | None = None
    limit: Limit = 50


class BoardPage(Struct, frozen=True):
    """Part of a board, best first, with what was asked.

    `earlier` and `later` are what `on` is for the period before and the one after; null where there is none: nothing
    comes after today's. `own` is the row of whoever shows a device token and is on the board, else null.
    """

    board: Board
    period: Period
    on: date
    earlier: date | None
    later: date | None
    room: RoomId | None
    rows: tuple[BoardRow, ...]
    next: str | None
    own: BoardRow | None


class NoQuestion(Question, frozen=True, kw_only=True):
    """Nothing to say."""


class DaysQuestion(Question, frozen=True, kw_only=True):
    """Which days."""

    until: Moment | None = None
    days: Annotated[int, Meta(ge=1, le=DAYS_MOST, description="How many days, the one of `until` included.")] = 30


class Kinds(Struct, frozen=True):
    """The statistics of all racer kinds, most picked first."""

    kinds: tuple[KindRow, ...]


class Days(Struct, frozen=True):
    """The statistics of days, oldest first, those without a race too; `zone` is the time zone of the days."""

    days: tuple[DayRow, ...]
    zone: str

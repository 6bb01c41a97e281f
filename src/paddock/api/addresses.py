"""The list of all addresses of the REST API: what each is asked, what it answers, and who may keep the answer.

Handlers are bound to these by name in `api.rest`; `openapi.json` and the client's types are made from them.
"""

from __future__ import annotations

import re
from enum import Enum
from http import HTTPStatus
from typing import Final, Generic, Literal, TypeAlias, TypeVar

from msgspec import Struct

from paddock.api import bodies as b
from paddock.api.problems import ProblemCode
from paddock.archive.contract import Export, Profile, Totals
from paddock.domain.record import RaceRecord
from paddock.service.work import WorkKind

Method: TypeAlias = Literal["GET", "POST", "PATCH", "DELETE"]
Bearer: TypeAlias = Literal["never", "may", "must"]


Q = TypeVar("Q", bound=b.Question, covariant=True)
B = TypeVar("B", bound=Struct, covariant=True)
A = TypeVar("A", bound=Struct, covariant=True)


class Keeping(Enum):
    """Who may keep an answer for how long; the value is the `Cache-Control` header."""

    RECORD = "public, max-age=86400, immutable"
    """A race that is over. A day and not for ever: names leave it when their people delete their data."""
    STATISTICS = "public, max-age=30"
    BOARD = "public, max-age=10"
    MOMENT = "public, max-age=2"
    """What changes while people play."""
    NOBODY = "private, no-store"


class Address(Struct, Generic[Q, B, A], frozen=True, kw_only=True):
    """One operation: a method on a path.

    Attributes:
        name: what it is called in code and documents.
        tag: under which noun documents list it.
        path: with the names of path parameters in braces; they are fields of `question`, the others are the query.
        says: what it does, as a sentence.
        body: the JSON body of the request; `Nothing` when there is none.
        answer: the body of the answer; `Nothing` when there is none (204).
        bearer: whether the token of a device is shown in the `Authorization` header.
        refuses: codes beside those that every address has.
        any_site: whether pages of other sites may read the answer (CORS): only what is known by an unguessable id.
        work: the queue in which requests wait for their turn.
    """

    name: str
    tag: str
    method: Method
    path: str
    says: str
    question: type[Q]
    body: type[B]
    answer: type[A]
    status: int = 200
    bearer: Bearer = "never"
    keeping: Keeping = Keeping.NOBODY
    refuses: tuple[ProblemCode, ...] = ()
    any_site: bool = False
    work: WorkKind = WorkKind.RECORD

    @property
    def places(self) -> tuple[str, ...]:
        """The names of the path parameters."""
        return tuple(re.findall(r"{(\w+)}", self.path))

    @property
    def missing(self) -> ProblemCode:
        """What is said when the path names something that there cannot be."""
        return next(code for code in self.refuses if code.status == HTTPStatus.NOT_FOUND)


ROOMS: Final = Address(
    name="rooms",
    tag="rooms",
    method="GET",
    path="/api/rooms",
    says="Give the public room list.",
    question=b.RoomsQuestion,
    body=b.Nothing,
    answer=b.RoomsPage,
    keeping=Keeping.MOMENT,
    refuses=(ProblemCode.BAD_CURSOR,),
    work=WorkKind.SEARCH,
)
ROOM: Final = Address(
    name="room",
    tag="rooms",
    method="GET",
    path="/api/rooms/{room}",
    says="Give the public view of one listed room.",
    question=b.RoomQuestion,
    body=b.Nothing,
    answer=b.PublicRoom,
    keeping=Keeping.MOMENT,
    refuses=(ProblemCode.NO_ROOM,),
    work=WorkKind.SEARCH,
)
ROOM_RACES: Final = Address(
    name="room_races",
    tag="rooms",
    method="GET",
    path="/api/rooms/{room}/races",
    says="Give the races of a room, newest first: those of today at once, older ones from the archive. "
    "While a room has a password, only members' devices see its races; to all others it looks like one without. "
    "Of a room that is not listed something is told to those only who show a token, any will do; a code that leads to "
    "nothing counts as a guess.",
    question=b.RoomRacesQuestion,
    body=b.Nothing,
    answer=b.RacesPage,
    bearer="may",
    keeping=Keeping.MOMENT,
    refuses=(ProblemCode.NO_ROOM, ProblemCode.BAD_CURSOR),
)
RACE: Final = Address(
    name="race",
    tag="races",
    method="GET",
    path="/api/races/{race}",
    says="Give the public record of a finished race, with its seed: what `paddock verify` reads.",
    question=b.RaceQuestion,
    body=b.Nothing,
    answer=RaceRecord,
    keeping=Keeping.RECORD,
    refuses=(ProblemCode.NO_RACE,),
    any_site=True,
)
REPLAY: Final = Address(
    name="replay",
    tag="races",
    method="GET",
    path="/api/races/{race}/replay",
    says="Give a finished race to be drawn: every racer's whole way.",
    question=b.RaceQuestion,
    body=b.Nothing,
    answer=b.Replay,
    keeping=Keeping.RECORD,
    refuses=(ProblemCode.NO_RACE,),
    any_site=True,
)
VERIFICATION: Final = Address(
    name="verification",
    tag="races",
    method="GET",
    path="/api/races/{race}/verification",
    says="Compute a finished race again from its record and say what differs. Whoever does not trust the server "
    "computes it themselves, with `paddock verify` or in the browser.",
    question=b.RaceQuestion,
    body=b.Nothing,
    answer=b.Verification,
    keeping=Keeping.RECORD,
    refuses=(ProblemCode.NO_RACE,),
    any_site=True,
)
ME: Final = Address(
    name="me",
    tag="profiles",
    method="GET",
    path="/api/profiles/me",
    says="Give the profile of the device that asks.",
    question=b.OwnQuestion,
    body=b.Nothing,
    answer=Profile,
    bearer="must",
    refuses=(ProblemCode.NO_PROFILE,),
)
RENAME: Final = Address(
    name="rename",
    tag="profiles",
    method="PATCH",
    path="/api/profiles/me",
    says="Take another name on boards and in the profile.",
    question=b.OwnQuestion,
    body=b.Rename,
    answer=Profile,
    bearer="must",
    refuses=(ProblemCode.NO_PROFILE, ProblemCode.BAD_NAME),
)
ERASE: Final = Address(
    name="erase",
    tag="profiles",
    method="DELETE",
    path="/api/profiles/me",
    says="Delete the person whose device asks: profile, devices and figures go, races stay without the name.",
    question=b.OwnQuestion,
    body=b.Nothing,
    answer=b.Nothing,
    status=204,
    bearer="must",
    refuses=(ProblemCode.NO_PROFILE,),
)
EXPORT: Final = Address(
    name="export",
    tag="profiles",
    method="GET",
    path="/api/profiles/me/export",
    says="Give everything that is kept of the person whose device asks.",
    question=b.OwnQuestion,
    body=b.Nothing,
    answer=Export,
    bearer="must",
    refuses=(ProblemCode.NO_PROFILE,),
    work=WorkKind.EXPORT,
)
OFFER_MOVE: Final = Address(
    name="offer_move",
    tag="profiles",
    method="POST",
    path="/api/profiles/me/move-code",
    says="Make a one-time code by which another device becomes this person's; it replaces the one before.",
    question=b.OwnQuestion,
    body=b.Nothing,
    answer=b.MoveCode,
    status=201,
    bearer="must",
    refuses=(ProblemCode.NO_PROFILE,),
)
TAKE_MOVE: Final = Address(
    name="take_move",
    tag="profiles",
    method="POST",
    path="/api/profiles/me/move",
    says="Give the device that asks to the person who made the code; what it has raced counts as theirs.",
    question=b.OwnQuestion,
    body=b.TakeMove,
    answer=Profile,
    bearer="must",
    refuses=(ProblemCode.NO_CODE,),
)
PROFILE: Final = Address(
    name="profile",
    tag="profiles",
    method="GET",
    path="/api/profiles/{profile}",
    says="Give a person's figures.",
    question=b.ProfileQuestion,
    body=b.Nothing,
    answer=Profile,
    keeping=Keeping.BOARD,
    refuses=(ProblemCode.NO_PROFILE,),
)
PROFILE_RACES: Final = Address(
    name="profile_races",
    tag="profiles",
    method="GET",
    path="/api/profiles/{profile}/races",
    says="Give a person's races, newest first. Those in a room that has a password or is not listed are left out, but "
    "for the person and for the room's members: a page may be shorter than its limit.",
    question=b.ProfileRacesQuestion,
    body=b.Nothing,
    answer=b.RacesPage,
    bearer="may",
    keeping=Keeping.BOARD,
    refuses=(ProblemCode.NO_PROFILE, ProblemCode.BAD_CURSOR),
)
BOARD: Final = Address(
    name="board",
    tag="leaderboards",
    method="GET",
    path="/api/leaderboards/{board}",
    says="Give part of a leaderboard, and the own row of whoever shows a device token. The board of a room with a "
    "password is empty but for its members' devices, and that of a room that is not listed to whoever shows no token; "
    "a code that leads to nothing counts as a guess.",
    question=b.BoardPageQuestion,
    body=b.Nothing,
    answer=b.BoardPage,
    bearer="may",
    keeping=Keeping.BOARD,
    refuses=(ProblemCode.NOT_FOUND, ProblemCode.BAD_CURSOR),
)
KINDS: Final = Address(
    name="kinds",
    tag="statistics",
    method="GET",
    path="/api/statistics/kinds",
    says="Give how often each kind of racer was lined up and picked, and how its races ended.",
    question=b.NoQuestion,
    body=b.Nothing,
    answer=b.Kinds,
    keeping=Keeping.STATISTICS,
)
DAYS: Final = Address(
    name="days",
    tag="statistics",
    method="GET",
    path="/api/statistics/days",
    says="Give races, people and rooms by day.",
    question=b.DaysQuestion,
    body=b.Nothing,
    answer=b.Days,
    keeping=Keeping.STATISTICS,
)
TOTALS: Final = Address(
    name="totals",
    tag="statistics",
    method="GET",
    path="/api/statistics/totals",
    says="Give everything that was ever recorded, as numbers.",
    question=b.NoQuestion,
    body=b.Nothing,
    answer=Totals,
    keeping=Keeping.STATISTICS,
)

AnyAddress: TypeAlias = Address[b.Question, Struct, Struct]

ADDRESSES: Final[tuple[AnyAddress, ...]] = (
    ROOMS,
    ROOM,
    ROOM_RACES,
    RACE,
    REPLAY,
    VERIFICATION,
    ME,
    RENAME,
    ERASE,
    EXPORT,
    OFFER_MOVE,
    TAKE_MOVE,
    PROFILE,
    PROFILE_RACES,
    BOARD,
    KINDS,
    DAYS,
    TOTALS,
)

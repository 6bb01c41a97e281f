"""A room as the rules need it: members, settings and a phase that is a type; it holds no chat, no images and no timers.

The snapshot of a room is exactly this `Room`. Its state says what is owed and when (`duties`); nobody holds a timer.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from paddock.domain.book import Book
from paddock.domain.card import Card, Draw
from paddock.domain.ids import Kind, Millis, PlayerId, RaceId, RoomId, Seed
from paddock.domain.settings import Pace, Settings


class Keys(Struct, frozen=True, gc=False):
    """What a person is recognised by: hashes of seat token, device token and network address; never the values."""

    token: str
    device: str
    address: str


class ClockSteps(Struct, frozen=True, gc=False):
    """How far the calendar is ahead of steady time, in ms, after so many steps of the clock.

    Steady time only runs; the calendar is set. Later steps have higher counts, so that it is known which of two holds.
    """

    count: int = 0
    ms: int = 0


class Member(Struct, frozen=True, gc=False):
    """Somebody in the room; without a seat they watch. `away_since` is None while a connection is open.

    `node` is the server that had their connection last (`home`); empty in snapshots from before it was noted.
    """

    player: PlayerId
    name: str
    seated: bool
    joined_at: Millis
    keys: Keys
    ready: bool = True
    away_since: Millis | None = None
    node: str = ""


class Blocked(Struct, frozen=True, gc=False):
    """Somebody who stays out, and the name they had when they were blocked."""

    name: str
    keys: Keys


class Pick(Struct, frozen=True, gc=False):
    """A picked racer (index into the lineup); a blind one is hidden from the picker too."""

    racer: int
    blind: bool = False


class Gathering(Struct, frozen=True, gc=False, tag="gathering"):
    """Picking. `root` is the round's secret, from which the seeds of its races are derived (see `rounds`)."""

    race: RaceId
    root: Seed
    lineup: tuple[Kind, ...]
    picks: dict[PlayerId, Pick] = {}
    votes: dict[PlayerId, int] = {}
    deadline: Millis | None = None


class Drawing(Struct, frozen=True, gc=False, tag="drawing"):
    """Picks are locked and the paying rank is being shown: a roulette with a vote, else a card with the reason."""

    race: RaceId
    root: Seed
    lineup: tuple[Kind, ...]
    picks: dict[PlayerId, Pick]
    votes: dict[PlayerId, int]
    draw: Draw
    starts_at: Millis
    rests_at: Millis
    """When the roulette stands still on the drawn rank; `starts_at` without one."""
    ends_at: Millis


class Heat(Struct, frozen=True, gc=False):
    """One race of a round: its card, the round's secret, and the names its players had when it was called.

    `devices` are the hashed device tokens of all players of the round, also of those who have left; `first` is the
    round's first heat (None: this one).
    """

    card: Card
    root: Seed
    names: dict[PlayerId, str]
    devices: dict[PlayerId, str] = {}
    first: RaceId | None = None


class Countdown(Struct, frozen=True, gc=False, tag="countdown"):
    """Everybody's picks are open; from here a leaver's pick still counts."""

    heat: Heat
    ends_at: Millis


class Racing(Struct, frozen=True, gc=False, tag="racing"):
    """The race is on; its outcome follows from card, book and seed alone, so nothing else of it is stored."""

    heat: Heat
    book: Book
    starts_at: Millis
    ends_at: Millis
    ahead_ms: int = 0
    """How far these moments are ahead of steady time, by which the race is released."""


class Result(Struct, frozen=True, gc=False):
    """The outcome of a heat: `finish[i]` is racer i's time in ms (None at the gate), `order` its groups of dead heats.

    `payers` are the people this heat leaves to pay: one ends the round, several race a run-off.
    """

    card: Card
    names: dict[PlayerId, str]
    starts_at: Millis
    finish: tuple[int | None, ...]
    order: tuple[tuple[int, ...], ...]
    payers: tuple[PlayerId, ...]
    seed: Seed


class Podium(Struct, frozen=True, gc=False, tag="podium"):
    """The result stands; `root`, `devices` and `first` (see `Heat`) are kept for run-offs."""

    result: Result
    root: Seed
    ends_at: Millis
    devices: dict[PlayerId, str] = {}
    first: RaceId | None = None


class RunOff(Struct, frozen=True, gc=False, tag="runoff"):
    """The payers of the heat before have been dealt racers and race again; the others watch."""

    heat: Heat
    ends_at: Millis


class ClosedReason(StrEnum):
    """Why a room is closed."""

    EXPIRED = "expired"
    EMPTY = "empty"


class Closed(Struct, frozen=True, gc=False, tag="closed"):
    """Nobody can enter; until `forget_at` the founder may open the room again under its old code."""

    reason: ClosedReason
    forget_at: Millis


Phase = Gathering | Drawing | Countdown | Racing | Podium | RunOff | Closed


class SettingChange(Struct, frozen=True, gc=False):
    """One setting that a host changed, with its values as short texts; a password is only said to be there or not."""

    at: Millis
    player: PlayerId
    device: str
    setting: str
    before: str
    after: str


class Room(Struct, frozen=True, gc=False):
    """The whole state of one room at one version.

    `members` stands in order of joining. `host` is None only while nobody is seated. `kicked` are seats sent out for
    this round. `empty_since` is set while nobody is seated. `password` is an argon2 hash, shown to nobody. `changes`
    are what hosts changed since a race finished last; the archive is handed them with the next one. All moments are by
    the calendar as it was after `steps`; only `opened_at` is never shifted, because it tells rooms of one code apart.
    """

    room: RoomId
    founder: Keys
    settings: Settings
    pace: Pace
    phase: Phase
    host: PlayerId | None
    members: dict[PlayerId, Member]
    opened_at: Millis
    active_at: Millis
    password: str | None = None
    kicked: tuple[Keys, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    empty_since: Millis | None = None
    rounds: int = 0
    changes: tuple[SettingChange, ...] = ()
    steps: ClockSteps = ClockSteps()

    def seated(self) -> tuple[Member, ...]:
        """The members with a seat, in order of joining."""
        return tuple(member for member in self.members.values() if member.seated)

    def by_token(self, token: str) -> Member | None:
        """The member whose seat token has this hash, or None."""
        return next((member for member in self.members.values() if member.keys.token == token), None)

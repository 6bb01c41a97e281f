"""What happened in a room, past tense; a closed set that is stored in the log and carried by the feed.

Events are self-contained: `views` makes what each audience sees of them without looking at the room. Several hold
secrets (roots, picks, keys), so an event is never sent to anybody as it stands.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from paddock.domain.card import Card, Draw
from paddock.domain.chat import ChatMessage
from paddock.domain.ids import CommandKey, Kind, Millis, PlayerId, RaceId, RoomId, Seed
from paddock.domain.record import RaceRecord
from paddock.domain.room import Blocked, ClockSteps, ClosedReason, Keys, Member, Pick, Racing, Result
from paddock.domain.settings import Pace, Settings


class LeftReason(StrEnum):
    """Why a member is gone."""

    LEFT = "left"
    AWAY = "away"
    KICKED = "kicked"
    BLOCKED = "blocked"


class CalledOffReason(StrEnum):
    """Why a started round went back to picking."""

    TOO_FEW = "too_few"


class RoomOpened(Struct, frozen=True, gc=False, tag="room_opened"):
    """A room was made; its founder joins in the same entry."""

    room: RoomId
    founder: Keys
    settings: Settings
    pace: Pace
    password: str | None


class RoomReopened(Struct, frozen=True, gc=False, tag="room_reopened"):
    """A closed room is open again under its old code."""


class MemberJoined(Struct, frozen=True, gc=False, tag="member_joined"):
    """Somebody came in, seated or to watch."""

    member: Member


class MemberLeft(Struct, frozen=True, gc=False, tag="member_left"):
    """Somebody is gone; with them their pick and vote, unless the countdown has begun."""

    player: PlayerId
    name: str
    reason: LeftReason
    keys: Keys


class MemberWentAway(Struct, frozen=True, gc=False, tag="member_went_away"):
    """A member has no connection any more; the seat is held."""

    player: PlayerId


class MemberCameBack(Struct, frozen=True, gc=False, tag="member_came_back"):
    """A member is connected again."""

    player: PlayerId


class MemberRenamed(Struct, frozen=True, gc=False, tag="member_renamed"):
    """A member has another name."""

    player: PlayerId
    name: str


class SeatTaken(Struct, frozen=True, gc=False, tag="seat_taken"):
    """A spectator sat down."""

    player: PlayerId


class SeatGivenUp(Struct, frozen=True, gc=False, tag="seat_given_up"):
    """A seated player watches from now on; pick and vote fall away as for a leaver."""

    player: PlayerId


class ReadyChanged(Struct, frozen=True, gc=False, tag="ready_changed"):
    """A player takes part in the next race, or sits it out."""

    player: PlayerId
    ready: bool


class CrownPassed(Struct, frozen=True, gc=False, tag="crown_passed"):
    """Another player is host; None when nobody is seated."""

    player: PlayerId | None


class MemberBlocked(Struct, frozen=True, gc=False, tag="member_blocked"):
    """Somebody stays out of this room."""

    blocked: Blocked


class MemberUnblocked(Struct, frozen=True, gc=False, tag="member_unblocked"):
    """Somebody may come in again."""

    place: int


class SettingsChanged(Struct, frozen=True, gc=False, tag="settings_changed"):
    """The room has other settings; `password` is its hash or None."""

    settings: Settings
    password: str | None


class RoundOpened(Struct, frozen=True, gc=False, tag="round_opened"):
    """Racers stand at the gate and the seed is committed to."""

    race: RaceId
    root: Seed
    lineup: tuple[Kind, ...]


class LineupChanged(Struct, frozen=True, gc=False, tag="lineup_changed"):
    """The number of racers changed before anybody was locked in; picks and votes beyond it are gone."""

    lineup: tuple[Kind, ...]


class RacerPicked(Struct, frozen=True, gc=False, tag="racer_picked"):
    """A player has a pick; which one is a secret of theirs, and a blind one is nobody's."""

    player: PlayerId
    pick: Pick


class PickTakenBack(Struct, frozen=True, gc=False, tag="pick_taken_back"):
    """A player has no pick any more."""

    player: PlayerId


class VoteCast(Struct, frozen=True, gc=False, tag="vote_cast"):
    """A player voted, or took the vote back (None); `counts[i]` is what stands for rank i + 1 now."""

    player: PlayerId
    rank: int | None
    counts: tuple[int, ...]


class PickDeadlineSet(Struct, frozen=True, gc=False, tag="pick_deadline_set"):
    """Picks lock at this moment by themselves; None lifts it."""

    at: Millis | None


class DrawStarted(Struct, frozen=True, gc=False, tag="draw_started"):
    """Picks are locked, and the paying rank is drawn; once more when somebody leaves while it is being shown."""

    race: RaceId
    picks: dict[PlayerId, Pick]
    votes: dict[PlayerId, int]
    draw: Draw
    starts_at: Millis
    rests_at: Millis
    ends_at: Millis


class RoundCalledOff(Struct, frozen=True, gc=False, tag="round_called_off"):
    """Too many left during the draw: the same racers wait for picks again."""

    reason: CalledOffReason


class CountdownStarted(Struct, frozen=True, gc=False, tag="countdown_started"):
    """Everybody's picks are open; `devices` are the players' hashed device tokens, for their profiles."""

    card: Card
    names: dict[PlayerId, str]
    ends_at: Millis
    devices: dict[PlayerId, str] = {}


class RaceStarted(Struct, frozen=True, gc=False, tag="race_started"):
    """The race runs; with its secret, so that every node can release it to its own sockets."""

    racing: Racing


class RaceFinished(Struct, frozen=True, gc=False, tag="race_finished"):
    """The result stands, and with it everything needed to check it."""

    result: Result
    record: RaceRecord
    ends_at: Millis


class RunOffOpened(Struct, frozen=True, gc=False, tag="runoff_opened"):
    """The payers were dealt racers and race again; `commitment` is the SHA-256 of this heat's seed."""

    card: Card
    commitment: str
    names: dict[PlayerId, str]
    ends_at: Millis


class RoomClosed(Struct, frozen=True, gc=False, tag="room_closed"):
    """Nobody can enter any more."""

    reason: ClosedReason
    forget_at: Millis


class Said(Struct, frozen=True, gc=False, tag="said"):
    """Somebody said something; `message.version` is 0 until the store has given the entry its version."""

    message: ChatMessage


class SeatHeld(Struct, frozen=True, gc=False, tag="seat_held"):
    """A seat's connection is on this node now; a node that had it lets go."""

    player: PlayerId
    node: str


class RoomTouched(Struct, frozen=True, gc=False, tag="room_touched"):
    """People talk, or the host leads on, so the room is not idle."""


class ClockStepped(Struct, frozen=True, gc=False, tag="clock_stepped"):
    """The calendar was set; every moment of the room moves along by `by_ms`, so that nothing ends sooner or later."""

    steps: ClockSteps
    by_ms: int


Event = (
    RoomOpened
    | RoomReopened
    | MemberJoined
    | MemberLeft
    | MemberWentAway
    | MemberCameBack
    | MemberRenamed
    | SeatTaken
    | SeatGivenUp
    | ReadyChanged
    | CrownPassed
    | MemberBlocked
    | MemberUnblocked
    | SettingsChanged
    | RoundOpened
    | LineupChanged
    | RacerPicked
    | PickTakenBack
    | VoteCast
    | PickDeadlineSet
    | DrawStarted
    | RoundCalledOff
    | CountdownStarted
    | RaceStarted
    | RaceFinished
    | RunOffOpened
    | RoomClosed
    | Said
    | SeatHeld
    | RoomTouched
    | ClockStepped
)


class Entry(Struct, frozen=True, gc=False):
    """Events with the room version they led to, as they stand in the room's log and feed.

    Every entry raises the version by exactly one. `at` is the store's time; `command` is the key of the
    command it came from (`identity`), if a client asked.
    """

    version: int
    at: Millis
    events: tuple[Event, ...]
    command: CommandKey | None = None


def is_talk(events: tuple[Event, ...]) -> bool:
    """Say whether no rule depends on these events, so that they need not expect a version."""
    for event in events:  # noqa: SIM110 - asked several times per entry, and a generator takes three times as long
        if not isinstance(event, Said):
            return False
    return True

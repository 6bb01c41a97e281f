"""What somebody asks of a room, imperative: by people through the gateway, or by the scheduler when the clock says so.

Commands are plain values that never leave the process, so nothing here is a wire format.
"""

from __future__ import annotations

from msgspec import Struct

from paddock.domain.book import Book
from paddock.domain.ids import Kind, PlayerId, RaceId, Seed
from paddock.domain.room import ClockSteps, Keys
from paddock.domain.settings import Settings


class Gate(Struct, frozen=True):
    """Dice for a lineup: 32 random bytes that need not be secret, and the stable it is drawn from."""

    show: bytes
    stable: tuple[Kind, ...]


class Fresh(Struct, frozen=True):
    """New ids and dice for one round: its race id, its secret root, and dice for the racers at the gate."""

    race: RaceId
    root: Seed
    gate: Gate


# What people ask. `player` is the sender, taken from the session, never from the message.


class JoinRoom(Struct, frozen=True):
    """Come in, seated or to watch; the password has been checked before. `node` has the connection."""

    player: PlayerId
    name: str
    keys: Keys
    seated: bool = True
    node: str = ""


class LeaveRoom(Struct, frozen=True):
    """Go for good; the seat is given up."""

    player: PlayerId


class GoAway(Struct, frozen=True):
    """The last connection of this player is gone; the seat is held for its grace."""

    player: PlayerId


class ComeBack(Struct, frozen=True):
    """The player is connected again."""

    player: PlayerId


class HoldSeat(Struct, frozen=True):
    """The player's connection is at this server now."""

    player: PlayerId
    node: str


class RenamePlayer(Struct, frozen=True):
    """Take another name."""

    player: PlayerId
    name: str


class TakeSeat(Struct, frozen=True):
    """A spectator sits down."""

    player: PlayerId


class GiveUpSeat(Struct, frozen=True):
    """A seated player watches from now on."""

    player: PlayerId


class SetReady(Struct, frozen=True):
    """Take part in the next race, or sit it out."""

    player: PlayerId
    ready: bool


class PickRacer(Struct, frozen=True):
    """Pick a racer in secret; the same racer again takes the pick back."""

    player: PlayerId
    racer: int


class PickForMe(Struct, frozen=True):
    """Let the dice pick, hidden even from the picker; once more takes the pick back."""

    player: PlayerId


class CastVote(Struct, frozen=True):
    """Vote for the rank that pays (from 1), or take the vote back with None."""

    player: PlayerId
    rank: int | None


class StartRace(Struct, frozen=True):
    """The host locks the picks and starts the draw."""

    player: PlayerId


class NextRound(Struct, frozen=True):
    """The host ends the podium early."""

    player: PlayerId
    fresh: Fresh


class Kick(Struct, frozen=True):
    """The host sends somebody out for this round."""

    player: PlayerId
    whom: PlayerId


class Block(Struct, frozen=True):
    """The host sends somebody out for good: token, device and address."""

    player: PlayerId
    whom: PlayerId


class Unblock(Struct, frozen=True):
    """The host lets a blocked person in again, named by their place in the list of the blocked."""

    player: PlayerId
    place: int


class HandOver(Struct, frozen=True):
    """The host gives the crown to another seated player."""

    player: PlayerId
    to: PlayerId


class ChangeSettings(Struct, frozen=True):
    """The host changes the room to these settings; `password` is a new argon2 hash, empty removes it, None keeps it.

    `gate` is for the new lineup when the number of racers changes.
    """

    player: PlayerId
    settings: Settings
    gate: Gate
    password: str | None = None


class Say(Struct, frozen=True):
    """Say something in the chat."""

    player: PlayerId
    text: str


class ReopenRoom(Struct, frozen=True):
    """The founder opens an expired room again under its old code."""

    player: PlayerId
    name: str
    keys: Keys
    fresh: Fresh
    node: str = ""


# What the scheduler submits when the stored deadlines have passed; all idempotent, by race or player.


class CallPicks(Struct, frozen=True):
    """The pick deadline has passed: pick for the absent and start."""

    race: RaceId


class StartCountdown(Struct, frozen=True):
    """The draw has been shown."""

    race: RaceId


class RunRace(Struct, frozen=True):
    """The countdown is over: start the race with the settings book in force."""

    race: RaceId
    book: Book


class FinishRace(Struct, frozen=True):
    """The race has been seen by everybody: announce the result its seed fixes."""

    race: RaceId


class OpenRunOff(Struct, frozen=True):
    """Several people would pay: race again among them."""

    race: RaceId


class OpenRound(Struct, frozen=True):
    """The podium has stood long enough: gather for the next round."""

    race: RaceId
    fresh: Fresh


class ReleaseSeat(Struct, frozen=True):
    """Somebody has been away longer than the grace."""

    player: PlayerId


class PassCrown(Struct, frozen=True):
    """The host has been away longer than the grace."""


class CloseRoom(Struct, frozen=True):
    """The room has been empty, or idle, for as long as it may."""


class FollowClock(Struct, frozen=True):
    """The calendar was set: move the room's moments along."""

    steps: ClockSteps


PersonalCommand = (
    JoinRoom
    | LeaveRoom
    | GoAway
    | ComeBack
    | HoldSeat
    | RenamePlayer
    | TakeSeat
    | GiveUpSeat
    | SetReady
    | PickRacer
    | PickForMe
    | CastVote
    | StartRace
    | NextRound
    | Kick
    | Block
    | Unblock
    | HandOver
    | ChangeSettings
    | Say
    | ReopenRoom
)
ScheduledCommand = (
    CallPicks
    | StartCountdown
    | RunRace
    | FinishRace
    | OpenRunOff
    | OpenRound
    | ReleaseSeat
    | PassCrown
    | CloseRoom
    | FollowClock
)
Command = PersonalCommand | ScheduledCommand

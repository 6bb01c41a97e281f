"""Every message between client and server, typed and bounded: the source of `docs/wire.md` and of the client's types.

A message from a client is one Socket.IO event named by `type_name(T)` with exactly one argument, the object described
by T; unknown fields are refused. It is acknowledged with the reply named in `REPLIES`, or with `Refused`. A message
from the server (`pushes`) is one event named by its type, with one argument (connection-state recovery appends an
offset).

Every message has an `id`, so that asking again after an answer that did not come is safe. An id counts for one player
and one kind of message: the same id and kind from the same player (for `join_room` and `reopen_room`: with the same
seat token) is a repeat, whatever else it says; it changes nothing and is acknowledged like the first. The same id with
another kind of message, or from somebody else, is a command of its own. A client makes a new id for everything a person
does. Ids are remembered as long as entries are: three minutes at least. `create_room` is repeated by its seat token
instead, which has one room for good.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from paddock.domain.card import Rule
from paddock.domain.chat import ChatMessage
from paddock.domain.event_views import EntryView
from paddock.domain.ids import (
    CODE_PATTERN,
    COMMAND_PATTERN,
    PLAYER_PATTERN,
    TOKEN_PATTERN,
    CommandId,
    Kind,
    Millis,
    PlayerId,
    RaceId,
    RoomId,
)
from paddock.domain.refusals import Refusal
from paddock.domain.settings import Listing
from paddock.domain.views import OwnView, RoomSummary, RoomView
from paddock.service.room_list import CURSOR_PATTERN

# Bounds in code points: generous, so that a text too long in graphemes gets the code that says so (`bad_text`).
Code = Annotated[RoomId, Meta(pattern=CODE_PATTERN)]
Token = Annotated[str, Meta(pattern=TOKEN_PATTERN)]
Player = Annotated[PlayerId, Meta(pattern=PLAYER_PATTERN)]
Command = Annotated[CommandId, Meta(pattern=COMMAND_PATTERN)]
Name = Annotated[str, Meta(max_length=200)]
Title = Annotated[str, Meta(max_length=300)]
Text = Annotated[str, Meta(max_length=2_000)]
Rules = Annotated[str, Meta(max_length=5_000)]
Password = Annotated[str, Meta(max_length=100)]
Track = Annotated[int, Meta(ge=100, le=10_000)]
Version = Annotated[int, Meta(ge=0, le=2**53 - 1)]


class ClientMessage(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every message from a client has in common: an id of the client's making, by which it is applied once."""

    id: Command


# -- Coming and going ------------------------------------------------------------------------------------------------


class CreateRoom(ClientMessage, frozen=True, kw_only=True):
    """Make a room and sit down in it as its host.

    `token` is the seat token, 32 random bytes made by the client and kept to itself; `device` is another one that the
    browser keeps for all rooms.
    """

    token: Token
    device: Token
    name: Name
    title: Title = ""
    listing: Listing = Listing.PUBLIC
    password: Password = ""
    rule: Rule = Rule.LAST
    track: Track = 500


class JoinRoom(ClientMessage, frozen=True, kw_only=True):
    """Come into a room, or back to one's seat: with the token of a seat neither password nor capacity matter."""

    room: Code
    token: Token
    device: Token
    name: Name
    password: Password = ""
    seated: bool = True


class ResumeRoom(ClientMessage, frozen=True, kw_only=True):
    """Come back to one's seat after a reload or a lost connection; refused with `not_in_room` if it has been released.

    `version` is what the client holds already: entries after that version are sent, or one fresh view.
    """

    room: Code
    token: Token
    version: Version | None = None


class ReopenRoom(ClientMessage, frozen=True, kw_only=True):
    """The founder opens an expired room again under its old code."""

    room: Code
    token: Token
    device: Token
    name: Name


class LeaveRoom(ClientMessage, frozen=True, kw_only=True):
    """Give the seat up and go."""


# -- Playing ---------------------------------------------------------------------------------------------------------


class PickRacer(ClientMessage, frozen=True, kw_only=True):
    """Pick a racer in secret (its index in the lineup, from 0); the same racer again takes the pick back."""

    racer: Annotated[int, Meta(ge=0, le=15)]


class PickForMe(ClientMessage, frozen=True, kw_only=True):
    """Let the dice pick, hidden even from oneself; once more takes the pick back."""


class CastVote(ClientMessage, frozen=True, kw_only=True):
    """Vote for the rank that pays, from 1; null takes the vote back."""

    rank: Annotated[int, Meta(ge=1, le=16)] | None


class SetReady(ClientMessage, frozen=True, kw_only=True):
    """Take part in the next race, or sit it out."""

    ready: bool


class TakeSeat(ClientMessage, frozen=True, kw_only=True):
    """Sit down, as a spectator."""


class GiveUpSeat(ClientMessage, frozen=True, kw_only=True):
    """Watch from now on."""


class RenamePlayer(ClientMessage, frozen=True, kw_only=True):
    """Take another name."""

    name: Name


class Say(ClientMessage, frozen=True, kw_only=True):
    """Say something; `@name` mentions a member."""

    text: Text


# -- Hosting ---------------------------------------------------------------------------------------------------------


class StartRace(ClientMessage, frozen=True, kw_only=True):
    """Lock the picks and start; ready players without a pick get one by lot."""


class NextRound(ClientMessage, frozen=True, kw_only=True):
    """End the podium and gather again."""


class Kick(ClientMessage, frozen=True, kw_only=True):
    """Send somebody out for this round."""

    player: Player


class Block(ClientMessage, frozen=True, kw_only=True):
    """Send somebody out for good."""

    player: Player


class Unblock(ClientMessage, frozen=True, kw_only=True):
    """Let somebody in again, by their place in the list of the blocked."""

    place: Annotated[int, Meta(ge=0, le=10_000)]


class HandOver(ClientMessage, frozen=True, kw_only=True):
    """Give the crown to another seated player."""

    player: Player


class ChangeSettings(ClientMessage, frozen=True, kw_only=True):
    """Change the room: what is left out stays as it is; an empty password removes it."""

    title: Title | UnsetType = UNSET
    rules: Rules | UnsetType = UNSET
    rule: Rule | UnsetType = UNSET
    track: Track | UnsetType = UNSET
    racers: Annotated[int, Meta(ge=4, le=6)] | UnsetType = UNSET
    capacity: Annotated[int, Meta(ge=2, le=200)] | UnsetType = UNSET
    pick_seconds: Annotated[int, Meta(ge=0, le=600)] | UnsetType = UNSET
    life_h: Annotated[int, Meta(ge=1, le=24)] | UnsetType = UNSET
    listing: Listing | UnsetType = UNSET
    one_device: bool | UnsetType = UNSET
    locked: bool | UnsetType = UNSET
    password: Password | UnsetType = UNSET


class SyncClock(ClientMessage, frozen=True, kw_only=True):
    """Ask for the server's time, to draw the race on the same clock."""


class CatchUp(ClientMessage, frozen=True, kw_only=True):
    """Ask for the entries after a version, when one is missing."""

    version: Version


class WatchLobby(ClientMessage, frozen=True, kw_only=True):
    """Look at a page of the room list and get its changes from now on, until the next look; ends with joining a room.

    Newest rooms come first. `query` is searched for in titles, hosts and codes, as names are compared: upper and lower
    case, accents and look-alikes are the same. `after` is the `next` of an earlier page.
    """

    query: Annotated[str, Meta(max_length=60)] = ""
    after: Annotated[str, Meta(pattern=CURSOR_PATTERN)] | None = None
    limit: Annotated[int, Meta(ge=1, le=50)] = 20


class UnwatchLobby(ClientMessage, frozen=True, kw_only=True):
    """Look at the room list no longer."""


CLIENT_MESSAGES: Final[tuple[type[ClientMessage], ...]] = (
    CreateRoom,
    JoinRoom,
    ResumeRoom,
    ReopenRoom,
    LeaveRoom,
    PickRacer,
    PickForMe,
    CastVote,
    SetReady,
    TakeSeat,
    GiveUpSeat,
    RenamePlayer,
    Say,
    StartRace,
    NextRound,
    Kick,
    Block,
    Unblock,
    HandOver,
    ChangeSettings,
    SyncClock,
    CatchUp,
    WatchLobby,
    UnwatchLobby,
)


class Reply(Struct, frozen=True, kw_only=True):
    """Every acknowledgement of a command that was carried out."""

    ok: Literal[True] = True


class Refused(Struct, frozen=True):
    """The acknowledgement of a command that was not carried out; `retry` says whether sending it again may help.

    `detail` is for developers (which field was wrong, how long to wait), never shown as it stands.
    """

    code: Refusal
    retry: bool
    detail: str = ""
    ok: Literal[False] = False


class RaceSummary(Struct, frozen=True):
    """One line of a room's history: the racer kinds by rank, the names of those who paid, and when."""

    race: RaceId
    at: Millis
    winners: tuple[Kind, ...]
    payers: tuple[str, ...]
    final: bool


class View(Struct, frozen=True):
    """All there is to see for one player: after joining, and whenever missed entries cannot be told one by one.

    `now` is the server's time in ms. Segments of a running race follow at once in a `segments` message.
    """

    room: RoomView
    own: OwnView
    chat: tuple[ChatMessage, ...]
    history: tuple[RaceSummary, ...]
    now: Millis


class Entered(Reply, frozen=True, kw_only=True):
    """In the room: everything there is to see."""

    view: View


class Resumed(Reply, frozen=True, kw_only=True):
    """Back in the room: either the entries after the version the client holds, or a fresh view."""

    entries: tuple[EntryView, ...] | None
    view: View | None
    now: Millis


class ClockSynced(Reply, frozen=True, kw_only=True):
    """The server's time in ms."""

    now: Millis


class CaughtUp(Reply, frozen=True, kw_only=True):
    """The entries after the version asked for, or a fresh view when the log no longer reaches back."""

    entries: tuple[EntryView, ...] | None
    view: View | None


class LobbyShown(Reply, frozen=True, kw_only=True):
    """A page of the room list at a version; what changes on it follows as `lobby_changed` with the same `look`.

    `total` counts all rooms that match, and `next` is where another page begins, null on the last one.
    """

    look: int
    version: int
    rooms: tuple[RoomSummary, ...]
    total: int
    next: str | None


REPLIES: Final[dict[type[ClientMessage], type[Reply]]] = {
    CreateRoom: Entered,
    JoinRoom: Entered,
    ReopenRoom: Entered,
    ResumeRoom: Resumed,
    SyncClock: ClockSynced,
    CatchUp: CaughtUp,
    WatchLobby: LobbyShown,
}
"""What a message is acknowledged with; a plain `Reply` where nothing is named here."""


@cache
def type_name(message: type[Struct]) -> str:
    """Give the event name of a message type: `PickRacer` is `pick_racer`, `EntryMessage` is `entry`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", message.__name__.removesuffix("Message")).lower()

"""What each audience sees of what happens in a room: every event as everybody sees it, and as its own player does.

These views are wire types; the web client applies them to its `RoomView` and must come to the same state as the server
(`tests/vectors/plays.json` holds both to it). An event nobody needs to see has no view; its entry still has a version.
"""

from __future__ import annotations

from typing import assert_never

from msgspec import Struct

from paddock.domain import events as e
from paddock.domain.card import Card, Draw
from paddock.domain.chat import ChatMessage
from paddock.domain.dice import commitment
from paddock.domain.ids import Kind, Millis, PlayerId, RaceId
from paddock.domain.room import ClosedReason
from paddock.domain.rounds import seed_of
from paddock.domain.settings import Settings
from paddock.domain.views import MemberView, ResultView, member_view, result_view


class MemberJoinedView(Struct, frozen=True, tag="member_joined"):
    """Somebody came in."""

    member: MemberView


class MemberLeftView(Struct, frozen=True, tag="member_left"):
    """Somebody is gone."""

    player: PlayerId
    reason: e.LeftReason


class MemberWentAwayView(Struct, frozen=True, tag="member_went_away"):
    """Somebody lost their connection at the entry's time; the seat is held."""

    player: PlayerId


class MemberCameBackView(Struct, frozen=True, tag="member_came_back"):
    """Somebody is connected again."""

    player: PlayerId


class MemberRenamedView(Struct, frozen=True, tag="member_renamed"):
    """Somebody has another name."""

    player: PlayerId
    name: str


class SeatTakenView(Struct, frozen=True, tag="seat_taken"):
    """A spectator sat down and is ready; their place in the order of members stays."""

    player: PlayerId


class SeatGivenUpView(Struct, frozen=True, tag="seat_given_up"):
    """A player watches from now on."""

    player: PlayerId


class ReadyChangedView(Struct, frozen=True, tag="ready_changed"):
    """A player takes part, or sits out."""

    player: PlayerId
    ready: bool


class CrownPassedView(Struct, frozen=True, tag="crown_passed"):
    """Another player is host."""

    player: PlayerId | None


class MemberBlockedView(Struct, frozen=True, tag="member_blocked"):
    """A name was added to the list of those who stay out."""

    name: str


class MemberUnblockedView(Struct, frozen=True, tag="member_unblocked"):
    """A name was taken off the list of those who stay out."""

    place: int


class SettingsChangedView(Struct, frozen=True, tag="settings_changed"):
    """The room has other settings; while gathering, all votes (one's own too) are gone unless the rule is `vote`."""

    settings: Settings
    private: bool


class RoundOpenedView(Struct, frozen=True, tag="round_opened"):
    """A new round: racers at the gate, commitment shown, no picks, no votes, no deadline; `rounds` goes up by one.

    `votes` has one 0 per racer. The player's own pick and vote are gone.
    """

    race: RaceId
    commitment: str
    lineup: tuple[Kind, ...]


class LineupChangedView(Struct, frozen=True, tag="lineup_changed"):
    """Other racers stand at the gate; all picks and votes, one's own too, are gone."""

    lineup: tuple[Kind, ...]


class PlayerPickedView(Struct, frozen=True, tag="player_picked"):
    """A player has a pick; never which."""

    player: PlayerId


class PickTakenBackView(Struct, frozen=True, tag="pick_taken_back"):
    """A player has no pick any more."""

    player: PlayerId


class VotesChangedView(Struct, frozen=True, tag="votes_changed"):
    """So many votes stand for each rank now; never whose."""

    votes: tuple[int, ...]


class PickDeadlineSetView(Struct, frozen=True, tag="pick_deadline_set"):
    """Picks lock at this moment; None lifts it."""

    at: Millis | None


class DrawStartedView(Struct, frozen=True, tag="draw_started"):
    """Picks are locked, `picked` are those who race, and the paying rank is being shown.

    Comes once more, with other times, when somebody leaves meanwhile.
    """

    picked: tuple[PlayerId, ...]
    draw: Draw
    starts_at: Millis
    rests_at: Millis
    ends_at: Millis


class RoundCalledOffView(Struct, frozen=True, tag="round_called_off"):
    """Back to picking with the same racers and commitment; standing picks stay, all votes and the deadline are gone."""

    reason: e.CalledOffReason


class CountdownStartedView(Struct, frozen=True, tag="countdown_started"):
    """Everybody's picks are open."""

    card: Card
    names: dict[PlayerId, str]
    ends_at: Millis


class RaceStartedView(Struct, frozen=True, tag="race_started"):
    """The race of the open card runs from `starts_at`; when it ends is not told."""

    starts_at: Millis


class RaceFinishedView(Struct, frozen=True, tag="race_finished"):
    """The result, with the seed."""

    result: ResultView
    ends_at: Millis


class RunOffOpenedView(Struct, frozen=True, tag="runoff_opened"):
    """The payers were dealt racers and race again."""

    card: Card
    commitment: str
    names: dict[PlayerId, str]
    ends_at: Millis


class RoomClosedView(Struct, frozen=True, tag="room_closed"):
    """Nobody can enter any more; there are no members and no host."""

    reason: ClosedReason


class RoomReopenedView(Struct, frozen=True, tag="room_reopened"):
    """The room is open again."""


class SaidView(Struct, frozen=True, tag="said"):
    """Somebody said something."""

    message: ChatMessage


class ClockSteppedView(Struct, frozen=True, tag="clock_stepped"):
    """The server's clock was set by `by_ms`: every moment of the room moves along, and the time is to be asked anew."""

    by_ms: int


EventView = (
    MemberJoinedView
    | MemberLeftView
    | MemberWentAwayView
    | MemberCameBackView
    | MemberRenamedView
    | SeatTakenView
    | SeatGivenUpView
    | ReadyChangedView
    | CrownPassedView
    | MemberBlockedView
    | MemberUnblockedView
    | SettingsChangedView
    | RoundOpenedView
    | LineupChangedView
    | PlayerPickedView
    | PickTakenBackView
    | VotesChangedView
    | PickDeadlineSetView
    | DrawStartedView
    | RoundCalledOffView
    | CountdownStartedView
    | RaceStartedView
    | RaceFinishedView
    | RunOffOpenedView
    | RoomClosedView
    | RoomReopenedView
    | SaidView
    | ClockSteppedView
)


class OwnPickView(Struct, frozen=True, tag="own_pick"):
    """The picker's own pick: `pick` is None when there is none or it is blind."""

    pick: int | None
    blind: bool


class OwnVoteView(Struct, frozen=True, tag="own_vote"):
    """The voter's own vote."""

    vote: int | None


OwnEventView = OwnPickView | OwnVoteView


class EntryView(Struct, frozen=True, omit_defaults=True):
    """An entry as one audience sees it; `own` is there only on the way to the player it belongs to."""

    version: int
    at: Millis
    events: tuple[EventView, ...]
    own: tuple[OwnEventView, ...] = ()


def public_event(event: e.Event) -> EventView | None:
    """Show one event to everybody in the room; None when it concerns nobody's screen."""
    match event:
        case e.MemberJoined(member=member):
            return MemberJoinedView(member_view(member))
        case e.MemberLeft(player=player, reason=reason):
            return MemberLeftView(player, reason)
        case e.MemberWentAway(player=player):
            return MemberWentAwayView(player)
        case e.MemberCameBack(player=player):
            return MemberCameBackView(player)
        case e.MemberRenamed(player=player, name=name):
            return MemberRenamedView(player, name)
        case e.SeatTaken(player=player):
            return SeatTakenView(player)
        case e.SeatGivenUp(player=player):
            return SeatGivenUpView(player)
        case e.ReadyChanged(player=player, ready=ready):
            return ReadyChangedView(player, ready)
        case e.CrownPassed(player=host):
            return CrownPassedView(host)
        case e.MemberBlocked(blocked=blocked):
            return MemberBlockedView(blocked.name)
        case e.MemberUnblocked(place=place):
            return MemberUnblockedView(place)
        case e.SettingsChanged(settings=settings, password=password):
            return SettingsChangedView(settings, password is not None)
        case e.Said(message=message):
            return SaidView(message)
        case e.RoomClosed(reason=closed):
            return RoomClosedView(closed)
        case e.RoomReopened():
            return RoomReopenedView()
        case e.ClockStepped(by_ms=by):
            return ClockSteppedView(by)
        case e.RoomOpened() | e.SeatHeld() | e.RoomTouched():
            return None
        case _:
            return _public_round_event(event)


RoundEvent = (
    e.RoundOpened
    | e.LineupChanged
    | e.RacerPicked
    | e.PickTakenBack
    | e.VoteCast
    | e.PickDeadlineSet
    | e.DrawStarted
    | e.RoundCalledOff
    | e.CountdownStarted
    | e.RaceStarted
    | e.RaceFinished
    | e.RunOffOpened
)


def _public_round_event(event: RoundEvent) -> EventView:
    match event:
        case e.RoundOpened(race=race, root=root, lineup=lineup):
            return RoundOpenedView(race, commitment(seed_of(root, 0)), lineup)
        case e.LineupChanged(lineup=lineup):
            return LineupChangedView(lineup)
        case e.RacerPicked(player=player):
            return PlayerPickedView(player)
        case e.PickTakenBack(player=player):
            return PickTakenBackView(player)
        case e.VoteCast(counts=counts):
            return VotesChangedView(counts)
        case e.PickDeadlineSet(at=at):
            return PickDeadlineSetView(at)
        case e.DrawStarted(picks=picks, draw=draw, starts_at=starts, rests_at=rests, ends_at=ends):
            return DrawStartedView(tuple(sorted(picks)), draw, starts, rests, ends)
        case e.RoundCalledOff(reason=reason):
            return RoundCalledOffView(reason)
        case e.CountdownStarted(card=card, names=names, ends_at=ends):
            return CountdownStartedView(card, names, ends)
        case e.RaceStarted(racing=racing):
            return RaceStartedView(racing.starts_at)
        case e.RaceFinished(result=result, ends_at=ends):
            return RaceFinishedView(result_view(result), ends)
        case e.RunOffOpened(card=card, commitment=committed, names=names, ends_at=ends):
            return RunOffOpenedView(card, committed, names, ends)
        case _:
            assert_never(event)


def own_event(event: e.Event) -> tuple[PlayerId, OwnEventView] | None:
    """Show an event to the player it belongs to; None when there is nothing beyond what everybody sees."""
    match event:
        case e.RacerPicked(player=player, pick=pick):
            return player, OwnPickView(None if pick.blind else pick.racer, pick.blind)
        case e.PickTakenBack(player=player):
            return player, OwnPickView(None, False)
        case e.VoteCast(player=player, rank=rank):
            return player, OwnVoteView(rank)
        case _:
            return None


def public_entry(entry: e.Entry) -> EntryView:
    """Show an entry to everybody in the room."""
    shown = [public_event(event) for event in entry.events]
    return EntryView(entry.version, entry.at, tuple([view for view in shown if view is not None]))


def own_entries(entry: e.Entry) -> dict[PlayerId, EntryView]:
    """Show an entry to those players who see more of it than everybody does."""
    own: dict[PlayerId, list[OwnEventView]] = {}
    for event in entry.events:
        shown = own_event(event)
        if shown is not None:
            own.setdefault(shown[0], []).append(shown[1])
    if not own:
        return {}
    public = public_entry(entry)
    return {player: EntryView(entry.version, entry.at, public.events, tuple(views)) for player, views in own.items()}

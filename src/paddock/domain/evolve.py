"""What an event makes of a room: total, without judgement, and the only place where a room changes.

`evolve` never refuses and never looks at a clock; `at` is the time of the entry the event stands in. Replaying a room's
entries from its opening gives its snapshot.
"""

from __future__ import annotations

from msgspec.structs import replace

from paddock.domain import events as e
from paddock.domain.audit import with_changes
from paddock.domain.card import Rule
from paddock.domain.clock_steps import shifted
from paddock.domain.ids import Millis
from paddock.domain.room import (
    Closed,
    ClosedReason,
    Countdown,
    Drawing,
    Gathering,
    Heat,
    Member,
    Phase,
    Podium,
    Racing,
    Room,
    RunOff,
)
from paddock.domain.settings import MAX_SHUT_OUT

_ACTIVITY = (
    e.RoomReopened,
    e.MemberJoined,
    e.MemberCameBack,
    e.SeatTaken,
    e.ReadyChanged,
    e.RacerPicked,
    e.PickTakenBack,
    e.VoteCast,
    e.SettingsChanged,
    e.RoomTouched,
)
"""Events that only people cause: they keep a room alive. What the scheduler does by the clock does not."""


def opened(event: e.RoomOpened, at: Millis) -> Room:
    """Give the room that its first event makes: nobody is in it, and no round is open."""
    return Room(
        room=event.room,
        founder=event.founder,
        settings=event.settings,
        pace=event.pace,
        phase=Closed(reason=ClosedReason.EMPTY, forget_at=at),
        host=None,
        members={},
        opened_at=at,
        active_at=at,
        password=event.password,
        empty_since=at,
    )


def evolve(room: Room, event: e.Event, at: Millis) -> Room:
    """Give the room as the event leaves it."""
    after = _evolve(room, event, at)
    if isinstance(event, _ACTIVITY):
        after = replace(after, active_at=at)
    for member in after.members.values():
        if member.seated:
            return after if after.empty_since is None else replace(after, empty_since=None)
    return after if after.empty_since is not None else replace(after, empty_since=at)


def _evolve(room: Room, event: e.Event, at: Millis) -> Room:
    match event:
        case e.RoomOpened():
            return opened(event, at)
        case e.MemberJoined(member=member):
            return replace(room, members={**room.members, member.player: member})
        case e.MemberLeft(player=player, reason=reason, keys=keys):
            members = {key: member for key, member in room.members.items() if key != player}
            kicked = (*room.kicked, keys)[-MAX_SHUT_OUT:] if reason is e.LeftReason.KICKED else room.kicked
            return replace(room, members=members, kicked=kicked)
        case e.MemberWentAway(player=player):
            return _with(room, replace(room.members[player], away_since=at))
        case e.MemberCameBack(player=player):
            return _with(room, replace(room.members[player], away_since=None))
        case e.MemberRenamed(player=player, name=name):
            return _with(room, replace(room.members[player], name=name))
        case e.SeatTaken(player=player):
            return _with(room, replace(room.members[player], seated=True, ready=True))
        case e.SeatGivenUp(player=player):
            return _with(room, replace(room.members[player], seated=False))
        case e.ReadyChanged(player=player, ready=ready):
            return _with(room, replace(room.members[player], ready=ready))
        case e.CrownPassed(player=host):
            return replace(room, host=host)
        case e.MemberBlocked(blocked=blocked):
            return replace(room, blocked=(*room.blocked, blocked))
        case e.MemberUnblocked(place=place):
            return replace(room, blocked=room.blocked[:place] + room.blocked[place + 1 :])
        case e.SettingsChanged(settings=settings, password=password):
            changes = with_changes(room, settings, password, at)
            changed = replace(room, settings=settings, password=password, changes=changes)
            if isinstance(room.phase, Gathering) and settings.rule is not Rule.VOTE:
                return replace(changed, phase=replace(room.phase, votes={}))
            return changed
        case e.RoomClosed(reason=closed, forget_at=forget_at):
            return replace(room, phase=Closed(closed, forget_at), members={}, host=None)
        case e.SeatHeld(player=player, node=node):
            return _with(room, replace(room.members[player], node=node)) if player in room.members else room
        case e.ClockStepped(steps=steps, by_ms=by):
            return replace(shifted(room, by), steps=steps)
        case e.RoomReopened() | e.Said() | e.RoomTouched():
            return room
        case e.RoundOpened(race=race, root=root, lineup=lineup):
            gathering = Gathering(race, root, lineup)
            return replace(room, phase=gathering, kicked=(), rounds=room.rounds + 1)
        case e.RaceFinished():
            return replace(room, phase=_phase(room.phase, event), changes=())
        case _:
            return replace(room, phase=_phase(room.phase, event))


def _phase(
    phase: Phase,
    event: e.LineupChanged
    | e.RacerPicked
    | e.PickTakenBack
    | e.VoteCast
    | e.PickDeadlineSet
    | e.DrawStarted
    | e.RoundCalledOff
    | e.CountdownStarted
    | e.RaceStarted
    | e.RaceFinished
    | e.RunOffOpened,
) -> Phase:
    match event, phase:
        case e.LineupChanged(lineup=lineup), Gathering():
            return replace(phase, lineup=lineup, picks={}, votes={})
        case e.RacerPicked(player=player, pick=pick), Gathering(picks=picks):
            return replace(phase, picks={**picks, player: pick})
        case e.PickTakenBack(player=player), Gathering(picks=picks) | Drawing(picks=picks):
            return replace(phase, picks={key: pick for key, pick in picks.items() if key != player})
        case e.VoteCast(player=player, rank=rank), Gathering(votes=votes) | Drawing(votes=votes):
            others = {key: vote for key, vote in votes.items() if key != player}
            return replace(phase, votes=others if rank is None else {**others, player: rank})
        case e.PickDeadlineSet(at=at), Gathering():
            return replace(phase, deadline=at)
        case e.DrawStarted(picks=picks, votes=votes, draw=draw, starts_at=starts, rests_at=rests, ends_at=ends), (
            Gathering(race=race, root=root, lineup=lineup) | Drawing(race=race, root=root, lineup=lineup)
        ):
            return Drawing(race, root, lineup, picks, votes, draw, starts, rests, ends)
        case e.RoundCalledOff(), Drawing(race=race, root=root, lineup=lineup, picks=picks):
            return Gathering(race, root, lineup, picks)
        case e.CountdownStarted(card=card, names=names, ends_at=ends, devices=devices), Drawing(root=root):
            return Countdown(Heat(card, root, names, devices, card.race), ends)
        case e.RaceStarted(racing=racing), Countdown() | RunOff():
            return racing
        case e.RaceFinished(result=result, ends_at=ends), Racing(heat=heat):
            return Podium(result, heat.root, ends, heat.devices, heat.first)
        case e.RunOffOpened(card=card, names=names, ends_at=ends), Podium(root=root, devices=devices, first=first):
            return RunOff(Heat(card, root, names, devices, first), ends)
        case _:
            # A log that was cut short cannot lead here, because a snapshot is always at least as new as its log.
            return phase


def _with(room: Room, member: Member) -> Room:
    return replace(room, members={**room.members, member.player: member})

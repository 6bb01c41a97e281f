"""Picks, votes, readiness and their lock: everything of a round before the countdown, all of it secret."""

from __future__ import annotations

from paddock.domain import commands as c
from paddock.domain import events as e
from paddock.domain.card import Draw, Rule
from paddock.domain.draft import Draft
from paddock.domain.draw import draw_rank
from paddock.domain.ids import Millis, PlayerId, RaceId
from paddock.domain.refusals import Refusal
from paddock.domain.room import Closed, Drawing, Gathering, Member, Pick, Room
from paddock.domain.rounds import lot, seed_of
from paddock.domain.settings import deadline
from paddock.domain.views import vote_counts

Decision = tuple[e.Event, ...] | Refusal
MIN_READY = 2


def ready_players(room: Room) -> tuple[Member, ...]:
    """Give the seated players who take part in the next race, in order of joining."""
    return tuple(member for member in room.seated() if member.ready)


def _closed_or_locked(room: Room) -> Refusal:
    return Refusal.CLOSED if isinstance(room.phase, Closed) else Refusal.RACE_UNDER_WAY


def pick(room: Room, command: c.PickRacer, now: Millis) -> Decision:
    """Note a secret pick, or take the same one back; whoever picks takes part."""
    phase = room.phase
    if not isinstance(phase, Gathering):
        return _closed_or_locked(room)
    if not 0 <= command.racer < len(phase.lineup):
        return Refusal.NO_SUCH_RACER
    return _pick(room, phase, command.player, Pick(command.racer), now)


def pick_for_me(room: Room, command: c.PickForMe, now: Millis) -> Decision:
    """Let the dice pick blindly, or take a blind pick back."""
    phase = room.phase
    if not isinstance(phase, Gathering):
        return _closed_or_locked(room)
    racer = lot(phase.root, phase.race, command.player, len(phase.lineup))
    return _pick(room, phase, command.player, Pick(racer, blind=True), now)


def _pick(room: Room, phase: Gathering, player: PlayerId, chosen: Pick, now: Millis) -> Decision:
    member = room.members[player]
    if not member.seated:
        return Refusal.NOT_SEATED
    if phase.picks.get(player) == chosen:
        return (e.PickTakenBack(player),)
    draft = Draft(room, now)
    if not member.ready:
        draft.add(e.ReadyChanged(player, ready=True))
    draft.add(e.RacerPicked(player, chosen))
    return settle_deadline(draft).events


def vote(room: Room, command: c.CastVote, now: Millis) -> Decision:
    """Note a vote for the rank that pays, or take it back; whoever votes takes part."""
    phase = room.phase
    if not isinstance(phase, Gathering):
        return _closed_or_locked(room)
    if room.settings.rule is not Rule.VOTE:
        return Refusal.NO_VOTE
    member = room.members[command.player]
    if not member.seated:
        return Refusal.NOT_SEATED
    if command.rank is not None and not 1 <= command.rank <= len(phase.lineup):
        return Refusal.NO_SUCH_RANK
    if phase.votes.get(command.player) == command.rank:
        return ()
    draft = Draft(room, now)
    if not member.ready:
        draft.add(e.ReadyChanged(member.player, ready=True))
    draft.add(_vote_event(phase, member.player, command.rank))
    return settle_deadline(draft).events


def _vote_event(phase: Gathering | Drawing, player: PlayerId, rank: int | None) -> e.VoteCast:
    votes = {key: vote for key, vote in phase.votes.items() if key != player}
    if rank is not None:
        votes[player] = rank
    return e.VoteCast(player, rank, vote_counts(votes, len(phase.lineup)))


def set_ready(room: Room, command: c.SetReady, now: Millis) -> Decision:
    """Note that a player takes part, or sits out; whoever sits out has no pick and no vote."""
    if not isinstance(room.phase, Gathering):
        return _closed_or_locked(room)
    member = room.members[command.player]
    if not member.seated:
        return Refusal.NOT_SEATED
    if member.ready == command.ready:
        return ()
    draft = Draft(room, now)
    if not command.ready:
        forgo(draft, member.player)
    draft.add(e.ReadyChanged(member.player, command.ready))
    return settle_deadline(draft).events


def forgo(draft: Draft, player: PlayerId) -> None:
    """Take a player's vote and pick back, as long as the countdown has not begun."""
    phase = draft.room.phase
    if not isinstance(phase, Gathering | Drawing):
        return
    if player in phase.votes:
        draft.add(_vote_event(phase, player, None))
    if player in phase.picks:
        draft.add(e.PickTakenBack(player))


def settle_deadline(draft: Draft, *, anew: bool = False) -> Draft:
    """Set the pick deadline once two players are ready, and lift it when they no longer are or the host wants none.

    `anew` lets a deadline that stands begin again, because the host has changed how long people have.
    """
    phase, settings = draft.room.phase, draft.room.settings
    if not isinstance(phase, Gathering):
        return draft
    wanted = settings.pick_seconds > 0 and len(ready_players(draft.room)) >= MIN_READY
    if wanted and (phase.deadline is None or anew):
        draft.add(e.PickDeadlineSet(deadline(draft.now, settings.pick_seconds * 1000)))
    elif not wanted and phase.deadline is not None:
        draft.add(e.PickDeadlineSet(None))
    return draft


def start(room: Room, command: c.StartRace, now: Millis) -> Decision:
    """Lock the picks at the host's word, which keeps the room alive; a lock by the clock does not."""
    if not isinstance(room.phase, Gathering):
        return _closed_or_locked(room)
    decision = _lock(room, room.phase, now)
    return decision if isinstance(decision, Refusal) else (*decision, e.RoomTouched())


def call(room: Room, command: c.CallPicks, now: Millis) -> Decision:
    """Lock the picks because their deadline has passed."""
    phase = room.phase
    if not isinstance(phase, Gathering) or phase.race != command.race:
        return Refusal.NOTHING_OWED
    if phase.deadline is None or now < phase.deadline:
        return Refusal.NOTHING_OWED
    return _lock(room, phase, now)


def _lock(room: Room, phase: Gathering, now: Millis) -> Decision:
    """Lock the picks of all who are ready; whoever has none gets one by lot."""
    ready = ready_players(room)
    if len(ready) < MIN_READY:
        return Refusal.TOO_FEW
    size = len(phase.lineup)
    lots = {m.player: Pick(lot(phase.root, phase.race, m.player, size), blind=True) for m in ready}
    picks = {player: phase.picks.get(player, drawn) for player, drawn in lots.items()}
    return (_draw(room, phase, phase.race, picks, phase.votes, now),)


def draw_again(draft: Draft) -> None:
    """Draw once more because somebody left while the draw was shown; call the round off if too few are left."""
    phase = draft.room.phase
    if not isinstance(phase, Drawing):
        return
    if len(phase.picks) < MIN_READY:
        draft.add(e.RoundCalledOff(e.CalledOffReason.TOO_FEW))
    else:
        draft.add(_draw(draft.room, phase, phase.race, phase.picks, phase.votes, draft.now))


def _draw(
    room: Room,
    phase: Gathering | Drawing,
    race: RaceId,
    picks: dict[PlayerId, Pick],
    votes: dict[PlayerId, int],
    now: Millis,
) -> e.DrawStarted:
    rule, pace = room.settings.rule, room.pace
    counts = vote_counts(votes, len(phase.lineup)) if rule is Rule.VOTE else ()
    distinct = len({pick.racer for pick in picks.values()})
    rank = draw_rank(rule, counts, distinct, seed_of(phase.root, 0), race)
    turns, stands = (pace.roulette_ms, pace.hold_ms) if any(counts[:distinct]) else (0, pace.reason_ms)
    rests = deadline(now, turns)
    draw = Draw(rule, counts, distinct, rank)
    return e.DrawStarted(race, picks, votes, draw, now, rests, deadline(rests, stands))

"""From the countdown to the podium: races, results and run-offs until one payer is left, then the next round."""

from __future__ import annotations

from paddock.domain import commands as c
from paddock.domain import events as e
from paddock.domain.card import Card, Draw, Rule
from paddock.domain.dice import commitment
from paddock.domain.draft import Draft
from paddock.domain.draw import deal, draw_lineup
from paddock.domain.ids import Millis
from paddock.domain.picking import settle_deadline
from paddock.domain.race import run
from paddock.domain.record import record
from paddock.domain.refusals import Refusal
from paddock.domain.room import Countdown, Drawing, Podium, Racing, Result, Room, RunOff
from paddock.domain.rounds import runoff_id, seed_of
from paddock.domain.settings import deadline

Decision = tuple[e.Event, ...] | Refusal


def start_countdown(room: Room, command: c.StartCountdown, now: Millis) -> Decision:
    """Open everybody's picks once the draw has been shown."""
    phase = room.phase
    if not isinstance(phase, Drawing) or phase.race != command.race or now < phase.ends_at:
        return Refusal.NOTHING_OWED
    picks = tuple(sorted((player, pick.racer) for player, pick in phase.picks.items()))
    card = Card(phase.race, room.settings.track, phase.lineup, picks, phase.draw)
    names = {player: room.members[player].name for player, _ in picks}
    devices = {player: room.members[player].keys.device for player, _ in picks}
    return (e.CountdownStarted(card, names, deadline(now, room.pace.countdown_ms), devices),)


def run_race(room: Room, command: c.RunRace, now: Millis) -> Decision:
    """Start the race; how long it lasts follows from its seed, and stays in the snapshot."""
    phase = room.phase
    if not isinstance(phase, Countdown | RunOff) or phase.heat.card.race != command.race or now < phase.ends_at:
        return Refusal.NOTHING_OWED
    card = phase.heat.card
    race = run(card, command.book, seed_of(phase.heat.root, card.runoff))
    starts_at = deadline(now, room.pace.lead_ms)
    ends_at = deadline(starts_at, race.end + room.pace.tail_ms)
    return (e.RaceStarted(Racing(phase.heat, command.book, starts_at, ends_at, room.steps.ms)),)


def finish_race(room: Room, command: c.FinishRace, now: Millis) -> Decision:
    """Announce the result that the seed fixes."""
    phase = room.phase
    if not isinstance(phase, Racing) or phase.heat.card.race != command.race or now < phase.ends_at:
        return Refusal.NOTHING_OWED
    heat = phase.heat
    seed = seed_of(heat.root, heat.card.runoff)
    race = run(heat.card, phase.book, seed)
    kept = record(
        heat.card,
        phase.book,
        seed,
        race,
        room=room.room,
        rule=heat.card.draw.rule,
        starts_at=phase.starts_at,
        names=heat.names,
    )
    result = Result(heat.card, heat.names, phase.starts_at, race.finish, race.order, kept.payers, seed)
    lasts = room.pace.podium_ms if len(kept.payers) == 1 else room.pace.replay_hold_ms
    return (e.RaceFinished(result, kept, deadline(now, lasts)),)


def open_runoff(room: Room, command: c.OpenRunOff, now: Millis) -> Decision:
    """Deal racers to the payers of the heat before and race again among them.

    First pays stays first pays; every other rule goes on as last pays, since a drawn rank means nothing among the few.
    """
    phase = room.phase
    if not isinstance(phase, Podium) or phase.result.card.race != command.race or now < phase.ends_at:
        return Refusal.NOTHING_OWED
    before = phase.result
    if len(before.payers) < 2:
        return Refusal.NOTHING_OWED
    runoff = before.card.runoff + 1
    race = runoff_id(before.card.race, runoff)
    seed = seed_of(phase.root, runoff)
    picks = deal(before.payers, len(before.card.lineup), seed, race)
    distinct = len({racer for _, racer in picks})
    rule = Rule.FIRST if before.card.draw.rule is Rule.FIRST else Rule.LAST
    draw = Draw(rule, (), distinct, 1 if rule is Rule.FIRST else distinct)
    card = Card(race, before.card.track, before.card.lineup, picks, draw, runoff)
    names = {player: before.names[player] for player, _ in picks}
    return (e.RunOffOpened(card, commitment(seed), names, deadline(now, room.pace.runoff_ms)),)


def open_round(room: Room, command: c.OpenRound, now: Millis) -> Decision:
    """Gather again after the podium has stood its time."""
    phase = room.phase
    if not isinstance(phase, Podium) or phase.result.card.race != command.race or now < phase.ends_at:
        return Refusal.NOTHING_OWED
    return _next(room, phase, command.fresh, now)


def next_round(room: Room, command: c.NextRound, now: Millis) -> Decision:
    """Gather again at the host's word, as soon as there is one payer."""
    if not isinstance(room.phase, Podium):
        return Refusal.NOT_OVER
    decision = _next(room, room.phase, command.fresh, now)
    return Refusal.NOT_OVER if isinstance(decision, Refusal) else (*decision, e.RoomTouched())


def _next(room: Room, phase: Podium, fresh: c.Fresh, now: Millis) -> Decision:
    if len(phase.result.payers) > 1:
        return Refusal.NOTHING_OWED
    draft = Draft(room, now)
    draft.add(round_opened(room, fresh))
    return settle_deadline(draft).events


def round_opened(room: Room, fresh: c.Fresh) -> e.RoundOpened:
    """Draw the racers of a new round."""
    return e.RoundOpened(fresh.race, fresh.root, draw_lineup(fresh.gate.stable, room.settings.racers, fresh.gate.show))

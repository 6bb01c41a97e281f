"""Steps of the clock: a calendar that was wrong and is set right moves a room's moments along with it.

So a race lasts as long as it lasts, whatever becomes of the calendar meanwhile. Nothing here reads a clock.
"""

from __future__ import annotations

from msgspec.structs import replace

from paddock.domain import commands as c
from paddock.domain import events as e
from paddock.domain.ids import Millis
from paddock.domain.room import (
    ClockSteps,
    Closed,
    Countdown,
    Drawing,
    Gathering,
    Member,
    Phase,
    Podium,
    Racing,
    Room,
    RunOff,
)


def steady(moment: Millis, steps: ClockSteps) -> Millis:
    """Return a moment of the calendar as it was after `steps` in steady time."""
    return Millis(moment - steps.ms)


def calendar(moment: Millis, steps: ClockSteps) -> Millis:
    """Return a moment of steady time by the calendar as it is after `steps`."""
    return Millis(moment + steps.ms)


def follow(room: Room, command: c.FollowClock) -> tuple[e.Event, ...]:
    """Move a room's moments to the calendar in force; steps the room has taken already change nothing."""
    steps = command.steps
    if steps.count <= room.steps.count:
        return ()
    return (e.ClockStepped(steps, steps.ms - room.steps.ms),)


def levelled(room: Room, other: Room) -> Room:
    """Return `room` by the later calendar of two copies, so that their moments can be compared."""
    steps = other.steps
    if steps.count <= room.steps.count:
        return room
    return replace(shifted(room, steps.ms - room.steps.ms), steps=steps)


def shifted(room: Room, by_ms: int) -> Room:
    """Return the room with every moment later by `by_ms`, except `opened_at`, which is part of its identity."""
    return replace(
        room,
        phase=_phase(room.phase, by_ms),
        members={player: _member(member, by_ms) for player, member in room.members.items()},
        active_at=Millis(room.active_at + by_ms),
        empty_since=_optional(room.empty_since, by_ms),
        changes=tuple(replace(change, at=Millis(change.at + by_ms)) for change in room.changes),
    )


def _member(member: Member, by_ms: int) -> Member:
    joined = Millis(member.joined_at + by_ms)
    return replace(member, joined_at=joined, away_since=_optional(member.away_since, by_ms))


def _phase(phase: Phase, by_ms: int) -> Phase:
    match phase:
        case Gathering(deadline=at):
            return replace(phase, deadline=_optional(at, by_ms))
        case Drawing(starts_at=starts, rests_at=rests, ends_at=ends):
            return replace(phase, starts_at=starts + by_ms, rests_at=rests + by_ms, ends_at=ends + by_ms)
        case Racing(starts_at=starts, ends_at=ends, ahead_ms=ahead):
            return replace(phase, starts_at=starts + by_ms, ends_at=ends + by_ms, ahead_ms=ahead + by_ms)
        case Podium(result=result, ends_at=ends):
            # The result's `starts_at` is part of a public record and stays as it was published.
            return replace(phase, result=result, ends_at=ends + by_ms)
        case Countdown(ends_at=ends) | RunOff(ends_at=ends):
            return replace(phase, ends_at=ends + by_ms)
        case Closed(forget_at=at):
            return replace(phase, forget_at=at + by_ms)


def _optional(moment: Millis | None, by_ms: int) -> Millis | None:
    return Millis(moment + by_ms) if moment is not None else None

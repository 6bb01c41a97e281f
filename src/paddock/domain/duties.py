"""What a room owes the world, and when: derived from its state alone, so nobody holds a timer.

A duty may be done twice, by two servers, or late: the command it leads to is refused as `nothing_owed` the second time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from paddock.domain import commands as c
from paddock.domain.hosting import close_at
from paddock.domain.ids import Millis, RaceId
from paddock.domain.membership import heir, is_gathering
from paddock.domain.room import Closed, Countdown, Drawing, Gathering, Phase, Podium, Racing, Room, RunOff
from paddock.domain.settings import deadline


class Settle(Struct, frozen=True):
    """Submit this command; everything it needs follows from the room."""

    command: c.CallPicks | c.StartCountdown | c.FinishRace | c.OpenRunOff | c.ReleaseSeat | c.PassCrown | c.CloseRoom


class StartRunning(Struct, frozen=True):
    """Submit `RunRace` with the book of race settings in force."""

    race: RaceId


class GatherAgain(Struct, frozen=True):
    """Submit `OpenRound` with fresh ids and dice."""

    race: RaceId


class Forget(Struct, frozen=True):
    """Remove the closed room; its code is free again."""


_CLOSE: Final = Settle(c.CloseRoom())
_PASS_CROWN: Final = Settle(c.PassCrown())

Duty = Settle | StartRunning | GatherAgain | Forget


def owed(room: Room, now: Millis) -> tuple[Duty, ...]:
    """Give what the room owes by `now`, the most pressing first."""
    return tuple(duty for at, duty in sorted(_dated(room), key=lambda dated: dated[0]) if at <= now)


def next_due(room: Room) -> Millis:
    """Give the moment from which the room owes something; every room owes something some day."""
    return min([at for at, _ in _dated(room)])


def _dated(room: Room) -> Iterator[tuple[Millis, Duty]]:
    yield from _phase(room.phase)
    if isinstance(room.phase, Closed):
        return
    if is_gathering(room):
        yield close_at(room)[0], _CLOSE
    for member in room.members.values():
        if member.away_since is not None:
            yield deadline(member.away_since, room.pace.seat_grace_ms), Settle(c.ReleaseSeat(member.player))
    host = room.members.get(room.host) if room.host is not None else None
    if host is not None and host.away_since is not None:
        to = heir(room)
        if to is not None and room.members[to].away_since is None:
            yield deadline(host.away_since, room.pace.host_grace_ms), _PASS_CROWN


def _phase(phase: Phase) -> Iterator[tuple[Millis, Duty]]:
    match phase:
        case Gathering(race=race, deadline=at):
            if at is not None:
                yield at, Settle(c.CallPicks(race))
        case Drawing(race=race, ends_at=at):
            yield at, Settle(c.StartCountdown(race))
        case Countdown(heat=heat, ends_at=at) | RunOff(heat=heat, ends_at=at):
            yield at, StartRunning(heat.card.race)
        case Racing(heat=heat, ends_at=at):
            yield at, Settle(c.FinishRace(heat.card.race))
        case Podium(result=result, ends_at=at):
            race = result.card.race
            yield at, GatherAgain(race) if len(result.payers) == 1 else Settle(c.OpenRunOff(race))
        case Closed(forget_at=at):
            yield at, Forget()

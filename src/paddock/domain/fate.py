"""A racer's fate: all that its dice decide before it runs; it depends on no clock, no other racer and no lane.

Three streams per racer: `form` (base speed), `pace` (one factor per slot of the clock, so that a gimmick never shifts
the slots after it) and `gimmick` (how many, where, which).
"""

from __future__ import annotations

from msgspec import Struct

from paddock.domain.book import Book, Gimmick, Phase, Track
from paddock.domain.dice import Dice, Stream
from paddock.domain.mood import Mood

_AHEAD = 24
"""Paces thrown at once: three blocks of dice."""


class Stretch(Struct, frozen=True, gc=False):
    """A phase with its dice thrown: `ms` long at `speed` mm/s, whatever the pace is."""

    mood: Mood
    ms: int
    speed: int


class Trigger(Struct, frozen=True):
    """A gimmick that waits at `mm` on the track."""

    mm: int
    stretches: tuple[Stretch, ...]


class Fate:
    """Base speed (mm/s), triggers from near to far, and the pace in each slot of the clock of one racer."""

    __slots__ = ("_pace", "_speeds", "_stream", "base", "triggers")

    def __init__(self, dice: Dice, lane: int, book: Book, track: Track, weather: int) -> None:
        """Throw the dice of the racer on `lane`; `weather` is the per mille that scales every base speed."""
        base = dice.stream(f"form:{lane}").between(track.base.low, track.base.high)
        self.base = base * weather // 1000
        self.triggers = _triggers(dice.stream(f"gimmick:{lane}"), book, track, self.base)
        self._stream = dice.stream(f"pace:{lane}")
        self._pace = book.pace
        self._speeds: list[int] = []

    def speed(self, slot: int) -> int:
        """Return the running speed in mm/s during the slot of the clock, counted from 0."""
        while slot >= len(self._speeds):
            base = self.base
            self._speeds += [base * pace // 1000 for pace in self._stream.many(_AHEAD, self._pace.low, self._pace.high)]
        return self._speeds[slot]


def throw(stream: Stream, phases: tuple[Phase, ...], base: int) -> tuple[Stretch, ...]:
    """Throw length and speed factor of each phase for a racer with that base speed (mm/s)."""
    stretches: list[Stretch] = []
    for phase in phases:
        ms = stream.between(phase.ms.low, phase.ms.high)
        factor = stream.between(phase.factor.low, phase.factor.high)
        speed = base * factor // 1000 if factor >= 0 else -(base * -factor // 1000)
        stretches.append(Stretch(phase.mood, ms, speed))
    return tuple(stretches)


def _triggers(stream: Stream, book: Book, track: Track, base: int) -> tuple[Trigger, ...]:
    """Throw how many gimmicks wait, then their places, then each gimmick.

    Places at least a gap apart, each arrangement equally likely: throw them into a window shortened by all gaps,
    sort, spread.
    """
    count = stream.between(track.gimmicks.low, track.gimmicks.high)
    if count == 0:
        return ()
    low, high = track.metres * book.window.low, track.metres * book.window.high
    gap = track.metres * book.gap
    places = sorted(stream.many(count, low, high - (count - 1) * gap))
    triggers: list[Trigger] = []
    category = ""
    for index, place in enumerate(places):
        gimmick = _choose(stream, book.gimmicks, category)
        category = gimmick.category
        triggers.append(Trigger(place + index * gap, throw(stream, gimmick.phases, base)))
    return tuple(triggers)


def _choose(stream: Stream, gimmicks: tuple[Gimmick, ...], barred: str) -> Gimmick:
    """Choose by weight among the gimmicks whose category is not the one before."""
    allowed = [gimmick for gimmick in gimmicks if gimmick.category != barred]
    roll = stream.below(sum([gimmick.weight for gimmick in allowed]))
    for gimmick in allowed:
        roll -= gimmick.weight
        if roll < 0:
            return gimmick
    raise AssertionError("the weights add up to more than the roll")

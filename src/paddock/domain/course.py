"""One racer's way from the gate to the line: a fate becomes segments; it sees no other racer and throws no dice.

The racer runs at the pace of each slot until it reaches a trigger, the line, or the end of what it is doing. A gimmick
replaces the one under way. A comeback replaces everything, and triggers passed during it do nothing.
"""

from __future__ import annotations

from msgspec import Struct

from paddock.domain.fate import Fate, Stretch
from paddock.domain.mood import Mood
from paddock.domain.segments import Segment


class Turning(Struct, frozen=True):
    """A comeback that begins at `t` ms, whatever the racer is doing then."""

    t: int
    stretches: tuple[Stretch, ...]


class Course(Struct, frozen=True):
    """Where the line is (mm), how long a slot of the clock is, and when the race is ended (ms)."""

    line: int
    slot_ms: int
    limit_ms: int


def travel(fate: Fate, course: Course, turning: Turning | None = None) -> tuple[Segment, ...]:
    """Return a racer's segments; the last one stands still, `finished` past the line or `out` at the time limit."""
    walk = _Walk(fate, course)
    if turning is not None:
        walk.go_on(turning.t)
        walk.come_back(turning.stretches)
    walk.go_on(course.limit_ms)
    walk.segments.append(Segment(walk.t, walk.mm, 0, Mood.FINISHED if walk.mm >= course.line else Mood.OUT))
    return tuple(walk.segments)


class _Walk:
    """A racer under way: where it is, what it is doing, and what it will reach next."""

    __slots__ = ("_course", "_doing", "_fate", "_goal", "_immune", "_passed", "_until", "mm", "segments", "t")

    def __init__(self, fate: Fate, course: Course) -> None:
        self._fate = fate
        self._course = course
        self.segments: list[Segment] = []
        self.t = self.mm = 0
        self._doing: tuple[Stretch, ...] = ()
        """The stretch under way and those after it; the first ends at `_until`."""
        self._until = 0
        self._passed = 0
        """How many triggers lie behind, used or not."""
        self._immune = False
        self._goal = 0
        self._look_ahead()

    def go_on(self, until: int) -> None:
        """Walk to that ms, or to the line when that comes first."""
        line, slot_ms = self._course.line, self._course.slot_ms
        while self.t < until and self.mm < line:
            if self._doing and self.t == self._until:
                self._next_stretch()
            if self._doing:
                stretch = self._doing[0]
                self._segment(stretch.speed, stretch.mood, min(self._until, until))
            else:
                slot = self.t // slot_ms
                self._segment(self._fate.speed(slot), Mood.RUN, min((slot + 1) * slot_ms, until))

    def come_back(self, stretches: tuple[Stretch, ...]) -> None:
        """Drop everything and begin a comeback; triggers do nothing until it is over."""
        self._begin(stretches)
        self._immune = True
        self._goal = self._course.line

    def _segment(self, speed: int, mood: Mood, end: int) -> None:
        """Move on in a straight line to `end`, or to the goal when that comes first: the first ms on it or past it."""
        if speed < 0:
            self._back(-speed, mood, end)
            return
        t, mm = self.t, self.mm
        self.segments.append(Segment(t, mm, speed, mood))
        there = mm + speed * (end - t) // 1000
        if there < self._goal:
            self.t, self.mm = end, there
            return
        # `segments.arrival` and `segments.moved` in place: this runs hundreds of times per race
        ms = ((self._goal - mm) * 1000 + speed - 1) // speed
        self.t, self.mm = t + ms, mm + speed * ms // 1000
        if self.mm < self._course.line:
            self._begin(self._fate.triggers[self._passed].stretches)
            self._look_ahead()

    def _back(self, speed: int, mood: Mood, end: int) -> None:
        """Move backwards to `end`; a racer that would leave the gate backwards stands still from the last ms before."""
        ms = min(end - self.t, (self.mm * 1000 + 999) // speed)
        if ms > 0:
            self.segments.append(Segment(self.t, self.mm, -speed, mood))
            self.t += ms
            self.mm -= speed * ms // 1000
        if self.t < end:
            self.segments.append(Segment(self.t, self.mm, 0, mood))
            self.t = end

    def _begin(self, stretches: tuple[Stretch, ...]) -> None:
        self._doing = stretches
        self._until = self.t + stretches[0].ms

    def _next_stretch(self) -> None:
        if len(self._doing) > 1:
            self._begin(self._doing[1:])
            return
        self._doing = ()
        if self._immune:
            self._immune = False
            self._look_ahead()

    def _look_ahead(self) -> None:
        """Set the goal to the next trigger that is not behind already, or to the line."""
        triggers = self._fate.triggers
        while self._passed < len(triggers) and triggers[self._passed].mm <= self.mm:
            self._passed += 1
        self._goal = triggers[self._passed].mm if self._passed < len(triggers) else self._course.line

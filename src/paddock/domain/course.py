"""One racer's way from the gate to the line: a fate becomes segments; it sees no other racer and throws no dice.

The racer runs at the pace of each slot until it reaches a trigger, the line, or the end of what it is doing. A
gimmick replaces the one under way. A comeback replaces everything, and triggers passed during it do nothing.
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
    """Return a racer's segments; the last one stands still, `finished` past the line or `out` at the time limit.

    A goal is reached at the first whole millisecond at which the position is on it or past it. A racer that would
    back out of the gate stands still at the last millisecond before that, until the stretch ends.
    """
    line, slot_ms, limit = course.line, course.slot_ms, course.limit_ms
    triggers = fate.triggers
    count = len(triggers)
    out: list[Segment] = []
    t = mm = ahead = 0
    goal = triggers[0].mm if count else line
    stretches: tuple[Stretch, ...] = ()
    step = stop = 0
    immune = False
    cut = limit if turning is None else turning.t
    while True:
        if t == cut:
            if turning is None or cut == limit:
                out.append(Segment(t, mm, 0, Mood.OUT))
                return tuple(out)
            cut, goal, immune = limit, line, True
            stretches, step, stop = turning.stretches, 0, t + turning.stretches[0].ms
        # What is the racer doing, how fast, and until when at most?
        if stretches and t == stop:
            step += 1
            if step < len(stretches):
                stop = t + stretches[step].ms
            else:
                stretches = ()
                if immune:
                    immune = False
                    while ahead < count and triggers[ahead].mm <= mm:
                        ahead += 1
                    goal = triggers[ahead].mm if ahead < count else line
        if stretches:
            speed, mood, end = stretches[step].speed, stretches[step].mood, stop
        else:
            slot = t // slot_ms
            speed, mood, end = fate.speed(slot), Mood.RUN, (slot + 1) * slot_ms
        if end > cut:
            end = cut
        out.append(Segment(t, mm, speed, mood))
        if speed >= 0:
            there = mm + speed * (end - t) // 1000
            if there < goal:
                t, mm = end, there
                continue
            ms = ((goal - mm) * 1000 + speed - 1) // speed
            t += ms
            mm += speed * ms // 1000
            if mm >= line:
                out.append(Segment(t, mm, 0, Mood.FINISHED))
                return tuple(out)
            stretches, step = triggers[ahead].stretches, 0
            stop = t + stretches[0].ms
            while ahead < count and triggers[ahead].mm <= mm:
                ahead += 1
            goal = triggers[ahead].mm if ahead < count else line
        else:
            ms = min(end - t, (mm * 1000 + 999) // -speed)
            if ms == 0:
                out[-1] = Segment(t, mm, 0, mood)
                t = end
                continue
            t += ms
            mm -= -speed * ms // 1000
            if t < end:
                out.append(Segment(t, mm, 0, mood))
                t = end

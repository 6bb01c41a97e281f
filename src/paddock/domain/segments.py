"""Segments: a racer's race as straight lines in integers, and where it is at a moment; they know no dice and no rules.

Within a segment the position is `mm + speed * (t - segment.t) / 1000`, rounded towards the segment's start: the
product of the absolute values is divided by 1000 with floor division of non-negative numbers, and the sign is put
back. Every segment starts exactly where the one before it has got to.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from operator import attrgetter

from msgspec import Struct

from paddock.domain.mood import Mood

_time = attrgetter("t")


class Segment(Struct, frozen=True, array_like=True, gc=False):
    """From `t` (ms since the start) at `mm` on the track, a racer moves at `speed` (mm/s, negative when backwards)."""

    t: int
    mm: int
    speed: int
    mood: Mood


def moved(speed: int, ms: int) -> int:
    """Return the millimetres covered at `speed` mm/s in `ms`, rounded towards zero."""
    return speed * ms // 1000 if speed >= 0 else -(-speed * ms // 1000)


def position(segments: Sequence[Segment], t: int) -> int:
    """Return the position in mm at `t` ms since the start; before it, or without segments, a racer stands at 0."""
    index = bisect_right(segments, t, key=_time) - 1
    if index < 0:
        return 0
    segment = segments[index]
    return segment.mm + moved(segment.speed, t - segment.t)


def reached(segments: Sequence[Segment], mm: int) -> int | None:
    """Return the first millisecond at which a racer is at `mm` (over 0) or past it; None when it never is."""
    for before, after in pairwise(segments):
        if after.mm >= mm:
            return before.t + arrival(before.speed, mm - before.mm)
    return None


def arrival(speed: int, distance: int) -> int:
    """Return the ms after which `distance` mm (not negative) are covered at `speed` mm/s (over 0), rounded up."""
    return (distance * 1000 + speed - 1) // speed

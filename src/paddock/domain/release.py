"""What of a race may be shown: the starts of segments, never their ends or the result; the caller decides when.

A segment says where a racer is, how fast and in what mood, from a moment on; how long that lasts is only told by the
next one. So what is out at a playing position tells at most `AHEAD` ms of the future.
"""

from __future__ import annotations

from bisect import bisect_right
from operator import attrgetter
from typing import Final

from paddock.domain.mood import CODES
from paddock.domain.race import Race
from paddock.domain.segments import Segment

AHEAD: Final = 1500
"""How far, in ms, released segments may run ahead of the playing position."""
WIDTH: Final = 5
"""Integers per segment in the wire form: lane, t, mm, speed, mood code."""

_time = attrgetter("t")


def released(race: Race, since_ms: int, until_ms: int) -> tuple[tuple[Segment, ...], ...]:
    """Return per lane the segments that start after `since_ms` and not after `until_ms` (ms since the start).

    Begin with -1; go on with the `until_ms` of the time before, which is at most the playing position plus `AHEAD`.
    """
    return tuple(
        segments[bisect_right(segments, since_ms, key=_time) : bisect_right(segments, until_ms, key=_time)]
        for segments in race.segments
    )


def wire(lanes: tuple[tuple[Segment, ...], ...]) -> tuple[int, ...]:
    """Return one flat row of integers for the phones: lane, t, mm, speed, mood code for each, lane by lane."""
    return tuple(
        number
        for lane, segments in enumerate(lanes)
        for segment in segments
        for number in (lane, segment.t, segment.mm, segment.speed, CODES[segment.mood])
    )

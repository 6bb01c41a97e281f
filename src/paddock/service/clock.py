"""Time for one process: steady time, which only runs, and how far the calendar is ahead of it, which may change.

What is due and what is limited goes by steady time, so that setting the machine's clock, or waking it from a suspend,
neither cuts a race short nor holds one up. What people read goes by the calendar, which is the machine's clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from paddock.domain.ids import Millis
from paddock.domain.room import ClockSteps

Clock = Callable[[], Millis]
"""Gives the present moment of steady time in milliseconds; never goes backwards and never jumps."""
Steps = Callable[[], ClockSteps]
"""Gives how far the calendar is ahead of steady time now."""

STEP_MS: Final = 250
"""By how much the calendar must differ to be followed; what is less is no step, but the inaccuracy of clocks."""
SETTLE_MS: Final = 1_000
"""How long the calendar must have differed by the same amount: clocks are often set in several steps."""
TORN_NS: Final = 20_000_000
"""A process that was held up for longer than this between reading both clocks has learnt nothing."""


class NodeClock:
    """Steady time of this machine from its monotonic clock; the calendar is its wall clock, followed by steps.

    The monotonic clock of Linux (`CLOCK_MONOTONIC`) stands still while the machine is suspended and the wall clock goes
    on, so a suspend is a step forwards like any other: races go on where they were.
    """

    def __init__(
        self, wall_ns: Callable[[], int] = time.time_ns, monotonic_ns: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self._wall_ns = wall_ns
        self._monotonic_ns = monotonic_ns
        self._origin = wall_ns() - monotonic_ns()
        self._steps = ClockSteps()
        self._seen: tuple[int, int] | None = None

    def __call__(self) -> Millis:
        """Return steady time."""
        return Millis((self._origin + self._monotonic_ns()) // 1_000_000)

    def resume(self, steps: ClockSteps, latest: Millis) -> None:
        """Go on with the steady time of an earlier process.

        Args:
            steps: how far its calendar was ahead.
            latest: a moment of steady time that has been; a wall clock that claims less has been wrong, or is.
        """
        self._origin -= (steps.ms - self._steps.ms) * 1_000_000
        self._origin += max(0, latest - self()) * 1_000_000
        self._steps = steps
        self._seen = None

    def steps(self) -> ClockSteps:
        """Look at the wall clock, and return how far the calendar is ahead of steady time."""
        before = self._monotonic_ns()
        wall = self._wall_ns()
        if self._monotonic_ns() - before > TORN_NS:
            return self._steps
        ahead = (wall - self._origin - before) // 1_000_000
        now = before // 1_000_000
        if abs(ahead - self._steps.ms) < STEP_MS:
            self._seen = None
        elif self._seen is None or abs(self._seen[0] - ahead) >= STEP_MS:
            self._seen = (ahead, now)
        elif now - self._seen[1] >= SETTLE_MS:
            self._steps = ClockSteps(self._steps.count + 1, ahead)
            self._seen = None
        return self._steps


def steady_clock() -> Clock:
    """Make a clock that starts at the wall clock and then only follows the monotonic one."""
    return NodeClock()


def no_steps() -> ClockSteps:
    """Return what holds where nobody sets a clock."""
    return ClockSteps()

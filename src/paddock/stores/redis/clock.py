"""The store's time: the clock of Redis, followed by sampling and carried on by this machine's monotonic clock.

All nodes thereby agree on when a room is due, whatever their own clocks say. Steady time is the clock of Redis without
its steps: when it is set, or its machine was suspended together with this one, the nodes agree in Redis on the step.
Until they have, each goes by its monotonic clock, so none of them notices the second that it takes. It asks nothing
itself.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from paddock.domain.ids import Millis
from paddock.domain.room import ClockSteps

SAMPLES: Final = 8
"""The one that came back fastest of the newest so many counts: a slow answer says little about when it was made."""
DRIFT_US: Final = 2_000
"""By how much two clocks drift apart between samples at most; what differs by more has been set."""
STEP_MS: Final = 2_000
"""What is less is no step, but followed at once. It is longer than nodes pause between beats: in the time that a node
slept through alone, others beat."""


class Beat(Struct, frozen=True):
    """What a beat found in Redis, in ms of its clock: when it was, the steps agreed on, and the last hole.

    In the hole, from a beat of whichever node to the next one, there was no beat of any node. It leads backwards when
    the clock was set back.
    """

    at: int
    steps: ClockSteps
    hole_from: int
    hole_to: int

    @property
    def hole_ms(self) -> int:
        """How long the hole is by the clock of Redis."""
        return self.hole_to - self.hole_from


class _Sample(Struct, frozen=True):
    """How far Redis is ahead of the monotonic clock, and how long the question took; microseconds."""

    offset: int
    took: int

    def differs(self, other: _Sample, by: int) -> bool:
        """Say whether the two certainly differ by more than that."""
        return abs(self.offset - other.offset) > (self.took + other.took) // 2 + by


def now_us() -> int:
    """Give the moment that samples are taken by."""
    return time.monotonic_ns() // 1000


class StoreClock:
    """Gives steady time in ms; it never goes backwards, except when others turn out to have agreed on a step alone.

    Before the first sample it is this machine's own clock, and there are no steps.
    """

    def __init__(self, monotonic_us: Callable[[], int] = now_us) -> None:
        """Begin; `monotonic_us` stands still while this machine is suspended."""
        self._now_us = monotonic_us
        own = time.time_ns() // 1000 - monotonic_us()
        self._best = self._trusted = _Sample(own, 0)
        self._samples: deque[_Sample] = deque(maxlen=SAMPLES)
        self._last = 0
        self._steps = ClockSteps()
        self._beat_at = 0
        self._proposal: ClockSteps | None = None

    def __call__(self) -> Millis:
        """Give steady time."""
        self._last = max(self._last, self._steady())
        return Millis(self._last)

    def steps(self) -> ClockSteps:
        """Give how far the clock of Redis is ahead of steady time, as far as this node has heard."""
        return self._steps

    def exact(self) -> int:
        """Give what the clock of Redis shows now, in ms, backwards too; for limits that Redis itself checks."""
        return (self._now_us() + self._best.offset) // 1000

    def sample(self, asked_us: int, answered_us: int, redis_us: int) -> None:
        """Learn from a question: when it was asked and answered by `now_us`, and what Redis said, in microseconds.

        Steady time follows what is no step; what may be one is left to `heed`.
        """
        sample = _Sample(redis_us - (asked_us + answered_us) // 2, answered_us - asked_us)
        if not self._samples or sample.differs(self._best, DRIFT_US):
            self._samples.clear()
        self._samples.append(sample)
        self._best = min(self._samples, key=lambda one: one.took)
        if not self._doubtful():
            self._trusted = self._best

    def correct(self, redis_ms: int) -> None:
        """Learn the time from a refusal: the clock of Redis has been set, or is another server's."""
        now = self._now_us()
        self._samples.clear()
        self.sample(now, now, redis_ms * 1000)

    @property
    def proposal(self) -> ClockSteps | None:
        """The steps that this node wants the others to agree on, with its next beat."""
        return self._proposal

    @property
    def beat_at(self) -> int:
        """When this node beat last, in ms of the clock of Redis, before anything it has doubts about; 0 for never."""
        return self._beat_at

    def heed(self, beat: Beat) -> None:
        """Learn what a beat found, after its sample; `proposal` then says whether the next beat should follow at once.

        A clock that was set back is one for everybody. One that has gone forward has done so only for this node, if
        others beat meanwhile: this machine was suspended alone. A node that knows of no beat before its own takes what
        it finds: a clock that is behind the last beat of the others was wrong or is, and their rooms go on from there.
        """
        self._proposal = None
        jump_ms = (self._best.offset - self._trusted.offset) // 1000
        if self._beat_at == 0 or beat.steps.count > self._steps.count:
            if self._beat_at == 0 and beat.hole_to == beat.at and beat.hole_ms < 0:
                self._propose(beat.steps, beat.hole_ms)
            self._adopt(beat.steps)
        elif not self._doubtful():
            pass
        elif jump_ms < 0 or (beat.hole_from >= self._beat_at and beat.hole_ms >= jump_ms - STEP_MS // 2):
            self._propose(self._steps, jump_ms)
            return
        else:
            self._trusted = self._best
        self._beat_at = beat.at

    def _propose(self, before: ClockSteps, by_ms: int) -> None:
        self._proposal = ClockSteps(before.count + 1, before.ms + by_ms)

    def _adopt(self, steps: ClockSteps) -> None:
        self._trusted, self._steps = self._best, steps
        if self._last - self._steady() >= STEP_MS:
            self._last = 0  # rather back, with the others, than to stand still for hours

    def _doubtful(self) -> bool:
        return self._beat_at != 0 and self._best.differs(self._trusted, STEP_MS * 1000)

    def _steady(self) -> int:
        return (self._now_us() + self._trusted.offset) // 1000 - self._steps.ms

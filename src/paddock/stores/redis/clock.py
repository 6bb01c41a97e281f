"""The store's time: the clock of Redis, followed by sampling and carried on by this machine's monotonic clock.

All nodes thereby agree on when a room is due, whatever their own clocks say. It asks nothing itself.
"""

from __future__ import annotations

import time
from collections import deque
from typing import Final

from msgspec import Struct

from paddock.domain.ids import Millis

SAMPLES: Final = 8
"""The one that came back fastest of the newest so many counts: a slow answer says little about when it was made."""
DRIFT_US: Final = 2_000
"""By how much two clocks drift apart between samples at most; what differs by more has been set."""


class _Sample(Struct, frozen=True):
    """How far Redis is ahead of the monotonic clock, and how long the question took; microseconds."""

    offset: int
    took: int


class StoreClock:
    """Gives the present moment in ms since the Unix epoch; never goes backwards, also when the clock of Redis does.

    Before the first sample it is this machine's own clock.
    """

    def __init__(self) -> None:
        own = time.time_ns() // 1000 - now_us()
        self._best = _Sample(own, 0)
        self._samples: deque[_Sample] = deque(maxlen=SAMPLES)
        self._last = 0

    def __call__(self) -> Millis:
        """Give the store's time."""
        self._last = max(self._last, self.exact())
        return Millis(self._last)

    def exact(self) -> int:
        """Give what the clock of Redis shows now, in ms, backwards too; for limits that Redis itself checks."""
        return (now_us() + self._best.offset) // 1000

    def sample(self, asked_us: int, answered_us: int, redis_us: int) -> None:
        """Learn from a question: when it was asked and answered by `now_us`, and what Redis said, in microseconds."""
        sample = _Sample(redis_us - (asked_us + answered_us) // 2, answered_us - asked_us)
        if (
            not self._samples
            or abs(sample.offset - self._best.offset) > (sample.took + self._best.took) // 2 + DRIFT_US
        ):
            self._samples.clear()
        self._samples.append(sample)
        self._best = min(self._samples, key=lambda one: one.took)

    def correct(self, redis_ms: int) -> None:
        """Learn the time from a refusal: the clock of Redis has been set, or is another server's."""
        now = now_us()
        self._samples.clear()
        self.sample(now, now, redis_ms * 1000)


def now_us() -> int:
    """Give the moment that samples are taken by."""
    return time.monotonic_ns() // 1000

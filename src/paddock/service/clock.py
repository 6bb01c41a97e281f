"""The store's time for one process: wall-clock time at the start, carried on by the monotonic clock.

Stepping the machine's clock therefore cuts no race short; a restart takes the wall clock as it is then.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from paddock.domain.ids import Millis

Clock = Callable[[], Millis]
"""Gives the present moment in milliseconds since the Unix epoch; never goes backwards."""


def steady_clock() -> Clock:
    """Make a clock that starts at the wall clock and then only follows the monotonic one."""
    started = time.time_ns()
    origin = time.monotonic_ns()

    def now() -> Millis:
        return Millis((started + time.monotonic_ns() - origin) // 1_000_000)

    return now

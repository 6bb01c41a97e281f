"""Whether a server is worth asking: after three failures within a second nobody waits for it until a probe succeeds.

It asks nothing itself and has no clock: moments come in as seconds of the event loop's time.
"""

from __future__ import annotations

from collections import deque
from typing import Final

import structlog

log = structlog.get_logger("paddock.stores.redis")

FAILURES: Final = 3
WINDOW_S: Final = 1.0


class Breaker:
    """Counts the failures of one server; `name` is for the log."""

    __slots__ = ("_failures", "_name", "_reason")

    def __init__(self, name: str) -> None:
        self._name = name
        self._failures: deque[float] = deque(maxlen=FAILURES)
        self._reason: str | None = None

    @property
    def trouble(self) -> str | None:
        """Why the server is not asked at the moment, or None."""
        return self._reason

    def failed(self, now: float, reason: str, times: int = 1) -> None:
        """Count a failure, however many calls it cost; `times` it, when it took as long as several."""
        self._failures.extend([now] * times)
        if self._reason is None and len(self._failures) == FAILURES and now - self._failures[0] <= WINDOW_S:
            self._reason = reason
            log.error("redis.away", server=self._name, reason=reason)

    def worked(self) -> None:
        """Note that a probe was answered."""
        self._failures.clear()
        if self._reason is not None:
            self._reason = None
            log.info("redis.back", server=self._name)

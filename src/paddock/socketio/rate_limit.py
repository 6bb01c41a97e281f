"""The rate limiter of one session, and what a source that went beyond it is remembered for.

Pure: it is told the time. Units are messages, control frames and fragments; a kilobyte counts as one more, and what
costs a server more than a message (`CONNECT`) counts as several. Never closes anything: it says when it is time to.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

CONNECT_UNITS: Final = 20
"""What it takes to enter a namespace, or to try: sockets, handlers, and with a claim the reads of a recovery."""
UNIT_BITS: Final = 10
"""As many bytes as this number of bits counts (1,024) are one more unit."""

FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 3.2
MEMORY_S: Final = 60.0
"""Seconds after which half of what a source is remembered for is forgotten."""
MOST_OFFENCES: Final = 16
MANY_OFFENCES: Final = 8
BETWEEN_S: Final = 0.25
"""Seconds between two new sessions of a source with many offences."""
LEAST_CREDIT: Final = 2 * CONNECT_UNITS
"""Units that any new session begins with: enough to come in."""


class RateLimiter:
    """A token bucket that is filled up only when it is empty, so that a message within it costs one subtraction.

    Attributes:
        credit: units left; who takes some subtracts them, and calls `settle` before more when less than one is left.
        pauses: how often in a row the client went beyond its rate.
    """

    __slots__ = ("_burst", "_given", "_most", "_rate", "_resumed", "_since", "credit", "pauses")

    def __init__(self, rate: float, burst: int, most_pauses: int) -> None:
        """Begin with a full bucket.

        Args:
            rate: units per second over time.
            burst: units at once.
            most_pauses: pauses in a row after which the client is to be closed.
        """
        self.credit: float = burst
        self.pauses = 0
        self._rate = rate
        self._burst = burst
        self._most = most_pauses
        self._since = 0.0
        self._resumed = 0.0
        self._given: float = burst

    @property
    def calm(self) -> bool:
        """Return whether the client is far from its limit."""
        return not self.pauses and self.credit * 2 > self._burst

    def begin(self, now: float, burst_fraction: float = 1.0) -> None:
        """Begin to count with `burst_fraction` of the burst: all of it for a source without offences."""
        self._since = self._resumed = now
        self.credit = self._given = max(LEAST_CREDIT, self._burst * burst_fraction)

    def overran(self, now: float) -> bool:
        """Return whether the client has just used up most of what it was given, or is beyond it."""
        left = self.credit + (now - self._since) * self._rate
        return left < self._burst and (self.pauses > 0 or left * 4 < self._given)

    def settle(self, now: float) -> float | None:
        """Add what time has brought.

        Returns:
            The seconds to read nothing from the client: 0 while it is within its rate, longer each time it is not.
            None when it went beyond it too often in a row and is to be closed.
        """
        credit = max(self.credit, -float(self._burst)) + (now - self._since) * self._rate
        self._since = now
        self.credit = credit = min(credit, float(self._burst))
        if (now - self._resumed) * self._rate >= self._burst:
            # It was read all the time, and did not send what it might have. A pause is no merit of the client's.
            self.pauses = 0
        if credit >= 1:
            return 0.0
        self.pauses += 1
        if self.pauses > self._most:
            return None
        pause = float(max(min(FIRST_PAUSE * 2 ** (self.pauses - 1), LONGEST_PAUSE), (1 - credit) / self._rate))
        self._resumed = now + pause
        return pause


class Offenders:
    """Sources that offended, and how often of late; one record for each kind of offence.

    After a session exceeded its rate, new sessions of its source begin with less (`burst_fraction`), so reconnecting
    gives no full burst. After a session was closed for what it sent, new ones are spaced in time (`admits`), because a
    handshake costs the server more than most messages. Other clients of the source (an office) are still admitted, one
    by one, and reach the usual rate. A session that ends early may have exceeded a small rate without being closed, so
    the two records are separate.
    """

    __slots__ = ("_let_in", "_most", "_offences")

    def __init__(self, most: int = 10_000) -> None:
        self._let_in: dict[str, float] = {}
        self._most = most
        self._offences: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def note(self, source: str, now: float) -> None:
        """Remember that a session of this source offended."""
        offences = min(MOST_OFFENCES, self._left(source, now) + 1)
        self._offences[source] = (offences, now)
        self._offences.move_to_end(source)
        if len(self._offences) > self._most:
            forgotten, _ = self._offences.popitem(last=False)
            self._let_in.pop(forgotten, None)

    def admits(self, source: str, now: float) -> bool:
        """Return whether a new session of this source may begin now, and take note of one that may."""
        if source not in self._offences or self._left(source, now) < MANY_OFFENCES:
            return True
        last = self._let_in.get(source)
        if last is not None and now - last < BETWEEN_S:
            return False
        self._let_in[source] = now
        return True

    def burst_fraction(self, source: str, now: float) -> float:
        """Return the fraction of the burst that a new session of this source begins with, above 0 up to 1."""
        if source not in self._offences:
            return 1.0
        left = self._left(source, now)
        if left < 0.5:
            del self._offences[source]
            self._let_in.pop(source, None)
            return 1.0
        return float(2.0**-left)

    def _left(self, source: str, now: float) -> float:
        offences, at = self._offences.get(source, (0.0, now))
        return float(offences * 0.5 ** ((now - at) / MEMORY_S))

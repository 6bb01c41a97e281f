"""Counts of values by size, for what a sum or a maximum would hide.

Pure and cheap: one search among some twenty fixed bounds and one addition per value. Never keeps a value.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

import msgspec

SECONDS: Final = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Bounds for what takes time: from a handler that does nothing to one that is a fault."""

BYTES: Final = (0.0, 1_024.0, 4_096.0, 16_384.0, 65_536.0, 262_144.0, 1_048_576.0)
"""Bounds for what waits in a buffer; zero has a bucket of its own."""

SOCKETS: Final = (0.0, 1.0, 4.0, 16.0, 64.0, 256.0, 1_024.0, 4_096.0, 16_384.0)
"""Bounds for how many something goes to."""


class Histogram(msgspec.Struct):
    """Values counted by bucket.

    Attributes:
        bounds: the upper bounds of the buckets, ascending; a value equal to a bound belongs to its bucket.
        counts: how many values fell into each bucket, and last how many were above every bound.
        total: the sum of all values.
    """

    bounds: tuple[float, ...]
    counts: list[int]
    total: float = 0.0

    @classmethod
    def of(cls, bounds: tuple[float, ...]) -> Histogram:
        """Return an empty histogram with these upper bounds."""
        return cls(bounds, [0] * (len(bounds) + 1))

    @property
    def count(self) -> int:
        """Return how many values there were."""
        return sum(self.counts)

    def observe(self, value: float) -> None:
        """Count one value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def copy(self) -> Histogram:
        """Return these numbers as they are now."""
        return Histogram(self.bounds, self.counts.copy(), self.total)

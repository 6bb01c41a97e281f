"""How many new sessions may come in at once: a token bucket for the storm after a restart or a lost network.

Pure: it is told the time and given its dice. Never asked about sessions that exist, nor about their upgrades.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

MOST_SECONDS: Final = 30
"""The longest wait that a refused client is told, whatever is waiting."""


class Admission:
    """The bucket, and a guess at how many are waiting outside.

    Args:
        rate: sessions per second over time.
        burst: sessions at once after a quiet time.
        dice: gives numbers from 0 up to 1, so that those who were refused together do not come back together.
    """

    __slots__ = ("_at", "_burst", "_dice", "_outside", "_rate", "_tokens")

    def __init__(self, rate: float, burst: int, dice: Callable[[], float]) -> None:
        self._rate = rate
        self._burst = burst
        self._dice = dice
        self._tokens = float(burst)
        self._outside = 0.0
        self._at = 0.0

    def let_in(self, now: float) -> bool:
        """Let a session in if there is room; unlike `knock`, a refusal is not counted as somebody waiting outside."""
        self._pass(now)
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True

    def knock(self, now: float) -> int | None:
        """Let a session in and return None; or refuse it and return the whole seconds after which to try again.

        The seconds are spread evenly over the time it takes to let in everybody who was refused lately.
        """
        if self.let_in(now):
            return None
        self._outside += 1.0
        spread = min(MOST_SECONDS - 1.0, self._outside / self._rate)
        # Rounded to whole seconds as HTTP wants them, in a way that keeps the spread even.
        return 1 + int(self._dice() * spread + self._dice())

    def _pass(self, now: float) -> None:
        passed = (now - self._at) * self._rate
        self._at = now
        self._tokens = min(float(self._burst), self._tokens + passed)
        self._outside = max(0.0, self._outside - passed)

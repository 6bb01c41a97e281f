"""How many new sessions may come in at once: a token bucket for the storm after a restart or a lost network.

It is fair between sources: the more of them a source has had lately, the more tokens it has to leave to the others. So
whoever reconnects in a loop gets what nobody else wants, a source that is alone gets all but a quarter of the burst at
once and then the whole rate, and a newcomer needs one token. Pure: it is told the time and given its dice. Never asked
about sessions that exist, nor about their upgrades.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

MOST_SECONDS: Final = 30
"""The longest wait that a refused client is told, whatever is waiting."""
RESERVED: Final = 0.25
"""The part of the burst that those who came often have to leave."""
OFTEN: Final = 0.5
"""As many sessions of one source, as a part of the burst, count as often; fewer leave less."""
FORGOTTEN_PER_SECOND: Final = 0.5
"""Sessions of a source that are forgotten per second: slower than anybody reconnects who does not mean to."""
MOST_SOURCES: Final = 10_000
"""Sources that are remembered; the one that did not ask for longest is forgotten, and is a newcomer again."""
WAITING_S: Final = 2.0
"""The refused of one source make others wait for no longer than it takes to let in so many seconds' worth of them."""


class _Source:
    """What is known of a source: how many came in lately, how many were refused lately, and when that was true."""

    __slots__ = ("at", "came", "refused")

    def __init__(self, now: float) -> None:
        self.came = 0.0
        self.refused = 0.0
        self.at = now


class Admission:
    """The bucket, what each source had of it, and a guess at how many are waiting outside.

    Args:
        rate: sessions per second over time.
        burst: sessions at once after a quiet time.
        dice: gives numbers from 0 up to 1, so that those who were refused together do not come back together.
        factor: how many times as much a larger network may have had as a source before it counts as often.
    """

    __slots__ = ("_at", "_burst", "_dice", "_factor", "_often", "_outside", "_rate", "_reserved", "_sources", "_tokens")

    def __init__(self, rate: float, burst: int, dice: Callable[[], float], factor: int = 1) -> None:
        self._rate = rate
        self._burst = burst
        self._dice = dice
        self._factor = factor
        self._often = max(1.0, burst * OFTEN)
        self._reserved = int(burst * RESERVED)
        self._tokens = float(burst)
        self._outside = 0.0
        self._at = 0.0
        self._sources: OrderedDict[str, _Source] = OrderedDict()

    @property
    def sources(self) -> int:
        """Return how many sources are remembered."""
        return len(self._sources)

    def let_in(self, now: float, networks: tuple[str, ...] = ()) -> bool:
        """Let a session in if there is room; unlike `knock`, a refusal is not counted as somebody waiting outside.

        Args:
            now: the time.
            networks: its source, then the larger networks that this is in.
        """
        self._pass(now)
        if self._tokens < 1.0:
            return False
        known = [self._source(network, now) for network in networks]
        share, weight = 0.0, 1.0
        for source in known:
            share = max(share, source.came * weight)
            weight /= self._factor
        if self._tokens < 1.0 + int(self._reserved * min(1.0, share / self._often)):
            return False
        self._tokens -= 1.0
        most = self._often
        for source in known:
            source.came = min(most, source.came + 1.0)
            most *= self._factor
        return True

    def knock(self, now: float, networks: tuple[str, ...] = ()) -> int | None:
        """Let a session in and return None; or refuse it and return the whole seconds after which to try again.

        The seconds are spread evenly over the time it takes to let in everybody who was refused lately.
        """
        if self.let_in(now, networks):
            return None
        if self._is_counted(now, networks):
            self._outside += 1.0
        spread = min(MOST_SECONDS - 1.0, self._outside / self._rate)
        # Rounded to whole seconds as HTTP wants them, in a way that keeps the spread even.
        return 1 + int(self._dice() * spread + self._dice())

    def _is_counted(self, now: float, networks: tuple[str, ...]) -> bool:
        """Count a refusal; return False for those of a source that has been refused very often."""
        if not networks:
            return True
        source = self._source(networks[-1], now)
        if source.refused >= max(1.0, self._rate * WAITING_S):
            return False
        source.refused += 1.0
        return True

    def _source(self, network: str, now: float) -> _Source:
        source = self._sources.get(network)
        if source is None:
            source = self._sources[network] = _Source(now)
            if len(self._sources) > MOST_SOURCES:
                self._sources.popitem(last=False)
            return source
        self._sources.move_to_end(network)
        passed = now - source.at
        source.at = now
        source.came = max(0.0, source.came - passed * FORGOTTEN_PER_SECOND)
        source.refused = max(0.0, source.refused - passed * self._rate)
        return source

    def _pass(self, now: float) -> None:
        passed = (now - self._at) * self._rate
        self._at = now
        self._tokens = min(float(self._burst), self._tokens + passed)
        self._outside = max(0.0, self._outside - passed)

"""Servers under attack, as processes of their own, each with a party that must not notice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bench.hostile.ring import Ring, shown

QUIET_S = 0.5
AFTER_S = 0.5
ATTACK_S = 0.8
WAIT_MS = 1_000.0
"""Longest that somebody may wait while attackers, other tests and the server share two cores; the goal of the benchmark
is a fiftieth of it (p99)."""
GROWTH = 150_000_000
REST_S = 5.0
"""How long a server may still work for attackers who have left: what was begun, and nothing else; before, minutes."""
LINES = 400
"""Log lines that an attack from twenty addresses may lead to, whatever it does; refusals are summed by address."""


class Stage:
    """A place for attacks, one after the other; a server that is not well afterwards is replaced."""

    def __init__(self, set_up: str) -> None:
        self._set_up = set_up
        self._ring: Ring | None = None

    @property
    def ring(self) -> Ring:
        """The server and its party."""
        if self._ring is None:
            self._ring = Ring(self._set_up, quiet_s=QUIET_S, after_s=AFTER_S)
            self._ring.open()
        return self._ring

    def nobody_notices(self, kinds: str) -> dict[str, int]:
        """Let attackers loose for a moment and return what they got.

        Everybody is answered throughout, nobody is dropped or refused, and the server keeps within its bounds.
        """
        outcome = self.ring.suffer(kinds, ATTACK_S)
        rests = not outcome.still_busy or self.ring.rests(REST_S)
        if not rests or outcome.dropped or outcome.restarts or outcome.after.waiting:
            self.close()
        said = f"{kinds}: {shown(outcome)}"
        assert outcome.worst_ms < WAIT_MS + 2 * outcome.quiet.answers["most"], said
        assert outcome.dropped == 0, said
        assert outcome.during.refused == {}, said
        assert outcome.restarts == 0, said
        assert rests, said
        assert outcome.memory_peak - outcome.memory < GROWTH, said
        assert outcome.lines < LINES, said
        assert "attackers that failed" not in outcome.got, said
        return outcome.got

    def close(self) -> None:
        """End the server; what it logged is left for whoever reads a failure."""
        if self._ring is not None:
            print(self._ring.arena.server.output[-10_000:])
            self._ring.close()
            self._ring = None


@pytest.fixture(scope="session")
def one_process() -> Iterator[Stage]:
    """A server of one process, for all attacks of the run."""
    stage = Stage("one")
    yield stage
    stage.close()


@pytest.fixture(scope="module")
def two_workers() -> Iterator[Stage]:
    """Two workers with a Redis of their own, behind nginx."""
    stage = Stage("two-nginx")
    yield stage
    stage.close()

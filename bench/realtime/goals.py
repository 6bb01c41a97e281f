"""The ratios to reach, and which of them a run reached.

Pure. The goals are set by the project, not by what was measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .candidate import NODE, PADDOCK, PYTHON_SOCKETIO, Candidate
from .results import Results, Spread


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure as people read it.

    Attributes:
        figure: its key in a sample.
        title: what it is, with its unit.
        scale: divides the raw figure.
        digits: after the decimal point.
    """

    figure: str
    title: str
    scale: float
    digits: int


BROADCAST = Measure("broadcast_us", "broadcast, us of CPU per delivery", 1, 2)
EVENT = Measure("event_us", "event with acknowledgement, us of CPU", 1, 1)
MEMORY = Measure("memory_rss", "memory per idle socket, KB", 1024, 1)
COLD = Measure("connect_cold_us", "connect, cold, us of CPU", 1, 0)
WARM = Measure("connect_warm_us", "connect, warm, us of CPU", 1, 0)
MEASURES = (BROADCAST, EVENT, MEMORY, COLD, WARM)


@dataclass(frozen=True, slots=True)
class Goal:
    """At most so many times what a peer needs.

    Attributes:
        measure: of what.
        peer: compared with whom.
        most: the largest ratio that is good enough, by number of sockets; under 0 it holds for every other number.
    """

    measure: Measure
    peer: Candidate
    most: dict[int, float]


GOALS = (
    Goal(BROADCAST, NODE, {0: 0.70}),
    Goal(BROADCAST, PYTHON_SOCKETIO, {0: 0.20}),
    Goal(EVENT, NODE, {0: 0.70}),
    Goal(MEMORY, NODE, {1_000: 0.75, 10_000: 1.0}),
    Goal(COLD, NODE, {1_000: 0.60, 10_000: 1.0}),
    Goal(WARM, NODE, {1_000: 0.60, 10_000: 1.0}),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One goal at one number of sockets; `most` is None where no goal was set."""

    goal: Goal
    sockets: int
    ratio: Spread
    most: float | None

    @property
    def word(self) -> str:
        """Return what to print: decided by the median over all rounds."""
        if self.most is None:
            return "no goal"
        return "met" if self.ratio.median <= self.most else "**missed**"


def verdicts(results: Results) -> Iterator[Verdict]:
    """Yield every goal at every number of sockets that was measured."""
    for goal in GOALS:
        for sockets in results.sizes():
            ratio = results.ratio(PADDOCK.name, goal.peer.name, sockets, goal.measure.figure)
            yield Verdict(goal, sockets, ratio, goal.most.get(sockets, goal.most.get(0)))

"""Fair scheduling: the work of all connections in one iteration of the event loop, and its order.

The first message of a read is handled at once. Everything beyond it (further messages, records of a POST, queued
events) spends from one budget per iteration. When the budget is exhausted, work waits here and runs in later
iterations, one turn per source in rotation. So a thousand clients that send too much delay the others no more than one
does.
Guarantees the order of the turns, not their time. Never knows what the work is.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from time import perf_counter
from typing import Final, TypeAlias

Work: TypeAlias = Callable[[], None]
"""A bounded piece of work, run in one turn; work that is not finished submits itself again."""
CallSoon: TypeAlias = Callable[[Work], object]
"""Runs a callable in the next iteration of the event loop."""

WAKE_COST_S: Final = 0.00025
"""Seconds charged for waking a coroutine: it runs later, when its time is not measured."""
MAX_CHARGE_S: Final = 0.005
"""Most seconds charged for one piece of work: work that took longer has waited for something."""


class SourceRotation:
    """Work by source: sources take turns, and so do the connections of one source."""

    __slots__ = ("_sources",)

    def __init__(self) -> None:
        self._sources: OrderedDict[str, deque[Work]] = OrderedDict()

    def __bool__(self) -> bool:
        """Return whether there is any work."""
        return bool(self._sources)

    def __len__(self) -> int:
        """Return the number of pieces of work."""
        return sum(map(len, self._sources.values()))

    def put(self, source: str, work: Work) -> None:
        """Append work to that of its source."""
        self._sources.setdefault(source, deque()).append(work)

    def take(self) -> Work:
        """Remove and return the next work; its source moves to the end."""
        source, queue = self._sources.popitem(last=False)
        work = queue.popleft()
        if queue:
            self._sources[source] = queue
        return work


class FairScheduler:
    """The scheduler of one server.

    Args:
        budget_s: seconds that all turns of one iteration may take together.
        call_soon: `call_soon` of the event loop; that of the running one if None.
        clock: measures what turns take, in seconds.

    Attributes:
        is_exhausted: whether the budget of this iteration is spent; work that can wait then waits.
    """

    __slots__ = ("_budget_s", "_call_soon", "_clock", "_first", "_later", "_spent", "_ticking", "is_exhausted")

    def __init__(
        self, budget_s: float, call_soon: CallSoon | None = None, clock: Callable[[], float] = perf_counter
    ) -> None:
        self.is_exhausted = False
        self._budget_s = budget_s
        self._call_soon = call_soon
        self._clock = clock
        self._spent = 0.0
        self._ticking = False
        self._first = SourceRotation()
        self._later = SourceRotation()

    @property
    def waiting(self) -> int:
        """Return the number of pieces of work that wait."""
        return len(self._first) + len(self._later)

    def charge(self, seconds: float) -> None:
        """Charge this iteration for work that was done."""
        self._spent += min(seconds, MAX_CHARGE_S)
        if self._spent >= self._budget_s:
            self.is_exhausted = True
        self._tick_soon()

    def submit(self, source: str, work: Work, *, urgent: bool = False) -> None:
        """Run work in one of the next iterations.

        Args:
            source: the client's address; sources are served evenly, whatever the number of their connections.
            work: what to run.
            urgent: whether it precedes work that is not urgent, because the client is within its allowance.
        """
        (self._first if urgent else self._later).put(source, work)
        self._tick_soon()

    def wait(self, source: str, *, urgent: bool = False) -> asyncio.Future[None]:
        """Return a future that completes at the source's next turn."""
        turn = asyncio.get_running_loop().create_future()
        self.submit(source, lambda: self._wake(turn), urgent=urgent)
        return turn

    def _wake(self, turn: asyncio.Future[None]) -> None:
        if not turn.done():
            self.charge(WAKE_COST_S)
            turn.set_result(None)

    def _tick_soon(self) -> None:
        if not self._ticking:
            self._ticking = True
            if self._call_soon is None:
                self._call_soon = asyncio.get_running_loop().call_soon
            self._call_soon(self._tick)

    def _tick(self) -> None:
        """Begin an iteration: run waiting work until the budget is exhausted."""
        self._ticking = False
        self._spent = 0.0
        self.is_exhausted = False
        # Clients over their allowance have at least one turn per iteration, or they would wait for ever.
        if self._first and self._later:
            self._run_next(self._later)
        while not self.is_exhausted and (self._first or self._later):
            self._run_next(self._first or self._later)
        if self._first or self._later:
            self._tick_soon()

    def _run_next(self, rotation: SourceRotation) -> None:
        work = rotation.take()
        begun = self._clock()
        work()
        self.charge(self._clock() - begun)

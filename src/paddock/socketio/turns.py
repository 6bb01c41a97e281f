"""Fair turns: what all connections together may do in one iteration of the event loop, and who comes next.

The first message of a read is always taken at once. Everything beyond it (further messages, records of a POST, events
that waited behind others) spends from one budget per iteration; what finds it spent waits here, and is served source
by source in the iterations that follow. So a thousand clients that send too much cost everybody else no more than one
does.
Never knows what it runs, and never promises when: only that all who wait come in turn.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from time import perf_counter
from typing import Final, TypeAlias

Turn: TypeAlias = Callable[[], None]
"""A bounded piece of work; one that is not done asks for another turn by itself."""
Soon: TypeAlias = Callable[[Turn], object]
"""Runs a callable in the next iteration of the event loop."""

WOKEN: Final = 0.00025
"""Seconds that a waiting coroutine is charged when it is woken: it runs later, where nobody measures it."""
LONGEST: Final = 0.005
"""Seconds that one piece of work is charged at most: what took longer has waited for something."""


class Queue:
    """Turns by source; sources take turns, and so do the connections of one."""

    __slots__ = ("_sources",)

    def __init__(self) -> None:
        self._sources: OrderedDict[str, deque[Turn]] = OrderedDict()

    def __bool__(self) -> bool:
        """Return whether anybody waits."""
        return bool(self._sources)

    def __len__(self) -> int:
        """Return how many wait."""
        return sum(map(len, self._sources.values()))

    def put(self, source: str, turn: Turn) -> None:
        """Let a turn wait behind the others of its source."""
        self._sources.setdefault(source, deque()).append(turn)

    def take(self) -> Turn:
        """Return the next turn; its source comes last then."""
        source, turns = self._sources.popitem(last=False)
        turn = turns.popleft()
        if turns:
            self._sources[source] = turns
        return turn


class Turns:
    """The scheduler of one server.

    Args:
        seconds: what all turns of one iteration may take together.
        soon: `call_soon` of the event loop; that of the running one if None.
        clock: measures what turns take, in seconds.

    Attributes:
        over: whether the budget of this iteration is spent: who has a choice waits.
    """

    __slots__ = ("_clock", "_first", "_later", "_seconds", "_soon", "_spent", "_ticking", "over")

    def __init__(self, seconds: float, soon: Soon | None = None, clock: Callable[[], float] = perf_counter) -> None:
        self.over = False
        self._seconds = seconds
        self._soon = soon
        self._clock = clock
        self._spent = 0.0
        self._ticking = False
        self._first = Queue()
        self._later = Queue()

    @property
    def waiting(self) -> int:
        """Return how many wait for their turn."""
        return len(self._first) + len(self._later)

    def used(self, seconds: float) -> None:
        """Charge this iteration with work that was done."""
        self._spent += min(seconds, LONGEST)
        if self._spent >= self._seconds:
            self.over = True
        self._tick_soon()

    def ask(self, source: str, turn: Turn, *, urgent: bool = False) -> None:
        """Let `turn` be called in one of the next iterations.

        Args:
            source: whose turn it is; sources are served evenly, whatever the number of their connections.
            turn: the work.
            urgent: whether it comes before those that are not: it is of a client within its allowance.
        """
        (self._first if urgent else self._later).put(source, turn)
        self._tick_soon()

    def wait(self, source: str, *, urgent: bool = False) -> asyncio.Future[None]:
        """Return what a coroutine waits for until its turn comes."""
        turn = asyncio.get_running_loop().create_future()
        self.ask(source, lambda: self._wake(turn), urgent=urgent)
        return turn

    def _wake(self, turn: asyncio.Future[None]) -> None:
        if not turn.done():
            self.used(WOKEN)
            turn.set_result(None)

    def _tick_soon(self) -> None:
        if not self._ticking:
            self._ticking = True
            if self._soon is None:
                self._soon = asyncio.get_running_loop().call_soon
            self._soon(self._tick)

    def _tick(self) -> None:
        """Begin an iteration: serve those who wait, for as long as the budget lasts."""
        self._ticking = False
        self._spent = 0.0
        self.over = False
        # Those over their allowance have at least one turn per iteration, or they would be held for ever.
        if self._first and self._later:
            self._serve(self._later)
        while not self.over and (self._first or self._later):
            self._serve(self._first or self._later)
        if self._first or self._later:
            self._tick_soon()

    def _serve(self, queue: Queue) -> None:
        turn = queue.take()
        begun = self._clock()
        turn()
        self.used(self._clock() - begun)

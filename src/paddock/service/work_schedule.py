"""The schedule of one kind of expensive work: which job runs, which one waits, which one is next, which is refused.

Pure: it starts nothing, waits for nothing and has no clock. Sources take turns, whatever the number of jobs each has
waiting, so that a source with many jobs delays itself. When the queue is full, the source with the most waiting jobs
gives up its newest one. A job whose owner is gone is never begun.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from enum import Enum
from typing import Literal, NamedTuple, TypeAlias

from msgspec import Struct

Scope: TypeAlias = Literal["session", "source", "total"]
"""Whose limit was reached."""


class WorkLimits(Struct, frozen=True):
    """How many jobs of a kind run at once, and how many may wait: in total, of one source, of one session."""

    running: int
    waiting: int
    waiting_of_source: int
    waiting_of_session: int


class QueueFull(Exception):  # noqa: N818 - an answer, not an error
    """The job is not taken, because too many jobs wait already."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(f"too many jobs wait: {scope}")
        self.scope: Scope = scope


class State(Enum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    OVER = "over"


class Job:
    """A piece of work: whose it is, and whether its owner is still there to want it."""

    __slots__ = ("session", "source", "state", "wanted")

    def __init__(self, source: str, session: str, wanted: Callable[[], bool]) -> None:
        self.source = source
        self.session = session
        self.wanted = wanted
        self.state = State.WAITING


class Due(NamedTuple):
    """Jobs to begin now, and jobs that are dropped because their owners are gone."""

    begun: list[Job]
    gone: list[Job]


class WorkFigures(Struct):
    """What was counted since the start, and what is so at the moment (`running`, `waiting`).

    `withdrawn` counts jobs whose caller gave up while they waited; `refused` counts by `Scope`.
    """

    running: int = 0
    waiting: int = 0
    begun: int = 0
    gone: int = 0
    withdrawn: int = 0
    refused: Counter[str] = Counter()


class Schedule:
    """The jobs of one kind."""

    def __init__(self, limits: WorkLimits) -> None:
        self.figures = WorkFigures(refused=Counter({"session": 0, "source": 0, "total": 0}))
        self._limits = limits
        self._waiting: dict[str, deque[Job]] = {}
        """The waiting jobs of each source; the source whose turn is next comes first."""
        self._of_session: Counter[str] = Counter()
        self._gone: list[Job] = []

    def submit(self, job: Job) -> Job | None:
        """Let a job wait, and return the waiting job of another source that has to make room for it, if one has to.

        Raises:
            QueueFull: the limit of its session, of its source or of all waiting jobs is reached.
        """
        if self._full(job):
            self._sweep()
        scope = self._full(job)
        evicted: Job | None = None
        if scope == "total":
            evicted = self._evict(job)
        elif scope is not None:
            self._refuse(scope)
        self._waiting.setdefault(job.source, deque()).append(job)
        self._of_session[job.session] += 1
        self.figures.waiting += 1
        return evicted

    def due(self) -> Due:
        """Begin waiting jobs while fewer than the limit run."""
        begun: list[Job] = []
        while self._waiting and self.figures.running < self._limits.running:
            source = next(iter(self._waiting))
            jobs = self._waiting.pop(source)
            job = jobs.popleft()
            if jobs:
                self._waiting[source] = jobs  # at the end: every other source comes first
            self._uncount(job)
            if job.wanted():
                job.state = State.RUNNING
                self.figures.running += 1
                self.figures.begun += 1
                begun.append(job)
            else:
                self._drop(job)
        gone, self._gone = self._gone, []
        return Due(begun, gone)

    def withdraw(self, job: Job) -> None:
        """Take a waiting job out, because its caller has given up."""
        jobs = self._waiting.get(job.source)
        if job.state is not State.WAITING or jobs is None:
            return
        self._take_out(job, jobs)
        self.figures.withdrawn += 1

    def end(self, job: Job) -> None:
        """Note that a job runs no longer."""
        if job.state is State.RUNNING:
            job.state = State.OVER
            self.figures.running -= 1

    def _full(self, job: Job) -> Scope | None:
        limits = self._limits
        if self._of_session[job.session] >= limits.waiting_of_session:
            return "session"
        if len(self._waiting.get(job.source, ())) >= limits.waiting_of_source:
            return "source"
        return "total" if self.figures.waiting >= limits.waiting else None

    def _refuse(self, scope: Scope) -> None:
        self.figures.refused[scope] += 1
        raise QueueFull(scope)

    def _evict(self, job: Job) -> Job:
        """Take out the newest job of the source that has most of them, unless the new job's source has as many."""
        longest = max(self._waiting.values(), key=len)
        if len(longest) <= len(self._waiting.get(job.source, ())) + 1:
            self._refuse("total")
        evicted = longest[-1]
        self._take_out(evicted, longest)
        self.figures.refused["total"] += 1
        return evicted

    def _sweep(self) -> None:
        """Take out all jobs whose owners are gone."""
        for jobs in list(self._waiting.values()):
            for job in [job for job in jobs if not job.wanted()]:
                self._take_out(job, jobs)
                self._drop(job)

    def _take_out(self, job: Job, jobs: deque[Job]) -> None:
        jobs.remove(job)
        if not jobs:
            del self._waiting[job.source]
        job.state = State.OVER
        self._uncount(job)

    def _uncount(self, job: Job) -> None:
        self.figures.waiting -= 1
        self._of_session[job.session] -= 1
        if not self._of_session[job.session]:
            del self._of_session[job.session]

    def _drop(self, job: Job) -> None:
        job.state = State.OVER
        self.figures.gone += 1
        self._gone.append(job)

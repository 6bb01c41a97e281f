"""The handler queue of one socket: handlers run one after the other, in the order of their events.

A plain function runs at once while nothing is queued. The first handler that has to wait starts one task, which ends
when everything queued behind it is done. The queue is bounded: beyond its limits the caller is told to wait.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from time import perf_counter
from typing import Protocol, TypeAlias

from .fair_scheduler import FairScheduler

Job: TypeAlias = Callable[[], Awaitable[None] | None]
Spawn: TypeAlias = Callable[[Coroutine[object, None, None]], "asyncio.Task[None]"]


class QueueOwner(Protocol):
    """Session interface used by a handler queue."""

    scheduler: FairScheduler

    def next_turn(self) -> Awaitable[None]:
        """Return an awaitable that completes at the session's next turn."""


class HandlerQueue:
    """The queue of one socket.

    Args:
        owner: determines when queued jobs may run.
        spawn: starts a task and keeps a reference to it.
        limit: jobs that may be queued before the caller has to wait.
        limit_bytes: their total size before the caller has to wait.
    """

    __slots__ = ("_jobs", "_limit", "_limit_bytes", "_owner", "_size", "_space", "_spawn", "busy")

    def __init__(self, owner: QueueOwner, spawn: Spawn, limit: int, limit_bytes: int) -> None:
        self.busy = False
        self._owner = owner
        self._spawn = spawn
        self._limit = limit
        self._limit_bytes = limit_bytes
        self._size = 0
        self._jobs: deque[tuple[Job, int]] | None = None
        self._space: asyncio.Future[None] | None = None

    def submit(self, job: Job, size: int = 0) -> Awaitable[None] | None:
        """Run a job now or queue it; return an awaitable if the queue is over its limits, else None.

        A job must not raise.
        """
        if not self.busy:
            rest = job()
            if rest is not None:
                self.finish_in_task(rest)
            return None
        if self._jobs is None:
            self._jobs = deque()
        self._jobs.append((job, size))
        self._size += size
        if self._has_space(self._jobs):
            return None
        if self._space is None:
            self._space = asyncio.get_running_loop().create_future()
        return asyncio.shield(self._space)

    def finish_in_task(self, rest: Awaitable[None]) -> None:
        """Await the rest of a job in a task; jobs submitted meanwhile are queued behind it."""
        self.busy = True
        self._spawn(self._drain(rest))

    async def _drain(self, rest: Awaitable[None]) -> None:
        try:
            await rest
            scheduler = self._owner.scheduler
            while self._jobs:
                if scheduler.is_exhausted:
                    await self._owner.next_turn()
                begun = perf_counter()
                job, size = self._jobs.popleft()
                self._size -= size
                if self._space is not None and self._has_space(self._jobs):
                    self._release_callers()
                more = job()
                if more is not None:
                    await more
                scheduler.charge(perf_counter() - begun)
        finally:
            self._jobs = None
            self._size = 0
            self.busy = False
            self._release_callers()

    def _has_space(self, jobs: deque[tuple[Job, int]]) -> bool:
        return len(jobs) < self._limit and self._size < self._limit_bytes

    def _release_callers(self) -> None:
        if self._space is not None and not self._space.done():
            self._space.set_result(None)
        self._space = None

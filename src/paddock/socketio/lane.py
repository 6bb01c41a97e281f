"""The ordered work of one socket: handlers run one after the other, as they were asked for.

Plain functions are called at once while nothing is waiting; the first handler that has to wait starts one task, which
ends when everything queued behind it is done. Never queues without bound: the caller is told to wait.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import TypeAlias

Job: TypeAlias = Callable[[], Awaitable[None] | None]
Spawn: TypeAlias = Callable[[Coroutine[object, None, None]], "asyncio.Task[None]"]


class Lane:
    """One socket's queue.

    Args:
        spawn: starts a task and keeps a reference to it.
        limit: jobs that may wait before the caller has to.
    """

    __slots__ = ("_jobs", "_limit", "_room", "_spawn", "busy")

    def __init__(self, spawn: Spawn, limit: int) -> None:
        self.busy = False
        self._spawn = spawn
        self._limit = limit
        self._jobs: deque[Job] | None = None
        self._room: asyncio.Future[None] | None = None

    def do(self, job: Job) -> Awaitable[None] | None:
        """Run a job now or in its turn; return something to wait for if too many are waiting.

        A job must not raise.
        """
        if not self.busy:
            rest = job()
            if rest is not None:
                self.go_on(rest)
            return None
        if self._jobs is None:
            self._jobs = deque()
        self._jobs.append(job)
        if len(self._jobs) < self._limit:
            return None
        if self._room is None:
            self._room = asyncio.get_running_loop().create_future()
        return asyncio.shield(self._room)

    def go_on(self, rest: Awaitable[None]) -> None:
        """Wait for the rest of a job in a task; jobs that come meanwhile wait behind it."""
        self.busy = True
        self._spawn(self._drain(rest))

    async def _drain(self, rest: Awaitable[None]) -> None:
        try:
            await rest
            while self._jobs:
                job = self._jobs.popleft()
                if self._room is not None and len(self._jobs) < self._limit:
                    self._open_room()
                more = job()
                if more is not None:
                    await more
        finally:
            self._jobs = None
            self.busy = False
            self._open_room()

    def _open_room(self) -> None:
        if self._room is not None and not self._room.done():
            self._room.set_result(None)
        self._room = None

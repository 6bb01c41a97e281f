"""The ordered work of one socket: handlers run one after the other, as they were asked for.

Plain functions are called at once while nothing is waiting; the first handler that has to wait starts one task, which
ends when everything queued behind it is done. Never queues without bound: the caller is told to wait.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from time import perf_counter
from typing import Protocol, TypeAlias

from .turns import Turns

Job: TypeAlias = Callable[[], Awaitable[None] | None]
Spawn: TypeAlias = Callable[[Coroutine[object, None, None]], "asyncio.Task[None]"]


class Pace(Protocol):
    """Says when the next of several waiting jobs may run: a session."""

    turns: Turns

    def next_turn(self) -> Awaitable[None]:
        """Return what to wait for until the client's turn comes."""


class Lane:
    """One socket's queue.

    Args:
        pace: says when jobs that waited behind others may run.
        spawn: starts a task and keeps a reference to it.
        limit: jobs that may wait before the caller has to.
        limit_bytes: bytes they may weigh together before the caller has to wait.
    """

    __slots__ = ("_jobs", "_limit", "_limit_bytes", "_pace", "_room", "_spawn", "_weight", "busy")

    def __init__(self, pace: Pace, spawn: Spawn, limit: int, limit_bytes: int) -> None:
        self.busy = False
        self._pace = pace
        self._spawn = spawn
        self._limit = limit
        self._limit_bytes = limit_bytes
        self._weight = 0
        self._jobs: deque[tuple[Job, int]] | None = None
        self._room: asyncio.Future[None] | None = None

    def do(self, job: Job, weight: int = 0) -> Awaitable[None] | None:
        """Run a job now or in its turn; return something to wait for if too many, or too many bytes, are waiting.

        A job must not raise.
        """
        if not self.busy:
            rest = job()
            if rest is not None:
                self.go_on(rest)
            return None
        if self._jobs is None:
            self._jobs = deque()
        self._jobs.append((job, weight))
        self._weight += weight
        if self._has_room(self._jobs):
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
            turns = self._pace.turns
            while self._jobs:
                if turns.over:
                    await self._pace.next_turn()
                begun = perf_counter()
                job, weight = self._jobs.popleft()
                self._weight -= weight
                if self._room is not None and self._has_room(self._jobs):
                    self._open_room()
                more = job()
                if more is not None:
                    await more
                turns.used(perf_counter() - begun)
        finally:
            self._jobs = None
            self._weight = 0
            self.busy = False
            self._open_room()

    def _has_room(self, jobs: deque[tuple[Job, int]]) -> bool:
        return len(jobs) < self._limit and self._weight < self._limit_bytes

    def _open_room(self) -> None:
        if self._room is not None and not self._room.done():
            self._room.set_result(None)
        self._room = None

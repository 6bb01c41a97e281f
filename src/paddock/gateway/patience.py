"""Patience: one time limit for all messages, watched by one timer, which costs less than one for each.

It decides nothing about what is told to whoever waited too long.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


class Patience:
    """Ends what takes longer than `seconds`; all are given the same time, so they run out in the order they began."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until: dict[asyncio.Task[object], float] = {}
        self._over: set[asyncio.Task[object]] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def wait_for(self, work: Awaitable[T]) -> T:
        """Wait for some work in the task that calls, which must not be waiting here already.

        Raises:
            TimeoutError: it took too long, and was cancelled.
        """
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine is always run by a task
        loop = asyncio.get_running_loop()
        cancelled = task.cancelling()
        self._until[task] = loop.time() + self._seconds
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._look)
        try:
            return await work
        except asyncio.CancelledError as error:
            # As asyncio.timeout does: whoever else wanted the task to end gets their way.
            if task in self._over and task.cancelling() - 1 <= cancelled:
                raise TimeoutError from error
            raise
        finally:
            del self._until[task]
            if task in self._over:
                self._over.remove(task)
                task.uncancel()

    def _look(self) -> None:
        """Cancel what is over its time, and look again when the next would be."""
        self._timer = None
        loop = asyncio.get_running_loop()
        now = loop.time()
        for task, until in self._until.items():
            if until > now:
                self._timer = loop.call_at(until, self._look)
                return
            if task not in self._over:
                self._over.add(task)
                task.cancel()

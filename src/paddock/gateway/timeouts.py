"""One timeout for many tasks, watched by a single timer, which costs less than a timer per task.

The caller decides what the client of a task that timed out is told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


class SharedTimeout:
    """Cancels work after `seconds`. The limit is the same for all, so deadlines expire in the order work began."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._deadlines: dict[asyncio.Task[object], float] = {}
        self._expired: set[asyncio.Task[object]] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def wait_for(self, work: Awaitable[T]) -> T:
        """Await work in the calling task, which must not be in `wait_for` already.

        Raises:
            TimeoutError: if the work took too long and was cancelled.
        """
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine is always run by a task
        loop = asyncio.get_running_loop()
        cancelled = task.cancelling()
        self._deadlines[task] = loop.time() + self._seconds
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._cancel_expired)
        try:
            return await work
        except asyncio.CancelledError as error:
            # As in asyncio.timeout: a cancellation by somebody else takes precedence.
            if task in self._expired and task.cancelling() - 1 <= cancelled:
                raise TimeoutError from error
            raise
        finally:
            del self._deadlines[task]
            if task in self._expired:
                self._expired.remove(task)
                task.uncancel()

    def _cancel_expired(self) -> None:
        """Cancel tasks whose deadline has passed, and schedule the timer for the next deadline."""
        self._timer = None
        loop = asyncio.get_running_loop()
        now = loop.time()
        for task, deadline in self._deadlines.items():
            if deadline > now:
                self._timer = loop.call_at(deadline, self._cancel_expired)
                return
            if task not in self._expired:
                self._expired.add(task)
                task.cancel()

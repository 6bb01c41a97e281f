"""The one way to start a background task: a reference is kept, a failure is reported, a loop is started again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine

import structlog

log = structlog.get_logger("paddock.tasks")

RESTART_S = 1.0
"""Pause before a failed loop is started again, so that a lasting fault does not burn a core."""


class Tasks:
    """The background tasks of one server; `close` ends them all."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, name: str, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """Run a coroutine to its end in the background; an exception in it is reported, never lost."""
        task = asyncio.create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._done)
        return task

    def keep(self, name: str, loop: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        """Run an endless loop in the background, and start it again a moment after it failed."""
        return self.start(name, self._kept(name, loop))

    async def _kept(self, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await loop()
                return
            except Exception:
                log.exception("task.restarted", task=name)
                await asyncio.sleep(RESTART_S)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("task.failed", task=task.get_name(), exc_info=task.exception())

    async def close(self) -> None:
        """Cancel what still runs and wait for it."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

"""A queue of expensive work on the event loop and in threads: bounded, fair between sources, and for owners only.

`WorkQueue.slot` waits for a job's turn. A caller that is cancelled while it waits gives up its place; one that is
cancelled while its thread runs gives up the answer, and the slot is free when the thread has ended. Which job is next
is decided by `work_schedule`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

from msgspec import Struct

from paddock.service.work_schedule import Job, QueueFull, Schedule, State, WorkFigures, WorkLimits

T = TypeVar("T")


class OwnerGone(Exception):  # noqa: N818 - an answer, not an error
    """The client that wanted the work left before its turn came."""


def _always() -> bool:
    return True


class Owner(Struct, frozen=True):
    """Whose work it is: its network address, its session, and whether its connection is still there."""

    source: str
    session: str
    wanted: Callable[[], bool] = _always


class Slot:
    """The right to run one job, held until both the caller and the threads that it started have ended."""

    def __init__(self, executor: ThreadPoolExecutor, free: Callable[[], None]) -> None:
        self._executor = executor
        self._free = free
        self._users = 1

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Run a function in a thread of the queue and return what it returns."""
        loop = asyncio.get_running_loop()
        running = self._executor.submit(work)
        self._users += 1

        def ended(_: object) -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody waits for the slot
                loop.call_soon_threadsafe(self.leave)

        running.add_done_callback(ended)
        return await asyncio.wrap_future(running)

    def leave(self) -> None:
        """Note that the caller or one of its threads has ended."""
        self._users -= 1
        if self._users == 0:
            self._free()


class WorkQueue:
    """The queue of one kind of work."""

    def __init__(self, name: str, limits: WorkLimits) -> None:
        """Prepare a queue; its threads carry its name."""
        self._schedule = Schedule(limits)
        self._waiters: dict[Job, asyncio.Future[None]] = {}
        # A thread is started when there is work for it, and there are never more than may run at once.
        self._executor = ThreadPoolExecutor(limits.running, thread_name_prefix=name)

    @property
    def figures(self) -> WorkFigures:
        """What was counted."""
        return self._schedule.figures

    @asynccontextmanager
    async def slot(self, owner: Owner) -> AsyncIterator[Slot]:
        """Wait for the turn of a job and hold it.

        Raises:
            QueueFull: too many jobs wait, before or after this one came.
            OwnerGone: its owner left before its turn came.
        """
        job = await self._begun(owner)
        slot = Slot(self._executor, lambda: self._end(job))
        try:
            # One job in each turn of the event loop: jobs that arrive together queue up before the first one runs, and
            # everything else that the loop has to do comes in between.
            await asyncio.sleep(0)
            yield slot
        finally:
            slot.leave()

    def close(self) -> None:
        """Begin nothing more; a thread that runs ends by itself."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def _begun(self, owner: Owner) -> Job:
        job = Job(owner.source, owner.session, owner.wanted)
        evicted = self._schedule.submit(job)
        if evicted is not None:
            self._tell(evicted, QueueFull("total"))
        waiter = self._waiters[job] = asyncio.get_running_loop().create_future()
        self._begin_due()
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                waiter.exception()  # refused and cancelled in one turn of the loop: nobody is left to be told
            if job.state is State.RUNNING:
                self._end(job)
            else:
                self._schedule.withdraw(job)
            raise
        finally:
            del self._waiters[job]
        return job

    def _end(self, job: Job) -> None:
        self._schedule.end(job)
        self._begin_due()

    def _begin_due(self) -> None:
        due = self._schedule.due()
        for job in due.gone:
            self._tell(job, OwnerGone())
        for job in due.begun:
            self._tell(job, None)

    def _tell(self, job: Job, refusal: Exception | None) -> None:
        waiter = self._waiters[job]
        if waiter.done():
            return  # its caller was cancelled in this turn of the loop, and looks at the job's state when it runs
        if refusal is None:
            waiter.set_result(None)
        else:
            waiter.set_exception(refusal)

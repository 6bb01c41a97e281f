"""One socket's queue of work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine

from paddock.socketio.fair_scheduler import FairScheduler
from paddock.socketio.handler_queue import HandlerQueue, Job

from .harness import within


def spawn(work: Coroutine[object, None, None]) -> asyncio.Task[None]:
    return asyncio.get_running_loop().create_task(work)


class QueueOwner:
    def __init__(self) -> None:
        self.scheduler = FairScheduler(0.005)

    def next_turn(self) -> Awaitable[None]:
        return self.scheduler.wait("source")


class Work:
    def __init__(self) -> None:
        self.log: list[str] = []
        self.gate = asyncio.Event()
        self.tasks = 0

    def plain(self, name: str) -> Job:
        return lambda: self.log.append(name)

    def waiting(self, name: str) -> Job:
        async def wait() -> None:
            await self.gate.wait()
            self.log.append(name)

        return wait

    def spawn(self, work: Coroutine[object, None, None]) -> asyncio.Task[None]:
        self.tasks += 1
        return spawn(work)


async def test_plain_jobs_run_at_once_and_need_no_task() -> None:
    work = Work()
    queue = HandlerQueue(QueueOwner(), work.spawn, limit=1, limit_bytes=1000)
    for name in "abc":
        assert queue.submit(work.plain(name)) is None
    assert work.log == ["a", "b", "c"]
    assert work.tasks == 0


async def test_jobs_behind_a_waiting_one_keep_their_order_and_share_its_task() -> None:
    work = Work()
    queue = HandlerQueue(QueueOwner(), work.spawn, limit=10, limit_bytes=1000)
    for job in (work.plain("a"), work.waiting("b"), work.plain("c"), work.waiting("d"), work.plain("e")):
        assert queue.submit(job) is None
    assert work.log == ["a"]
    work.gate.set()
    while queue.busy:
        await asyncio.sleep(0)
    assert work.log == ["a", "b", "c", "d", "e"]
    assert work.tasks == 1


async def test_a_full_queue_asks_to_wait_until_there_is_room() -> None:
    work = Work()
    queue = HandlerQueue(QueueOwner(), work.spawn, limit=2, limit_bytes=1000)
    waits: list[Awaitable[None] | None] = [queue.submit(work.waiting(name)) for name in "abc"]
    assert [wait is None for wait in waits] == [True, True, False]
    work.gate.set()
    assert waits[2] is not None
    await within(waits[2])
    assert "a" in work.log
    while queue.busy:
        await asyncio.sleep(0)
    assert work.log == ["a", "b", "c"]


async def test_a_queue_full_of_large_jobs_asks_to_wait_too() -> None:
    work = Work()
    queue = HandlerQueue(QueueOwner(), work.spawn, limit=10, limit_bytes=1000)
    assert queue.submit(work.waiting("a"), 5000) is None
    assert queue.submit(work.waiting("b"), 999) is None
    wait = queue.submit(work.waiting("c"), 1)
    assert wait is not None
    work.gate.set()
    await within(wait)
    await idle(queue)
    assert work.log == ["a", "b", "c"]
    # What went through weighs nothing any more.
    work.gate.clear()
    queue.submit(work.waiting("d"))
    assert queue.submit(work.waiting("e"), 999) is None
    work.gate.set()
    await idle(queue)


async def idle(queue: HandlerQueue) -> None:
    while queue.busy:
        await asyncio.sleep(0)


async def test_a_queue_that_is_done_starts_afresh() -> None:
    work = Work()
    work.gate.set()
    queue = HandlerQueue(QueueOwner(), work.spawn, limit=2, limit_bytes=1000)
    for _ in range(3):
        queue.submit(work.waiting("x"))
        while queue.busy:
            await asyncio.sleep(0)
    assert work.log == ["x", "x", "x"]
    assert work.tasks == 3

"""One socket's queue of work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine

from paddock.socketio.lane import Job, Lane
from paddock.socketio.turns import Turns

from .harness import within


def spawn(work: Coroutine[object, None, None]) -> asyncio.Task[None]:
    return asyncio.get_running_loop().create_task(work)


class Pace:
    def __init__(self) -> None:
        self.turns = Turns(0.005)

    def next_turn(self) -> Awaitable[None]:
        return self.turns.wait("source")


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
    lane = Lane(Pace(), work.spawn, limit=1, limit_bytes=1000)
    for name in "abc":
        assert lane.do(work.plain(name)) is None
    assert work.log == ["a", "b", "c"]
    assert work.tasks == 0


async def test_jobs_behind_a_waiting_one_keep_their_order_and_share_its_task() -> None:
    work = Work()
    lane = Lane(Pace(), work.spawn, limit=10, limit_bytes=1000)
    for job in (work.plain("a"), work.waiting("b"), work.plain("c"), work.waiting("d"), work.plain("e")):
        assert lane.do(job) is None
    assert work.log == ["a"]
    work.gate.set()
    while lane.busy:
        await asyncio.sleep(0)
    assert work.log == ["a", "b", "c", "d", "e"]
    assert work.tasks == 1


async def test_a_full_lane_asks_to_wait_until_there_is_room() -> None:
    work = Work()
    lane = Lane(Pace(), work.spawn, limit=2, limit_bytes=1000)
    waits: list[Awaitable[None] | None] = [lane.do(work.waiting(name)) for name in "abc"]
    assert [wait is None for wait in waits] == [True, True, False]
    work.gate.set()
    assert waits[2] is not None
    await within(waits[2])
    assert "a" in work.log
    while lane.busy:
        await asyncio.sleep(0)
    assert work.log == ["a", "b", "c"]


async def test_a_lane_full_of_large_jobs_asks_to_wait_too() -> None:
    work = Work()
    lane = Lane(Pace(), work.spawn, limit=10, limit_bytes=1000)
    assert lane.do(work.waiting("a"), 5000) is None
    assert lane.do(work.waiting("b"), 999) is None
    wait = lane.do(work.waiting("c"), 1)
    assert wait is not None
    work.gate.set()
    await within(wait)
    await idle(lane)
    assert work.log == ["a", "b", "c"]
    # What went through weighs nothing any more.
    work.gate.clear()
    lane.do(work.waiting("d"))
    assert lane.do(work.waiting("e"), 999) is None
    work.gate.set()
    await idle(lane)


async def idle(lane: Lane) -> None:
    while lane.busy:
        await asyncio.sleep(0)


async def test_a_lane_that_is_done_starts_afresh() -> None:
    work = Work()
    work.gate.set()
    lane = Lane(Pace(), work.spawn, limit=2, limit_bytes=1000)
    for _ in range(3):
        lane.do(work.waiting("x"))
        while lane.busy:
            await asyncio.sleep(0)
    assert work.log == ["x", "x", "x"]
    assert work.tasks == 3

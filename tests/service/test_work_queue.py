"""Expensive work in threads and on the loop: a caller may give up, and a slot is free when its work has ended."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
from tests.waiting import LIMIT_S, until

from paddock.service.work_queue import Owner, OwnerGone, WorkQueue
from paddock.service.work_schedule import QueueFull, WorkLimits

MINA, JUN = Owner("mina", "mina"), Owner("jun", "jun")


class Stuck:
    """Work that goes on until it is told to end."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.may_end = threading.Event()

    def __call__(self) -> str:
        self.begun.set()
        assert self.may_end.wait(LIMIT_S)
        return "done"


@pytest.fixture
async def queue() -> AsyncIterator[WorkQueue]:
    """Give a queue that runs one job at a time."""
    queue = WorkQueue("test", WorkLimits(running=1, waiting=2, waiting_of_source=2, waiting_of_session=1))
    yield queue
    queue.close()


async def work(queue: WorkQueue, owner: Owner, stuck: Stuck) -> str:
    """Run some work in a thread."""
    async with queue.slot(owner) as slot:
        return await slot.in_thread(stuck)


async def until_begun(stuck: Stuck) -> None:
    assert await asyncio.to_thread(stuck.begun.wait, LIMIT_S)


async def out_of_time(queue: WorkQueue, owner: Owner, stuck: Stuck) -> None:
    """Run some work whose caller gives up as soon as it has begun."""
    async with asyncio.timeout(None) as limit:
        begun = asyncio.create_task(until_begun(stuck))
        begun.add_done_callback(lambda _: limit.reschedule(0))
        await work(queue, owner, stuck)


async def until_waiting(queue: WorkQueue, number: int) -> None:
    await until(lambda: queue.figures.waiting == number, f"{number} wait")


async def test_a_caller_that_timed_out_frees_its_place_only_when_its_thread_has_ended(queue: WorkQueue) -> None:
    """It used to be free at once, so that a source which gave up quickly had any number of threads at work."""
    first, second = Stuck(), Stuck()
    with pytest.raises(TimeoutError):
        await out_of_time(queue, MINA, first)
    waiting = asyncio.create_task(work(queue, JUN, second))
    await until_waiting(queue, 1)
    assert (queue.figures.running, second.begun.is_set()) == (1, False)
    first.may_end.set()
    second.may_end.set()
    assert await waiting == "done"
    assert queue.figures.running == 0


async def test_a_caller_that_gives_up_while_it_waits_is_never_begun(queue: WorkQueue) -> None:
    first, second = Stuck(), Stuck()
    running = asyncio.create_task(work(queue, MINA, first))
    await until_begun(first)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await work(queue, JUN, second)
    first.may_end.set()
    assert await running == "done"
    assert not second.begun.is_set()
    assert (queue.figures.begun, queue.figures.withdrawn, queue.figures.waiting) == (1, 1, 0)


async def test_the_work_of_a_client_that_left_is_not_begun(queue: WorkQueue) -> None:
    first, second = Stuck(), Stuck()
    here = True
    running = asyncio.create_task(work(queue, MINA, first))
    await until_begun(first)
    waiting = asyncio.create_task(work(queue, Owner("jun", "jun", lambda: here), second))
    await until_waiting(queue, 1)
    here = False
    first.may_end.set()
    assert await running == "done"
    with pytest.raises(OwnerGone):
        await waiting
    assert not second.begun.is_set()


async def test_too_much_is_refused_at_once_and_a_newcomer_takes_the_place_of_who_has_most(queue: WorkQueue) -> None:
    first = Stuck()
    running = asyncio.create_task(work(queue, MINA, first))
    await until_begun(first)
    others = [asyncio.create_task(work(queue, Owner("mina", f"tab {number}"), first)) for number in range(2)]
    await until_waiting(queue, 2)
    with pytest.raises(QueueFull):
        await work(queue, Owner("mina", "tab 2"), first)
    newcomer = asyncio.create_task(work(queue, JUN, first))
    with pytest.raises(QueueFull):
        await others[1]
    first.may_end.set()
    assert set(await asyncio.gather(running, others[0], newcomer)) == {"done"}


async def test_jobs_on_the_loop_that_arrive_together_run_in_turns_of_their_own() -> None:
    """Forty searches that arrived together used to hold the event loop for as long as all of them take."""
    queue = WorkQueue("test", WorkLimits(running=1, waiting=40, waiting_of_source=40, waiting_of_session=1))
    turns: list[str] = []
    done = asyncio.Event()

    async def search(number: int) -> None:
        async with queue.slot(Owner("mina", f"tab {number}")):
            turns.append("search")

    async def others() -> None:
        while not done.is_set():
            turns.append("-")
            await asyncio.sleep(0)

    playing = asyncio.create_task(others())
    await asyncio.gather(*(search(number) for number in range(40)))
    done.set()
    await playing
    assert "searchsearch" not in "".join(turns)
    queue.close()


async def test_a_fault_of_the_work_is_its_callers_and_frees_the_slot(queue: WorkQueue) -> None:
    async with queue.slot(MINA) as slot:
        with pytest.raises(ZeroDivisionError):
            await slot.in_thread(lambda: 1 // 0)
    # The thread's own callback may come after its caller's.
    await until(lambda: queue.figures.running == 0, "the slot is free")

"""A timeout shared by many tasks: slow work is cancelled, other cancellations win, and no other task notices."""

from __future__ import annotations

import asyncio

import pytest
from tests.service.skipping import run_skipping

from paddock.gateway.timeouts import SharedTimeout

SECONDS = 60.0


async def never() -> None:
    """Take longer than anybody waits."""
    await asyncio.Event().wait()


def test_what_takes_too_long_is_ended_and_what_does_not_is_answered() -> None:
    async def play() -> None:
        timeout = SharedTimeout(SECONDS)
        slow = [asyncio.create_task(timeout.wait_for(never())) for _ in range(3)]
        assert await timeout.wait_for(asyncio.sleep(0, "answer")) == "answer"
        for task in slow:
            with pytest.raises(TimeoutError):
                await task
            assert task.cancelling() == 0, "whoever waited goes on"
        # Once more, after the timer has run out.
        with pytest.raises(TimeoutError):
            await timeout.wait_for(never())
        assert await timeout.wait_for(asyncio.sleep(0, "answer")) == "answer"

    run_skipping(play())


async def test_a_task_that_others_end_has_not_run_out_of_time() -> None:
    timeout = SharedTimeout(SECONDS)
    task = asyncio.create_task(timeout.wait_for(never()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_fault_is_passed_on() -> None:
    async def broken() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await SharedTimeout(SECONDS).wait_for(broken())


def test_work_that_will_not_be_ended_holds_up_nobody_elses_end() -> None:
    """It is asked to end once, and the others are watched all the same."""

    async def play() -> None:
        timeout, asked, let_go = SharedTimeout(SECONDS), asyncio.Event(), asyncio.Event()

        async def stubborn() -> str:
            try:
                await never()
            except asyncio.CancelledError:
                asked.set()
                await let_go.wait()
            return "late"

        async def waiting() -> tuple[str, int]:
            answer = await timeout.wait_for(stubborn())
            this = asyncio.current_task()
            return answer, this.cancelling() if this is not None else 0

        task = asyncio.create_task(waiting())
        await asked.wait()
        with pytest.raises(TimeoutError):
            await timeout.wait_for(never())
        let_go.set()
        assert await task == ("late", 0)

    run_skipping(play())

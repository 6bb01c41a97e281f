"""Tasks: a failed loop is reported and started again, and closing ends everything."""

from __future__ import annotations

import asyncio

import pytest
from tests.waiting import LIMIT_S

from paddock.domain.ids import RoomId
from paddock.service import tasks as tasks_module
from paddock.service.room_locks import RoomLocks
from paddock.service.tasks import Tasks


async def test_a_failed_loop_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks_module, "RESTART_S", 0.0)
    runs = 0
    twice = asyncio.Event()

    async def fragile() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise RuntimeError("once")
        twice.set()
        await asyncio.Event().wait()

    tasks = Tasks()
    tasks.keep("fragile", fragile)
    await asyncio.wait_for(twice.wait(), LIMIT_S)
    await tasks.close()
    assert runs == 2


async def test_the_lock_of_a_room_is_given_in_order_and_leave_nothing_behind() -> None:
    locks, seen = RoomLocks(), []

    async def take(number: int) -> None:
        async with locks.hold(RoomId("AAAAA")):
            seen.append(number)
            await asyncio.sleep(0)
            seen.append(number)

    await asyncio.gather(*(take(number) for number in range(5)))
    assert seen == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert locks.in_use == 0

"""Locks of rooms: commands that wait behind one the store did not answer do not wait for the store as well."""

from __future__ import annotations

import asyncio

import pytest

from paddock.domain.ids import RoomId
from paddock.service.room_locks import RoomLocks
from paddock.stores.contract import Conflict, NotHome, StoreUnavailable

ROOM, OTHER = RoomId("AAAAA"), RoomId("BBBBB")


class Queue:
    """Commands that wait for the locks of rooms, and the order in which they got them."""

    def __init__(self, locks: RoomLocks) -> None:
        self._locks = locks
        self.asked: list[str] = []
        self.answered = asyncio.Event()

    async def asks(self, name: str, outcome: Exception | None = None, room: RoomId = ROOM) -> str:
        async with self._locks.hold(room):
            self.asked.append(name)
            await self.answered.wait()
            if outcome is not None:
                raise outcome
            return name


async def test_who_waits_behind_a_store_that_does_not_answer_is_told_at_once() -> None:
    """They waited for its time limit one after the other: the third in the queue of a frozen Redis for all of them."""
    locks = RoomLocks()
    queue = Queue(locks)
    asking = [
        asyncio.create_task(queue.asks("first", StoreUnavailable("frozen"))),
        asyncio.create_task(queue.asks("second")),
        asyncio.create_task(queue.asks("third")),
        asyncio.create_task(queue.asks("elsewhere", room=OTHER)),
    ]
    await asyncio.sleep(0)
    queue.answered.set()

    outcomes = await asyncio.gather(*asking, return_exceptions=True)

    assert [str(outcome) for outcome in outcomes] == ["frozen", "frozen", "frozen", "elsewhere"]
    assert queue.asked == ["first", "elsewhere"], "nobody else asks the store"
    assert locks.in_use == 0
    assert await queue.asks("later") == "later", "whoever comes afterwards asks anew"


@pytest.mark.parametrize("answer", [NotHome("elsewhere"), Conflict(ROOM)])
async def test_an_answer_to_one_is_none_to_those_behind(answer: Exception) -> None:
    queue = Queue(RoomLocks())
    asking = [asyncio.create_task(queue.asks("first", answer)), asyncio.create_task(queue.asks("second"))]
    await asyncio.sleep(0)
    queue.answered.set()
    assert await asyncio.gather(*asking, return_exceptions=True) == [answer, "second"]

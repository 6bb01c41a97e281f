"""Turns: whoever waits for a room behind somebody the store did not answer does not wait for the store as well."""

from __future__ import annotations

import asyncio

import pytest

from paddock.domain.ids import RoomId
from paddock.service.turns import Turns
from paddock.stores.contract import Conflict, NotHome, StoreUnavailable

ROOM, OTHER = RoomId("AAAAA"), RoomId("BBBBB")


class Queue:
    """Somebody in each place of a room's queue; who had the turn is noted."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self.asked: list[str] = []
        self.answered = asyncio.Event()

    async def asks(self, name: str, outcome: Exception | None = None, room: RoomId = ROOM) -> str:
        async with self._turns.of(room):
            self.asked.append(name)
            await self.answered.wait()
            if outcome is not None:
                raise outcome
            return name


async def test_who_waits_behind_a_store_that_does_not_answer_is_told_at_once() -> None:
    """They waited for its time limit one after the other: the third in the queue of a frozen Redis for all of them."""
    turns = Turns()
    queue = Queue(turns)
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
    assert turns.waiting == 0
    assert await queue.asks("later") == "later", "whoever comes afterwards asks anew"


@pytest.mark.parametrize("answer", [NotHome("elsewhere"), Conflict(ROOM)])
async def test_an_answer_to_one_is_none_to_those_behind(answer: Exception) -> None:
    queue = Queue(Turns())
    asking = [asyncio.create_task(queue.asks("first", answer)), asyncio.create_task(queue.asks("second"))]
    await asyncio.sleep(0)
    queue.answered.set()
    assert await asyncio.gather(*asking, return_exceptions=True) == [answer, "second"]

"""Rooms whose rounds are under way, each a piece further than the one before: one fault then meets many moments."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from random import Random

from tests.faults.company import Company, company
from tests.faults.pauses import pause, play_goes_on
from tests.faults.world import World

ROUND_S = 6.5
"""About how long a round lasts with the pace of these tests, from the first pick to the podium."""


class Rounds:
    """Rooms, and the end of all their rounds."""

    def __init__(self, rooms: list[Company], play: asyncio.Task[None]) -> None:
        self.rooms = rooms
        self._play = play

    async def end(self) -> None:
        """Wait until each round has come to one payer, and everybody was told."""
        await self._play


@asynccontextmanager
async def rounds_under_way(cluster: World, random: Random, rooms: int = 4) -> AsyncIterator[Rounds]:
    """Seat rooms and begin their rounds one after the other; the block starts at some moment of all of them."""
    step = ROUND_S / rooms
    async with AsyncExitStack() as stack:
        made = [await stack.enter_async_context(company(cluster, random)) for _ in range(rooms)]
        play = asyncio.create_task(_play(made, random, step))
        stack.callback(play.cancel)
        await pause(random, step * (rooms - 1), step * rooms)
        yield Rounds(made, play)


async def _play(rooms: list[Company], random: Random, step: float) -> None:
    async with asyncio.TaskGroup() as group:
        for one in rooms:
            group.create_task(round_with_talk(one, Random(random.random())))
            await play_goes_on(step)


async def round_with_talk(one: Company, random: Random) -> None:
    """Play a round while people talk; some pick the same racer, so that there may be run-offs."""
    async with asyncio.TaskGroup() as group:
        group.create_task(one.chat(3, random, one.code))
        group.create_task(one.plays_a_round(tuple(random.randrange(4) for _ in one.people)))

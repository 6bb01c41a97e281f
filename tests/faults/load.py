"""People who keep asking for things, so that a fault meets commands on their way; nobody starts a race."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from random import Random
from statistics import quantiles

from tests.faults.company import Company
from tests.faults.pauses import pause
from tests.faults.person import Person

REST_S = (0.02, 0.2)
DEAF_LIMIT_S = 20.0
_numbers = itertools.count()


class Load:
    """What is going on in some rooms, as their people's books tell."""

    def __init__(self, rooms: Sequence[Company]) -> None:
        self._people = [who for one in rooms for who in one.people]

    @property
    def answered(self) -> int:
        """Commands that were acknowledged so far."""
        return sum(len(who.book.acknowledged) for who in self._people)

    def forget_times(self) -> None:
        """Begin to look for the slowest answer anew."""
        for who in self._people:
            who.book.took.clear()

    def slowest(self) -> float:
        """Give the longest time, in seconds, that somebody waited for an answer, whatever it was."""
        return max((seconds for who in self._people for seconds in who.book.took), default=0.0)

    def p99_ms(self) -> float:
        """Give how long people waited for an answer, in milliseconds, all but the slowest hundredth of them."""
        took = [seconds for who in self._people for seconds in who.book.took]
        return 1_000 * quantiles(took, n=100)[-1] if len(took) > 1 else 0.0


@asynccontextmanager
async def under_load(rooms: Sequence[Company], random: Random) -> AsyncIterator[Load]:
    """Let everybody in these rooms ask for something again and again; at the end of the block all of it is answered."""
    stop = asyncio.Event()
    busy = [
        asyncio.create_task(_busy(who, Random(random.random()), stop), name=f"{one.code} {who.name}")
        for one in rooms
        for who in one.people
    ]
    try:
        yield Load(rooms)
    finally:
        stop.set()
        await asyncio.gather(*busy)


async def storm(rooms: Sequence[Company], random: Random, commands: int) -> None:
    """Let everybody in these rooms ask for so many things as fast as they are answered, two at a time."""

    async def one(who: Person, dice: Random) -> None:
        for number in range(commands // 2):
            await asyncio.gather(
                who.does("pick_racer", racer=dice.randrange(4)), who.does("rename_player", name=_another(who))
            )
            if number % 8 == 0:
                await who.says(f"{who.code} {who.name} {number}")

    await asyncio.gather(*(one(who, Random(random.random())) for room in rooms for who in room.people))


async def _busy(who: Person, random: Random, stop: asyncio.Event) -> None:
    number, ready = 0, True
    # Each of these changes something whenever it is asked, so that each acknowledged one must be in the log.
    while not (stop.is_set() and ready):
        number += 1
        match random.randrange(4):
            case 0 if number % 16 == 1:
                await who.says(f"{who.code} {who.name} {number}")
            case 1:
                await who.does("pick_racer", racer=random.randrange(4))
                ready = True  # whoever picks takes part
            case 2:
                await who.does("rename_player", name=_another(who))
            case _:
                ready = not ready
                await who.does("set_ready", ready=ready)
        await pause(random, *REST_S)


def _another(who: Person) -> str:
    """Give a name that nobody ever had: taking the one that one has is acknowledged and leads to no entry."""
    return f"{who.name} {next(_numbers)}"


async def deaf_for(rooms: Sequence[Company]) -> float:
    """Wait until everybody has been told something new, and give how long that took the last of them, in seconds."""
    loop = asyncio.get_running_loop()
    began = loop.time()

    async def hears(who: Person) -> float:
        before = who.version
        await who.until(lambda: who.version > before, DEAF_LIMIT_S)
        return loop.time() - began

    return max(await asyncio.gather(*(hears(who) for one in rooms for who in one.people)))

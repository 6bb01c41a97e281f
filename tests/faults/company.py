"""Some people in one room, who play a round whatever happens, and what they can tell of it afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

from tests.faults.pauses import pause
from tests.faults.person import PATIENCE_S, Person
from tests.faults.world import World

NAMES = ("Mina", "Jun", "Sora", "Bora", "Dami", "Haru")


class Company:
    """People of one room, the host first; they sit at the nodes by turns."""

    def __init__(self, people: list[Person]) -> None:
        self.people = people

    @property
    def host(self) -> Person:
        """The one who made the room."""
        return self.people[0]

    @property
    def code(self) -> str:
        """The room."""
        return self.host.code

    async def pick(self, *racers: int) -> None:
        """Let everybody pick a racer, at the same time."""
        picks = zip(self.people, racers, strict=True)
        await asyncio.gather(*(who.does("pick_racer", racer=racer) for who, racer in picks))

    async def chat(self, rounds: int, dice: Random, tag: str) -> None:
        """Let people talk for a while, each in their own time."""

        async def one(who: Person) -> None:
            for number in range(rounds):
                await pause(dice, 0.2, 1.2)
                await who.says(f"{tag} {who.name} {number}")

        await asyncio.gather(*(one(who) for who in self.people))

    async def comes_to_one_payer(self, seconds: float = PATIENCE_S) -> None:
        """Wait until everybody has been told of a result with one payer."""

        def over(who: Person) -> bool:
            return any(len(result["payers"]) == 1 for result in who.book.results.values())

        await asyncio.gather(*(who.until(lambda who=who: over(who), seconds) for who in self.people))  # type: ignore[misc]

    async def everybody_is_back(self) -> None:
        """Wait until whoever lost the connection has it again."""
        await asyncio.gather(*(who.here() for who in self.people))

    async def plays_a_round(self, racers: tuple[int, ...], seconds: float = PATIENCE_S) -> None:
        """Pick, start, and follow the race and its run-offs to the one who pays."""
        await self.pick(*racers)
        await self.host.does("start_race")
        await self.comes_to_one_payer(seconds)


@asynccontextmanager
async def company(
    world: World, dice: Random, size: int = 4, homes: tuple[int, ...] | None = None, **room: object
) -> AsyncIterator[Company]:
    """Seat people, at the nodes by turns unless `homes` says where each sits first."""
    order = homes or tuple(number % len(world.nodes) for number in range(size))
    people = [
        Person(name, world.doors(home, dice), Random(dice.random())) for name, home in zip(NAMES, order, strict=False)
    ][:size]
    try:
        people[0].opens(**room)
        await people[0].here()
        for other in people[1:]:
            other.joins(people[0].code)
        await asyncio.gather(*(who.here() for who in people))
        yield Company(people)
    finally:
        await asyncio.gather(*(who.leaves() for who in people))

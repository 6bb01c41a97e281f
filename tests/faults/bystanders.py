"""People at one server, in a process of their own: how long they wait is the server's doing alone.

Thousands of players who come back share the loop of a test; whoever is measured must not wait for that.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

from tests.faults.company import NAMES, Company
from tests.faults.load import under_load
from tests.faults.person import Person

ROOMS = 4
ROOM = 4
LIMIT_S = 30.0


class Bystanders:
    """The process, as the test holds it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def p99_ms(self) -> float:
        """Give how long they waited for answers since they were asked last, in ms, but for the slowest hundredth."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"\n")
        async with asyncio.timeout(LIMIT_S):
            return float(await self._process.stdout.readline())


@asynccontextmanager
async def bystanders(url: str) -> AsyncIterator[Bystanders]:
    """Seat them at a server, and let them ask for things until the block ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.faults.bystanders",
        url,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        found = Bystanders(process)
        await found.p99_ms()
        yield found
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), LIMIT_S)
        except TimeoutError:
            process.kill()
            raise


async def _play(url: str) -> None:
    dice = Random(url)
    rooms = [Company([Person(name, lambda: url, Random(dice.random())) for name in NAMES[:ROOM]]) for _ in range(ROOMS)]
    for one in rooms:
        one.host.opens()
        await one.host.here()
        for other in one.people[1:]:
            other.joins(one.code)
        await one.everybody_is_back()
    async with under_load(rooms, dice) as load:
        while await asyncio.to_thread(sys.stdin.readline):
            print(load.p99_ms(), flush=True)
            load.forget_times()
    await asyncio.gather(*(who.leaves() for one in rooms for who in one.people))


if __name__ == "__main__":
    asyncio.run(_play(sys.argv[1]))

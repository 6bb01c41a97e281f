"""Many short races in many rooms at once, so many in all, whatever happens to the database meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from pathlib import Path
from random import Random

import aiohttp
from tests.faults import records
from tests.faults.company import Company, company
from tests.faults.load import Load
from tests.faults.pauses import outage_lasts, pause
from tests.faults.report import Row
from tests.faults.rounds import ROUND_S
from tests.faults.world import RedisServers, World, world
from tests.servers.postgres_server import PostgresServer
from tests.waiting import until

UP_S = (0.3, 4.0)
"""How long PostgreSQL is up between two kills, at random between these."""
DOWN_S = (0.0, 2.5)
ROUND_LIMIT_S = 60.0
ANSWER_S = 3.0
"""From a command to its answer: the limit of a handler."""
LATE_S = 2
"""After how long people are told that saving is delayed."""


class Alone:
    """No Redis: the one node keeps its rooms in its own journal."""

    url = ""


@asynccontextmanager
async def companies(world: World, dice: Random, rooms: int) -> AsyncIterator[list[Company]]:
    """Seat two people in each of so many rooms, at the nodes by turns."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(company(world, dice, size=2)) for _ in range(rooms)]


async def race(rooms: Sequence[Company], dice: Random, rounds: int) -> None:
    """Play so many rounds in all; every room begins the next one as soon as its last is over."""
    tickets = iter(range(rounds))

    async def one_room(one: Company, random: Random) -> None:
        await pause(random, 0, ROUND_S if rounds > len(rooms) else 1.0)
        for _ in tickets:
            await _round(one, random)

    async with asyncio.TaskGroup() as group:
        for one in rooms:
            group.create_task(one_room(one, Random(dice.random())))


async def _round(one: Company, random: Random) -> None:
    known = {who.name: set(who.book.results) for who in one.people}
    async with asyncio.timeout(ROUND_LIMIT_S):
        if one.host.book.results:
            await one.host.does("next_round")
        # One pair in five picks the same racer, so that there are run-offs.
        first = random.randrange(4)
        await one.pick(first, first if random.random() < 0.2 else (first + 1) % 4)
        reply = await one.host.does("start_race")
        assert reply["ok"], reply
    for who in one.people:
        before = known[who.name]
        await who.until(
            lambda who=who, before=before: any(  # type: ignore[misc]
                len(result["payers"]) == 1 for race, result in who.book.results.items() if race not in before
            ),
            ROUND_LIMIT_S,
        )


class Kills:
    """How often PostgreSQL was killed, and for how long it was away in all."""

    def __init__(self) -> None:
        self.times = 0
        self.away_s = 0.0


@asynccontextmanager
async def killed_now_and_then(postgres: PostgresServer, dice: Random) -> AsyncIterator[Kills]:
    """Kill PostgreSQL with all its processes at random moments until the block ends; it is up afterwards."""
    kills, stop = Kills(), asyncio.Event()
    loop = asyncio.get_running_loop()

    async def kill() -> None:
        for _ in count():
            try:
                async with asyncio.timeout(dice.uniform(*UP_S)):
                    await stop.wait()
                    return
            except TimeoutError:
                pass
            began, down_s = loop.time(), dice.uniform(*DOWN_S)
            await asyncio.to_thread(postgres.kill)
            await outage_lasts(down_s)
            await asyncio.to_thread(postgres.start)
            kills.times += 1
            kills.away_s += loop.time() - began

    killing = asyncio.create_task(kill())
    try:
        yield kills
    finally:
        stop.set()
        await killing


@asynccontextmanager
async def evening(
    folder: Path, redis: RedisServers, url: str, random: Random, *, nodes: int, rooms: int
) -> AsyncIterator[tuple[World, list[Company], records.Reader]]:
    """Nodes that record in a database, people in many rooms, and somebody who reads."""
    async with AsyncExitStack() as stack:
        cluster = await stack.enter_async_context(world(folder, redis, nodes, database=url, archive_late_s=LATE_S))
        seated = await stack.enter_async_context(companies(cluster, random, rooms))
        yield cluster, seated, await stack.enter_async_context(records.reading(cluster))


async def finish(row: Row, cluster: World, rooms: Sequence[Company], reader: records.Reader, url: str) -> None:
    """Wait for the backlog, compare everything, and note how long people and readers had to wait."""
    row.measures["backlog gone after, s"] = await records.drained(cluster)
    found = await records.look(url, rooms)
    found.acknowledged = Load(rooms).answered
    found.wrong += [*reader.wrong, *(f"a node logged a traceback: {output}" for output in cluster.tracebacks())]
    found.wrong += [fault for one in rooms for who in one.people for fault in who.book.faults]
    slowest = Load(rooms).slowest()
    if slowest > ANSWER_S:
        found.wrong.append(f"somebody waited {slowest:.2f} s for an answer")
    disorder = await records.disorder_ms(url, rooms)
    if disorder > records.OUT_OF_ORDER_MS:
        found.wrong.append(f"a race was recorded {disorder} ms out of order")
    row.take(found, rooms)
    row.measures["slowest answer to a command (at most 3), s"] = slowest
    row.measures["slowest answer to a reader (at most 4), s"] = reader.longest_s
    row.measures["out of order by (at most 1000), ms"] = disorder
    row.measures["reads answered 200"] = reader.answers[200]
    row.measures["reads answered 503"] = reader.answers[503]


async def told(rooms: Sequence[Company], *, delayed: bool) -> None:
    """Wait until everybody was told that recording is delayed, or no longer."""
    people = [who for one in rooms for who in one.people]
    await asyncio.gather(*(who.until(lambda who=who: who.book.delayed[-1:] == [delayed]) for who in people))  # type: ignore[misc]


async def backlog(cluster: World) -> int:
    """Say how many races wait to be recorded, by the node that counts most."""
    async with aiohttp.ClientSession() as session:
        return max([await records.backlog(session, node.url) for node in cluster.nodes])


async def waiting(cluster: World, races: int) -> None:
    """Wait until so many races wait to be recorded; nodes count every two seconds."""

    async def wait() -> bool:
        return await backlog(cluster) >= races

    await until(wait, f"{races} races wait to be recorded", ROUND_LIMIT_S, every_s=0.1)

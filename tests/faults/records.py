"""What the database of finished races must hold after every fault, and people who read it over HTTP meanwhile.

Every race that was shown is there exactly once, with all its entries, in the order in which races finished; every
figure equals a recount, and the sums are those that people's own books give.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aiohttp
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.archive.archives import PATIENT
from tests.faults.checks import Findings
from tests.faults.company import Company
from tests.faults.pauses import play_goes_on
from tests.faults.world import World
from tests.gateway.wire import Json
from tests.waiting import comes_to_hold, until

from paddock.archive.calendar import ALL
from paddock.archive.database import Database
from paddock.archive.postgres import Postgres
from paddock.archive.recount import differences
from paddock.archive.tables import EVERYWHERE, entries, quarantine, races, standings

DRAINED_S = 60.0
"""How long the nodes may take to record what waits once the database is back, on a busy machine."""
OUT_OF_ORDER_MS = 1_000
"""By how much a race may be recorded before one that finished earlier: two nodes look at all buckets one by one."""
ANSWER_S = 4.0
"""A reading request has its answer within this: the handler's limit of 3 s, on a busy machine."""
READ = ("leaderboards/races", "leaderboards/win_rate", "statistics/totals", "statistics/kinds", "statistics/days")
REST_S = 0.25


class Kept(Struct):
    """What a database holds, as plain values."""

    races: list[tuple[str, str | None]]
    """Races in the order in which they were recorded, each with the player who pays."""
    entries: dict[str, list[tuple[str, int]]]
    """Who raced in each, and on what."""
    set_aside: list[str]
    sums: tuple[int, int, int]
    """Races, wins and payments of all people, over all rooms and all time."""


def shown(rooms: Sequence[Company]) -> dict[str, Json]:
    """Give all results that somebody saw."""
    return {race: result for one in rooms for who in one.people for race, result in who.book.results.items()}


async def drained(world: World) -> float:
    """Wait until no node counts a race that waits to be recorded, and give how long that took, in seconds."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with aiohttp.ClientSession() as session:

        async def is_recorded() -> bool:
            return not any([await backlog(session, node.url) for node in world.nodes])

        await until(is_recorded, "no race waits to be recorded", DRAINED_S, every_s=0.1)
    return loop.time() - began


async def backlog(session: aiohttp.ClientSession, url: str) -> int:
    """Say how many races wait, as a node's metrics tell."""
    async with session.get(f"{url}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return int(float(next(line.split()[-1] for line in lines if line.startswith("paddock_unrecorded "))))


async def look(url: str, rooms: Sequence[Company]) -> Findings:
    """Compare the database with what was shown, once all of that is there or cannot come any more."""
    found = Findings()
    results = shown(rooms)
    server = Postgres(url, PATIENT)
    try:
        kept = await Database(server).read(_kept)

        async def all_there() -> bool:
            nonlocal kept
            kept = await Database(server).read(_kept)
            return not results.keys() - {race for race, _ in kept.races}

        await comes_to_hold(all_there, DRAINED_S, every_s=0.2)
        found.wrong += [f"{one.table}: {one.rows} rows differ from a recount: {one.examples}"
                        for one in await Database(server).read(differences)]  # fmt: skip
    finally:
        await server.close()
    found.races = len(results)
    found.wrong += [f"{race} was set aside" for race in kept.set_aside]
    counted = Counter(race for race, _ in kept.races)
    found.lost += [f"{race} was shown and is not in the database" for race in results if not counted[race]]
    found.doubled += [f"{race} is {times} times in the database" for race, times in counted.items() if times > 1]
    found.wrong += [f"{race} is in the database, and nobody saw it end" for race in counted if race not in results]
    payers = dict(kept.races)
    for race, result in results.items():
        wanted = sorted((player, racer) for player, racer in result["card"]["picks"])
        if race in counted and sorted(kept.entries.get(race, [])) != wanted:
            found.wrong.append(f"the entries of {race} are {kept.entries.get(race)}, not {wanted}")
        pays = result["payers"][0] if len(result["payers"]) == 1 else None
        if race in counted and payers[race] != pays:
            found.wrong.append(f"{payers[race]} pays for {race}, not {pays}")
    if kept.sums != (sums := _sums(results)):
        found.wrong.append(f"races, wins and payments are {kept.sums}, and {sums} by what people saw")
    return found


async def _kept(connection: AsyncConnection) -> Kept:
    rows = (await connection.execute(select(races.c.race, races.c.payer).order_by(races.c.id))).all()
    raced: dict[str, list[tuple[str, int]]] = {}
    question = select(races.c.race, entries.c.player, entries.c.racer).join(entries, entries.c.race_id == races.c.id)
    for race, player, racer in await connection.execute(question):
        raced.setdefault(race, []).append((player, racer))
    everywhere = (standings.c.scope == EVERYWHERE) & (standings.c.period == ALL)
    people = (
        await connection.execute(select(standings.c.races, standings.c.wins, standings.c.paid).where(everywhere))
    ).all()
    return Kept(
        [(race, payer) for race, payer in rows],
        raced,
        list(await connection.scalars(select(quarantine.c.race))),
        (sum(row[0] for row in people), sum(row[1] for row in people), sum(row[2] for row in people)),
    )


def _sums(results: dict[str, Json]) -> tuple[int, int, int]:
    """Count races, wins and payments from what was shown: a round counts with its first heat, one of it pays."""
    firsts = [result for result in results.values() if not result["card"]["runoff"]]
    raced = sum(len(result["card"]["picks"]) for result in firsts)
    wins = sum(racer in result["order"][0] for result in firsts for _, racer in result["card"]["picks"])
    return raced, wins, sum(len(result["payers"]) == 1 for result in results.values())


async def disorder_ms(url: str, rooms: Sequence[Company]) -> int:
    """Say by how many ms, at most, a race was recorded before one that finished earlier."""
    finished = {
        event["result"]["card"]["race"]: entry["at"]
        for one in rooms
        for who in one.people
        for entry in who.book.entries.values()
        for event in entry["events"]
        if event["type"] == "race_finished"
    }
    server = Postgres(url, PATIENT)
    try:
        kept = await Database(server).read(_kept)
    finally:
        await server.close()
    moments = [finished[race] for race, _ in kept.races if race in finished]
    newest = itertools.accumulate(moments, max)
    return max((before - at for before, at in zip(newest, moments, strict=True)), default=0)


class Reader:
    """Somebody who reads boards and statistics over HTTP, at all nodes by turns, and notes every answer."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.answers: Counter[int] = Counter()
        self.wrong: list[str] = []
        self.longest_s = 0.0
        self.away = False
        """Whether the database is away for certain, so that every answer that is asked for now is 503."""

    async def run(self) -> None:
        """Read until cancelled."""
        places = itertools.cycle(READ)
        async with aiohttp.ClientSession() as session:
            while True:
                place = next(places)
                for node in self._world.nodes:
                    await self._reads(session, f"{node.url}/api/{place}")
                await play_goes_on(REST_S)

    async def _reads(self, session: aiohttp.ClientSession, url: str) -> None:
        away, loop = self.away, asyncio.get_running_loop()
        began = loop.time()
        try:
            async with session.get(url) as answer:
                text, status = await answer.text(), answer.status
                later = answer.headers.get("Retry-After", "")
        except aiohttp.ClientError:
            return  # a node that is down, which this is not about
        took = loop.time() - began
        self.longest_s = max(self.longest_s, took)
        self.answers[status] += 1
        if status not in (200, 503) or (away and self.away and status != 503):
            self.wrong.append(f"{url} answers {status} while the database is {'away' if away else 'uncertain'}: {text}")
        if status == 503 and not later.isdigit():
            self.wrong.append(f"{url} answers 503 without saying when to ask again")
        if took > ANSWER_S:
            self.wrong.append(f"{url} took {took:.1f} s")


@asynccontextmanager
async def reading(world: World) -> AsyncIterator[Reader]:
    """Let somebody read until the block ends."""
    reader = Reader(world)
    task = asyncio.create_task(reader.run())
    try:
        yield reader
    finally:
        task.cancel()
        await asyncio.wait((task,))
    if not task.cancelled():
        task.result()

"""PostgreSQL killed at random moments of 200 races, and away for 50 more: each race is there once, totals recounted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TypeAlias

import asyncpg  # type: ignore[import-untyped]
import pytest
from tests.archive.archives import migrated
from tests.faults.evening import Alone, backlog, evening, finish, killed_now_and_then, race, told, waiting
from tests.faults.load import Load
from tests.faults.pauses import pause
from tests.faults.report import Report
from tests.faults.schedule import dice
from tests.servers.postgres_server import PostgresServer
from tests.servers.redis_server import RedisServer

ROOMS = 24
KILLED_RACES = 200
AWAY_RACES = 50
FEW = 10

Ordeal: TypeAlias = AbstractAsyncContextManager[bool]
"""Something that happens to PostgreSQL; gives whether nobody can read meanwhile."""


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL of its own, to be killed."""
    server = PostgresServer()
    server.start()
    yield server
    server.remove()


@pytest.mark.parametrize("nodes", [2, 1])
@pytest.mark.timeout(900)
async def test_killed_at_random_moments_of_two_hundred_races(
    redis: RedisServer, postgres: PostgresServer, tmp_path: Path, report: Report, nodes: int
) -> None:
    """On two nodes that share a Redis, and on one with its journal."""
    seed, random = dice(f"PostgreSQL killed, {nodes}")
    row = report.row(f"PostgreSQL killed at random moments of {KILLED_RACES} races, {_named(nodes)}", seed)
    await asyncio.to_thread(migrated, postgres.url())
    store = redis if nodes > 1 else Alone()
    async with evening(tmp_path, store, postgres.url(), random, nodes=nodes, rooms=ROOMS) as (cluster, rooms, reader):
        await race(rooms, random, len(rooms))
        row.measures["slowest answer before the first kill, s"] = Load(rooms).slowest()
        async with killed_now_and_then(postgres, random) as kills:
            await race(rooms, random, KILLED_RACES)
        row.moments = kills.times
        row.measures["s away in all"] = kills.away_s
        await finish(row, cluster, rooms, reader, postgres.url())
    assert row.races >= KILLED_RACES + ROOMS
    row.ends()


@pytest.mark.parametrize("nodes", [2, 1])
@pytest.mark.timeout(900)
async def test_away_for_fifty_races_and_at_the_start(
    redis: RedisServer, postgres: PostgresServer, tmp_path: Path, report: Report, nodes: int
) -> None:
    """It goes in mid-race, is away while a node is killed and starts, and comes back when all is over."""
    seed, random = dice(f"PostgreSQL away, {nodes}")
    row = report.row(f"PostgreSQL away for {AWAY_RACES} races and a node's start, {_named(nodes)}", seed)
    await asyncio.to_thread(migrated, postgres.url())
    store = redis if nodes > 1 else Alone()
    async with evening(tmp_path, store, postgres.url(), random, nodes=nodes, rooms=ROOMS) as (cluster, rooms, reader):
        await race(rooms, random, len(rooms))
        racing = asyncio.create_task(race(rooms, random, AWAY_RACES))
        await pause(random, 0, 3)
        await asyncio.to_thread(postgres.kill)
        reader.away = True
        before = await backlog(cluster)
        cluster.nodes[-1].kill()
        await cluster.restart(cluster.nodes[-1])
        await racing
        await told(rooms, delayed=True)
        row.moments = 1
        row.measures["races that waited"] = waited = await backlog(cluster) - before
        reader.away = False
        await asyncio.to_thread(postgres.start)
        await finish(row, cluster, rooms, reader, postgres.url())
        await told(rooms, delayed=False)
    assert waited >= AWAY_RACES * 0.6, "some were over before it went"
    assert reader.answers[503] > 0
    row.ends()


def frozen(postgres: PostgresServer) -> Ordeal:
    """Every process is stopped: connections stay open, nothing is answered."""

    @asynccontextmanager
    async def ordeal() -> AsyncIterator[bool]:
        postgres.stop()
        try:
            yield True
        finally:
            postgres.cont()

    return ordeal()


def read_only(postgres: PostgresServer) -> Ordeal:
    """Every transaction is read-only, as on a standby: reads go on, recording does not."""

    @asynccontextmanager
    async def ordeal() -> AsyncIterator[bool]:
        await postgres.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        await postgres.execute("SELECT pg_reload_conf()")
        try:
            yield False
        finally:
            await postgres.execute("ALTER SYSTEM RESET default_transaction_read_only")
            await postgres.execute("SELECT pg_reload_conf()")

    return ordeal()


def locked(postgres: PostgresServer) -> Ordeal:
    """Somebody holds tables for as long as they like: nobody may read or write them."""

    @asynccontextmanager
    async def ordeal() -> AsyncIterator[bool]:
        connection = await asyncpg.connect(postgres.url())
        try:
            async with connection.transaction():
                await connection.execute("LOCK TABLE races, entries, standings, kinds, days IN ACCESS EXCLUSIVE MODE")
                yield True
        finally:
            await connection.close()

    return ordeal()


@pytest.mark.parametrize("ordeal", [frozen, read_only, locked])
@pytest.mark.timeout(300)
async def test_there_and_of_no_use_during_races(
    redis: RedisServer,
    postgres: PostgresServer,
    tmp_path: Path,
    report: Report,
    ordeal: Callable[[PostgresServer], Ordeal],
) -> None:
    name = ordeal.__name__.replace("_", "-")
    seed, random = dice(f"PostgreSQL {name}")
    row = report.row(f"PostgreSQL {name} for {FEW} races, {_named(2)}", seed)
    await asyncio.to_thread(migrated, postgres.url())
    async with evening(tmp_path, redis, postgres.url(), random, nodes=2, rooms=FEW) as (cluster, rooms, reader):
        await race(rooms, random, FEW)
        racing = asyncio.create_task(race(rooms, random, FEW))
        await pause(random, 0, 3)
        async with ordeal(postgres) as unreadable:
            reader.away = unreadable
            await racing
            await told(rooms, delayed=True)
            await waiting(cluster, FEW // 2)
            reader.away = False
        row.moments = 1
        await finish(row, cluster, rooms, reader, postgres.url())
        await told(rooms, delayed=False)
    assert not unreadable or reader.answers[503] > 0
    row.ends()


def _named(nodes: int) -> str:
    return "2 nodes on Redis" if nodes > 1 else "1 node with its journal"

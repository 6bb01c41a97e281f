"""The short set of plays about the database of finished races: killed at some moments of 20 races, away for 5 more.

The long set is `tests/faults/plays_postgres.py`, with 200 races and 50, on two nodes and on one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.archive.archives import migrated
from tests.faults import records
from tests.faults.evening import evening, finish, killed_now_and_then, race, told, waiting
from tests.faults.report import Row
from tests.faults.schedule import dice
from tests.servers.postgres_server import PostgresServer
from tests.servers.redis_server import RedisServer

KILLED_RACES = 20
AWAY_RACES = 5


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL of its own, to be killed."""
    server = PostgresServer()
    server.start()
    yield server
    server.remove()


async def test_every_race_is_recorded_once_however_often_the_database_goes(
    redis: RedisServer, postgres: PostgresServer, tmp_path: Path
) -> None:
    """A node starts while the database is away; people are told that saving is delayed, and that it is over."""
    seed, random = dice("some kills of PostgreSQL")
    row = Row("short", seed)
    await asyncio.to_thread(migrated, postgres.url())
    async with evening(tmp_path, redis, postgres.url(), random, nodes=2, rooms=KILLED_RACES) as (
        cluster,
        rooms,
        reader,
    ):
        async with killed_now_and_then(postgres, random) as kills:
            await race(rooms, random, KILLED_RACES)
        assert kills.times >= 1
        await asyncio.to_thread(postgres.kill)
        reader.away = True
        cluster.nodes[-1].kill()
        await cluster.restart(cluster.nodes[-1])
        await race(rooms[:AWAY_RACES], random, AWAY_RACES)
        await told(rooms, delayed=True)
        await waiting(cluster, AWAY_RACES)
        reader.away = False
        await asyncio.to_thread(postgres.start)
        await finish(row, cluster, rooms, reader, postgres.url())
        await told(rooms, delayed=False)
        await postgres.execute("DELETE FROM entries WHERE race_id = (SELECT min(id) FROM races)")
        spoiled = await records.look(postgres.url(), rooms)
    assert row.races >= KILLED_RACES + AWAY_RACES
    assert reader.answers[503] > 0
    row.ends()
    assert any("the entries of" in found for found in spoiled.wrong), "the same look sees what is missing"
    assert any("recount" in found for found in spoiled.wrong)

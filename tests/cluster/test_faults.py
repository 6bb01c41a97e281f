"""The short set of fault plays: servers and Redis killed in the middle of rounds and under load, then every check.

The long set (`make test-faults`) does the same at many more moments, and much else; see docs/faults.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from tests.faults import checks
from tests.faults.checks import Findings
from tests.faults.company import company
from tests.faults.load import deaf_for, storm, under_load
from tests.faults.rounds import rounds_under_way
from tests.faults.schedule import dice
from tests.faults.world import world
from tests.servers.redis_server import RedisServer
from tests.waiting import until


@pytest.fixture
def keeping(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis that keeps everything it acknowledges."""
    folder = tmp_path / "keeping"
    folder.mkdir()
    server = RedisServer(folder, "--appendfsync", "always")
    server.start()
    yield server
    server.kill()


async def test_servers_killed_at_some_moments_of_rounds(keeping: RedisServer, tmp_path: Path) -> None:
    """First one of them, then both at once; four rooms are at four moments of their rounds each time."""
    _, random = dice("some kills")
    found = Findings()
    async with world(tmp_path, keeping) as cluster:
        for victims in (cluster.nodes[:1], cluster.nodes):
            async with rounds_under_way(cluster, random) as rounds:
                for victim in victims:
                    victim.kill()
                await asyncio.gather(*(cluster.restart(victim) for victim in victims))
                await rounds.end()
                found.add(await checks.look(cluster, rounds.rooms))
    assert found.sentences == []
    assert found.races >= 8
    assert found.acknowledged > 100


async def test_everybody_hears_one_order_under_load_and_around_the_death_of_redis(
    keeping: RedisServer, tmp_path: Path
) -> None:
    _, random = dice("one order")
    async with world(tmp_path, keeping) as cluster, AsyncExitStack() as stack:
        rooms = [await stack.enter_async_context(company(cluster, random, size=6)) for _ in range(2)]
        await storm(rooms, random, 20)
        assert [checks.inversions(one) for one in rooms] == [0, 0]
        assert [checks.gaps(one) for one in rooms] == [0, 0]

        async with under_load(rooms, random) as load:
            before = load.answered
            await until(lambda: load.answered >= before + 2 * 6 * 3, "everybody asks for things")
            keeping.kill()
            before = load.answered
            await until(lambda: load.answered >= before + 2 * 6 * 10, "people play on without Redis")
            keeping.start()
            await deaf_for(rooms)
        found = await checks.look(cluster, rooms)
        assert found.sentences == []
        assert found.acknowledged > 2 * 6 * 20
        assert [who.book.darks for one in rooms for who in one.people] == [[]] * 12, "nobody was dropped"

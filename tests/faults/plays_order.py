"""One order everywhere: many rooms under load, people at every process, every client's stream of entries compared."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from tests.faults import checks
from tests.faults.company import company
from tests.faults.load import storm
from tests.faults.report import Report
from tests.faults.schedule import dice
from tests.faults.world import world
from tests.servers.redis_server import RedisServer

ROOMS = 12
COMMANDS = 60


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.timeout(600)
async def test_every_client_hears_the_same_in_the_same_order(
    redis: RedisServer, tmp_path: Path, report: Report, workers: int
) -> None:
    seed, random = dice(f"order with {workers}")
    row = report.row(f"load only: 2 nodes of {workers} worker{'s' * (workers > 1)}, {ROOMS} rooms of 6", seed)
    async with world(tmp_path, redis, workers=workers) as cluster, AsyncExitStack() as stack:
        rooms = [await stack.enter_async_context(company(cluster, random, size=6)) for _ in range(ROOMS)]
        await storm(rooms, random, COMMANDS)
        row.moments += 1
        row.take(await checks.look(cluster, rooms), rooms)
        row.measures["inversions"] = sum(checks.inversions(one) for one in rooms)
        row.measures["gaps"] = sum(checks.gaps(one) for one in rooms)
        row.measures["entries heard"] = sum(len(who.book.heard) for one in rooms for who in one.people)
        row.measures["processes that served them"] = len(await checks.servers(cluster, rooms))
    assert row.measures["entries heard"] > ROOMS * 6 * COMMANDS
    if row.measures["inversions"] or row.measures["gaps"]:
        row.sentences.append("somebody heard entries in another order, or with gaps")
    row.ends()

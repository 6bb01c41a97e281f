"""Redis killed for moments, again and again, at random moments of rounds: each return is a reunion under play."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.faults import checks
from tests.faults.pauses import pause
from tests.faults.report import Report
from tests.faults.rounds import rounds_under_way
from tests.faults.schedule import dice
from tests.faults.world import world
from tests.servers.redis_server import RedisServer

FLAPS = 12


@pytest.mark.timeout(900)
async def test_killed_for_moments_while_rounds_go_on(redis: RedisServer, tmp_path: Path, report: Report) -> None:
    """Whatever happened elsewhere while a room was being brought back used to be heard with the next entry only."""
    seed, random = dice("redis flaps")
    row = report.row("Redis killed for moments, again and again, under rounds on 2 nodes", seed)
    async with world(tmp_path, redis) as cluster:
        for _ in range(FLAPS):
            async with rounds_under_way(cluster, random, rooms=3) as rounds:
                redis.kill()
                row.moments += 1
                await pause(random, 0.05, 1.5)
                await asyncio.to_thread(redis.start)
                await rounds.end()
                row.take(await checks.look(cluster, rounds.rooms), rounds.rooms)
    if row.darks:
        row.sentences.append(f"{len(row.darks)} connections were dropped")
    row.ends()

"""Whole races on three masters, of which one dies, and behind Sentinel, which lets a replica take over in mid-race."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from tests.faults import checks
from tests.faults.company import company
from tests.faults.pauses import outage_lasts, pause
from tests.faults.report import Report
from tests.faults.schedule import dice
from tests.faults.world import world
from tests.servers.redis_cluster import RedisCluster, RedisSentinels


@pytest.mark.timeout(300)
async def test_a_round_on_three_masters(cluster: RedisCluster, tmp_path: Path, report: Report) -> None:
    seed, random = dice("three masters")
    row = report.row("none: cluster of 3 masters, 2 nodes", seed)
    async with world(tmp_path / "nodes", cluster) as nodes, AsyncExitStack() as stack:
        rooms = [await stack.enter_async_context(company(nodes, random)) for _ in range(4)]
        await asyncio.gather(*(one.plays_a_round((0, 1, 2, 3)) for one in rooms))
        row.moments += len(rooms)
        row.take(await checks.look(nodes, rooms), rooms)
    row.ends()


@pytest.mark.timeout(300)
async def test_a_master_of_three_is_killed_in_mid_race(cluster: RedisCluster, tmp_path: Path, report: Report) -> None:
    seed, random = dice("master of three killed")
    row = report.row("one of 3 masters killed for 3 s in mid-race, 2 nodes", seed)
    async with world(tmp_path / "nodes", cluster) as nodes, AsyncExitStack() as stack:
        rooms = [await stack.enter_async_context(company(nodes, random)) for _ in range(4)]
        rounds = asyncio.gather(*(one.plays_a_round((0, 1, 2, 3)) for one in rooms))
        await pause(random, 2, 4)
        for victim in cluster.servers[:1]:
            victim.kill()
            await outage_lasts(3)
            victim.start()
        await rounds
        row.moments += len(rooms)
        row.take(await checks.look(nodes, rooms), rooms)
    row.ends()


@pytest.mark.timeout(300)
async def test_a_replica_takes_over_in_mid_race(sentinels: RedisSentinels, tmp_path: Path, report: Report) -> None:
    seed, random = dice("replica takes over")
    row = report.row("master behind Sentinel killed in mid-race, its replica takes over, 2 nodes", seed)
    async with world(tmp_path / "nodes", sentinels) as nodes, AsyncExitStack() as stack:
        rooms = [await stack.enter_async_context(company(nodes, random)) for _ in range(4)]
        rounds = asyncio.gather(*(one.plays_a_round((0, 1, 2, 3)) for one in rooms))
        await pause(random, 2, 4)
        old = sentinels.master
        # What the replica does not have yet is lost with the master: Redis acknowledges before it has told it.
        await asyncio.to_thread(old.ask, "WAIT", "1", "1000")
        old.kill()
        await rounds
        assert sentinels.master is not old
        row.moments += len(rooms)
        row.take(await checks.look(nodes, rooms), rooms)
    row.ends()

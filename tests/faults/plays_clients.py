"""Clients on bad networks: connections cut at any moment of a round, and gone silent without an end."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random

import pytest
from tests.faults import checks
from tests.faults.pauses import pause
from tests.faults.person import Person
from tests.faults.report import Report
from tests.faults.rounds import rounds_under_way
from tests.faults.schedule import dice
from tests.faults.world import world
from tests.servers.fault_proxy import FaultProxy
from tests.servers.redis_server import RedisServer


@pytest.mark.timeout(300)
async def test_connections_cut_again_and_again(redis: RedisServer, tmp_path: Path, report: Report) -> None:
    seed, random = dice("connections cut")
    row = report.row("clients' connections cut at any moment of a round, 2 nodes", seed)
    async with world(tmp_path, redis) as cluster:
        for _ in range(3):
            async with rounds_under_way(cluster, random) as rounds:
                people = [who for one in rounds.rooms for who in one.people]
                cutting = asyncio.create_task(_cut(people, random))
                await rounds.end()
                cutting.cancel()
                await asyncio.gather(*(one.everybody_is_back() for one in rounds.rooms))
                row.take(await checks.look(cluster, rounds.rooms), rounds.rooms)
                row.moments += sum(len(who.book.darks) for who in people)
    if row.recovered < row.moments:
        row.sentences.append(f"only {row.recovered} of {row.moments} recovered their state")
    row.ends(5.0)


async def _cut(people: list[Person], random: Random) -> None:
    while True:
        await pause(random, 0.05, 0.3)
        random.choice(people).cut()


@pytest.mark.timeout(300)
async def test_connections_that_go_silent(redis: RedisServer, tmp_path: Path, report: Report) -> None:
    """The network of half of the people swallows everything; they find out by the pings that do not come."""
    seed, random = dice("connections silent")
    row = report.row("clients' packets vanish both ways (half-open), 2 nodes", seed)
    async with world(tmp_path, redis) as cluster:
        proxy = FaultProxy(cluster.nodes[1].port)
        await proxy.open()
        cluster.entrances[1] = f"http://127.0.0.1:{proxy.port}"
        try:
            async with rounds_under_way(cluster, random) as rounds:
                # What is open is silent for ever; new connections are let through.
                proxy.black_hole()
                proxy.pass_all()
                await rounds.end()
                await asyncio.gather(*(one.everybody_is_back() for one in rounds.rooms))
                row.moments += len(rounds.rooms)
                row.take(await checks.look(cluster, rounds.rooms), rounds.rooms)
        finally:
            await proxy.close()
    assert row.darks, "somebody had noticed"
    row.ends()

"""`kill -9` at many moments of a round on two nodes: of the node of half of the players, and of the scheduler's.

Several rooms are on their way at once, each a piece further than the one before, so that one kill is as many moments.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.cluster.process import Server
from tests.faults import checks
from tests.faults.company import company
from tests.faults.report import Report
from tests.faults.rounds import round_with_talk, rounds_under_way
from tests.faults.schedule import dice
from tests.faults.world import World, world
from tests.servers.redis_server import RedisServer
from tests.waiting import until

from paddock.domain.ids import RoomId
from paddock.stores.redis.keys import Keys, bucket_of

KILLS = 14
ROOMS = 4
BACK_S = 5.0
DUTIES = ("countdown_started", "race_started", "race_finished")
"""What the scheduler's node is killed at, each several times."""


@pytest.mark.timeout(1200)
async def test_killed_at_any_moment_of_a_round(redis: RedisServer, tmp_path: Path, report: Report) -> None:
    seed, random = dice("killed at any moment")
    row = report.row("server killed (kill -9), 2 nodes", seed)
    async with world(tmp_path, redis) as cluster:
        for number in range(KILLS):
            async with rounds_under_way(cluster, random, ROOMS) as rounds:
                victim = cluster.nodes[number % 2]
                victim.kill()
                await cluster.restart(victim)
                await rounds.end()
                row.moments += ROOMS
                row.take(await checks.look(cluster, rounds.rooms), rounds.rooms)
    row.ends(BACK_S)


@pytest.mark.timeout(600)
async def test_the_node_that_does_the_schedulers_work_is_killed_at_it(
    redis: RedisServer, tmp_path: Path, report: Report
) -> None:
    seed, random = dice("scheduler killed")
    row = report.row("server killed at the scheduler's work, 2 nodes", seed)
    async with world(tmp_path, redis) as cluster, cluster.store() as store:
        for number in range(9):
            async with company(cluster, random) as one:
                play = asyncio.create_task(round_with_talk(one, random))
                code, ordinal = RoomId(one.code), number % len(DUTIES)
                name = f"{Keys().of_bucket('claim', bucket_of(code))}:{code}"
                victim = await _claimer(cluster, redis, name, ordinal)
                victim.kill()
                await cluster.restart(victim)
                await play
                assert store.trouble is None
                row.moments += 1
                row.take(await checks.look(cluster, [one]), [one])
    row.ends(BACK_S)


async def _claimer(cluster: World, redis: RedisServer, name: str, ordinal: int) -> Server:
    """Wait for the claim with this number, from 0, on a room, and give the node that has it."""
    # A claim lasts three seconds, and is made anew for each duty: its end of life tells two of them apart.
    seen: dict[bytes, bytes] = {}

    def is_claimed() -> bool:
        node = redis.ask("GET", name)
        if not node.startswith(b"$-1"):
            seen.setdefault(redis.ask("PEXPIRETIME", name), node)
        return len(seen) > ordinal

    await until(is_claimed, f"claim {ordinal} on the room", every_s=0.005)
    holder = list(seen.values())[ordinal].split(b"\r\n")[1].decode()
    return next(one for one in cluster.nodes if f"node={holder} " in one.output)

"""Servers frozen, told to end, restarted, killed all at once, cut off from Redis, with a wrong clock; in mid-race."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from signal import SIGCONT, SIGSTOP

import pytest
from tests.faults import checks
from tests.faults.bystanders import bystanders
from tests.faults.company import company
from tests.faults.load import under_load
from tests.faults.pauses import outage_lasts, play_goes_on
from tests.faults.person import Person
from tests.faults.report import Report
from tests.faults.rounds import rounds_under_way
from tests.faults.schedule import dice
from tests.faults.world import world
from tests.servers.fault_proxy import FaultProxy
from tests.servers.redis_server import RedisServer

EXIT_S = 10.0
BACK_S = 5.0
MANY = 2_000
ROOM = 4
STEADY_S = 5.0


@pytest.mark.timeout(300)
async def test_all_killed_at_once(redis: RedisServer, tmp_path: Path, report: Report) -> None:
    seed, random = dice("all killed")
    row = report.row("all servers killed at once, 2 nodes", seed)
    async with world(tmp_path, redis) as cluster:
        for _ in range(3):
            async with rounds_under_way(cluster, random) as rounds:
                for node in cluster.nodes:
                    node.kill()
                await cluster.start()
                await rounds.end()
                row.moments += len(rounds.rooms)
                row.take(await checks.look(cluster, rounds.rooms), rounds.rooms)
    row.ends()


@pytest.mark.timeout(300)
async def test_frozen_and_continued(redis: RedisServer, tmp_path: Path, report: Report) -> None:
    """What a node had begun before it froze must not be written afterwards as if nothing had happened meanwhile."""
    seed, random = dice("server frozen")
    row = report.row("server frozen for 8 s (SIGSTOP) and continued, 2 nodes", seed)
    async with world(tmp_path, redis) as cluster:
        for number in range(4):
            victim = cluster.nodes[number % 2]
            async with rounds_under_way(cluster, random) as rounds:
                victim.signal(SIGSTOP)
                await outage_lasts(8)
                victim.signal(SIGCONT)
                await rounds.end()
                row.moments += len(rounds.rooms)
                row.take(await checks.look(cluster, rounds.rooms), rounds.rooms)
    row.ends()


@pytest.mark.timeout(300)
async def test_told_to_end_during_races(redis: RedisServer, tmp_path: Path, report: Report) -> None:
    seed, random = dice("told to end")
    row = report.row("SIGTERM during races, 2 nodes", seed)
    async with world(tmp_path, redis) as cluster:
        for number in range(4):
            victim = cluster.nodes[number % 2]
            async with rounds_under_way(cluster, random) as rounds:
                loop = asyncio.get_running_loop()
                began = loop.time()
                code = await asyncio.to_thread(victim.term)
                row.measures["s until it had ended, most"] = max(
                    row.measures.get("s until it had ended, most", 0.0), loop.time() - began
                )
                if code != 0:
                    row.sentences.append(f"it ended with {code}")
                await cluster.restart(victim)
                await rounds.end()
                row.moments += len(rounds.rooms)
                row.take(await checks.look(cluster, rounds.rooms), rounds.rooms)
    if row.measures["s until it had ended, most"] > EXIT_S:
        row.sentences.append("it took too long to end")
    row.ends(BACK_S)


@pytest.mark.timeout(600)
async def test_rolling_restart_under_load(redis: RedisServer, tmp_path: Path, report: Report) -> None:
    seed, random = dice("rolling restart")
    row = report.row("rolling restart of all nodes under load, 3 nodes", seed)
    async with world(tmp_path, redis, nodes=3) as cluster, AsyncExitStack() as stack:
        rooms = [await stack.enter_async_context(company(cluster, random, size=6)) for _ in range(8)]
        async with under_load(rooms, random):
            for node in cluster.nodes:
                await asyncio.to_thread(node.term)
                await cluster.restart(node)
                row.moments += 1
                await play_goes_on(1)
        row.take(await checks.look(cluster, rooms), rooms)
    if row.recovered < 0.99 * len(row.darks):
        row.sentences.append(f"only {row.recovered} of {len(row.darks)} found their state again")
    row.ends(BACK_S)


@pytest.mark.timeout(300)
async def test_one_of_two_loses_redis_and_both_go_on(redis: RedisServer, tmp_path: Path, report: Report) -> None:
    seed, random = dice("one loses redis")
    row = report.row("one of two nodes loses Redis for 6 s, both go on", seed)
    proxy = FaultProxy(redis.port)
    await proxy.open()
    try:
        async with world(tmp_path, redis, redis_of={1: proxy.url}) as cluster:
            for _ in range(3):
                async with rounds_under_way(cluster, random) as rounds:
                    proxy.black_hole()
                    await outage_lasts(6)
                    proxy.pass_all()
                    proxy.reset()
                    await rounds.end()
                    row.moments += len(rounds.rooms)
                    row.take(await checks.look(cluster, rounds.rooms), rounds.rooms)
        row.ends()
    finally:
        await proxy.close()


@pytest.mark.parametrize("seconds", [300, -300])
@pytest.mark.timeout(300)
async def test_a_clock_that_is_off(redis: RedisServer, tmp_path: Path, report: Report, seconds: int) -> None:
    """One node's own clock is wrong from the start, and is set right in the middle of races."""
    seed, random = dice(f"clock off by {seconds}")
    row = report.row(f"clock of a node off by {seconds} s, then stepped right, 2 nodes", seed)
    async with world(tmp_path, redis, clocks_off={1: seconds}) as cluster, rounds_under_way(cluster, random) as rounds:
        cluster.set_clock(1, 0)
        await rounds.end()
        row.moments += len(rounds.rooms)
        row.take(await checks.look(cluster, rounds.rooms), rounds.rooms)
    row.ends()


@pytest.mark.timeout(900)
async def test_a_node_with_half_of_many_players_dies(redis: RedisServer, tmp_path: Path, report: Report) -> None:
    """Some at the other node keep asking for things meanwhile, with all those at their door."""
    seed, random = dice("many players")
    row = report.row(f"node with half of {MANY:,} players killed, 2 nodes", seed)
    async with world(tmp_path, redis) as cluster, AsyncExitStack() as stack:
        rooms = [await stack.enter_async_context(company(cluster, random, size=ROOM)) for _ in range(MANY // ROOM)]
        async with bystanders(cluster.nodes[1].url) as others:
            await play_goes_on(STEADY_S)
            row.measures["ms, p99 of the others' answers before"] = await others.p99_ms()
            cluster.nodes[0].kill()
            await asyncio.gather(*(_back_again(who) for one in rooms for who in one.people[::2]))
            row.measures["ms, p99 of the others' answers until all were back"] = await others.p99_ms()
        await cluster.restart(cluster.nodes[0])
        row.moments += 1
        row.take(await checks.look(cluster, rooms), rooms)
    row.ends(15.0)


async def _back_again(who: Person) -> None:
    await who.until(lambda: bool(who.book.darks))

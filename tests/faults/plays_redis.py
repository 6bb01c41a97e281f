"""Redis killed, frozen, slow, deaf, full, read-only and emptied under two playing nodes; each with the real server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random

import pytest
from tests.faults import checks
from tests.faults.company import Company, company
from tests.faults.load import deaf_for, under_load
from tests.faults.pauses import outage_lasts, pause, play_goes_on
from tests.faults.report import Report
from tests.faults.schedule import dice
from tests.faults.world import World, world
from tests.servers.fault_proxy import FaultProxy
from tests.servers.redis_server import RedisServer

HANDLER_S = 0.5
"""What nobody waits longer for a frozen Redis, from question to answer."""
SLACK_S = 0.4
"""What client and a busy machine may add to what is measured from outside."""
DEAF_S = 1.0
ROOMS = 4


async def _rooms(stack: AsyncExitStack, cluster: World, random: Random) -> list[Company]:
    return [await stack.enter_async_context(company(cluster, random)) for _ in range(ROOMS)]


@pytest.mark.parametrize("seconds", [2, 20])
@pytest.mark.timeout(300)
async def test_killed_under_load_and_back(redis: RedisServer, tmp_path: Path, report: Report, seconds: int) -> None:
    seed, random = dice(f"redis away for {seconds} s")
    row = report.row(f"Redis killed for {seconds} s under load, 2 nodes", seed)
    async with world(tmp_path, redis) as cluster, AsyncExitStack() as stack:
        rooms = await _rooms(stack, cluster, random)
        async with under_load(rooms, random) as load:
            await pause(random, 1, 3)
            redis.kill()
            before = load.answered
            row.moments += 1
            await outage_lasts(seconds)
            row.measures["commands acknowledged while it was away"] = load.answered - before
            redis.start()
            row.measures["s deaf after its return, most"] = await deaf_for(rooms)
            await play_goes_on(2)
        row.take(await checks.look(cluster, rooms), rooms)
    if row.measures["s deaf after its return, most"] > DEAF_S + SLACK_S:
        row.sentences.append("somebody was deaf for too long")
    if row.darks:
        row.sentences.append(f"{len(row.darks)} connections were dropped")
    row.ends()


@pytest.mark.timeout(300)
async def test_killed_for_good_under_load(redis: RedisServer, tmp_path: Path, report: Report) -> None:
    """Everybody of a room is at its home, as behind a balancer that knows rooms: nobody notices but by the banner."""
    seed, random = dice("redis away for good")
    row = report.row("Redis killed for good under load, 2 nodes", seed)
    async with world(tmp_path, redis) as cluster, AsyncExitStack() as stack:
        rooms = [
            await stack.enter_async_context(company(cluster, random, homes=(number % 2,) * 4))
            for number in range(ROOMS)
        ]
        async with under_load(rooms, random):
            await pause(random, 1, 2)
            redis.kill()
            row.moments += 1
            await outage_lasts(5)
        await asyncio.gather(*(one.plays_a_round((0, 1, 2, 3)) for one in rooms))
        row.take(await checks.look_at_clients(cluster, rooms), rooms)
    if row.darks:
        row.sentences.append(f"{len(row.darks)} connections were dropped")
    row.ends()


@pytest.mark.timeout(300)
async def test_frozen_under_load(redis: RedisServer, tmp_path: Path, report: Report) -> None:
    seed, random = dice("redis frozen")
    row = report.row("Redis frozen for 10 s (SIGSTOP) under load, 2 nodes", seed)
    async with world(tmp_path, redis) as cluster, AsyncExitStack() as stack:
        rooms = await _rooms(stack, cluster, random)
        async with under_load(rooms, random) as load:
            await pause(random, 1, 3)
            load.forget_times()
            redis.stop()
            row.moments += 1
            await outage_lasts(10)
            row.measures["s, the slowest answer meanwhile"] = load.slowest()
            redis.cont()
            row.measures["s deaf after its return, most"] = await deaf_for(rooms)
            await play_goes_on(1)
        row.take(await checks.look(cluster, rooms), rooms)
    if row.measures["s, the slowest answer meanwhile"] > HANDLER_S:
        row.sentences.append("a handler waited for a frozen Redis")
    if row.darks:
        row.sentences.append(f"{len(row.darks)} connections were dropped")
    row.ends()


NETWORK: dict[str, Callable[[FaultProxy], None]] = {
    "slow by 200 ms": lambda proxy: proxy.slow(0.2),
    "throttled to 64 KB/s": lambda proxy: proxy.throttle(64 * 1024),
    "half-open (packets vanish)": lambda proxy: proxy.black_hole(),
    "reset": lambda proxy: proxy.reset(),
    "cut after 10,000 bytes of an answer": lambda proxy: setattr(proxy, "cut_after", 10_000),
}


@pytest.mark.parametrize("trouble", NETWORK)
@pytest.mark.timeout(300)
async def test_the_way_to_it_goes_bad(redis: RedisServer, tmp_path: Path, report: Report, trouble: str) -> None:
    seed, random = dice(trouble)
    row = report.row(f"way to Redis {trouble}, 2 nodes", seed)
    proxy = FaultProxy(redis.port)
    await proxy.open()
    try:
        async with world(tmp_path, proxy) as cluster, AsyncExitStack() as stack:
            rooms = await _rooms(stack, cluster, random)
            async with under_load(rooms, random) as load:
                for _ in range(3):
                    await pause(random, 0.5, 1.5)
                    load.forget_times()
                    NETWORK[trouble](proxy)
                    row.moments += 1
                    await outage_lasts(3)
                    proxy.pass_all()
                    row.measures["s deaf afterwards, most"] = max(
                        row.measures.get("s deaf afterwards, most", 0.0), await deaf_for(rooms)
                    )
                row.measures["s, the slowest answer"] = load.slowest()
            row.take(await checks.look(cluster, rooms), rooms)
        if row.darks:
            row.sentences.append(f"{len(row.darks)} connections were dropped")
        row.ends()
    finally:
        await proxy.close()


State = tuple[tuple[str, ...], tuple[str, ...] | None, float]
REFUSING: dict[str, State] = {
    "subscribers killed (CLIENT KILL TYPE pubsub)": (("CLIENT", "KILL", "TYPE", "pubsub"), None, 0),
    "all its connections killed (CLIENT KILL TYPE normal)": (("CLIENT", "KILL", "TYPE", "normal"), None, 0),
    "full (OOM)": (("CONFIG", "SET", "maxmemory", "1mb"), ("CONFIG", "SET", "maxmemory", "0"), 2),
    "without replicas (NOREPLICAS)": (
        ("CONFIG", "SET", "min-replicas-to-write", "1"),
        ("CONFIG", "SET", "min-replicas-to-write", "0"),
        2,
    ),
    "read-only (READONLY)": (("REPLICAOF", "127.0.0.1", "1"), ("REPLICAOF", "NO", "ONE"), 2),
    "paused for 3 s (CLIENT PAUSE)": (("CLIENT", "PAUSE", "3000", "ALL"), None, 3),
    "busy for 1 s (DEBUG SLEEP)": (("DEBUG", "SLEEP", "1"), None, 0),
    "without its scripts (NOSCRIPT)": (("SCRIPT", "FLUSH"), None, 0),
}
"""What begins a state, what ends it, and how many seconds lie between."""


@pytest.mark.parametrize("state", REFUSING)
@pytest.mark.timeout(300)
async def test_it_refuses(tmp_path: Path, report: Report, state: str) -> None:
    seed, random = dice(state)
    row = report.row(f"Redis {state} under load, 2 nodes", seed)
    folder = tmp_path / "redis"
    folder.mkdir()
    redis = RedisServer(folder, "--appendfsync", "always", "--enable-debug-command", "yes")
    redis.start()
    begin, end, lasts = REFUSING[state]
    try:
        async with world(tmp_path, redis) as cluster, AsyncExitStack() as stack:
            rooms = await _rooms(stack, cluster, random)
            async with under_load(rooms, random):
                for _ in range(3):
                    await pause(random, 0.5, 1.5)
                    await asyncio.to_thread(redis.ask, *begin)
                    row.moments += 1
                    await outage_lasts(lasts)
                    if end is not None:
                        await asyncio.to_thread(redis.ask, *end)
                    row.measures["s deaf afterwards, most"] = max(
                        row.measures.get("s deaf afterwards, most", 0.0), await deaf_for(rooms)
                    )
            row.take(await checks.look(cluster, rooms), rooms)
        if row.darks:
            row.sentences.append(f"{len(row.darks)} connections were dropped")
        row.ends()
    finally:
        redis.kill()


@pytest.mark.timeout(300)
async def test_emptied(redis: RedisServer, tmp_path: Path, report: Report) -> None:
    """Somebody runs FLUSHALL: what the nodes hold is newer than nothing, and is written back."""
    seed, random = dice("redis emptied")
    row = report.row("Redis emptied (FLUSHALL) in the middle of rounds, 2 nodes", seed)
    async with world(tmp_path, redis) as cluster, AsyncExitStack() as stack:
        rooms = await _rooms(stack, cluster, random)
        plays = [asyncio.create_task(_after(number, one)) for number, one in enumerate(rooms)]
        await pause(random, 2, 4)
        redis.ask("FLUSHALL")
        row.moments += len(rooms)
        await asyncio.gather(*plays)
        row.take(await checks.look(cluster, rooms), rooms)
    row.ends()


async def _after(seconds: float, one: Company) -> None:
    await play_goes_on(seconds)
    await one.plays_a_round((0, 1, 2, 3))

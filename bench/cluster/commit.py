"""What one commit costs this process, by the way it takes to Redis: redis-py, redis-py with pipelines, Paddock's own.

All ways run the same Lua step with the same arguments (snapshot of a room of eight, 2.6 KB, and an entry), 50 rooms at
once, one commit each at a time, on uvloop; each answer is checked for the version it led to. The last way is the whole
store: it encodes snapshot and entry anew for each commit, where the others are given their bytes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop
from bench.realtime.visit import Figures
from redis.asyncio import Redis
from tests.servers.redis_server import RedisServer
from tests.stores.builders import NOON, entry, filed, line, ready, room

from paddock.stores.redis.address import parse_address
from paddock.stores.redis.clock import StoreClock
from paddock.stores.redis.dialer import Limits
from paddock.stores.redis.keys import Keys
from paddock.stores.redis.replies import Command
from paddock.stores.redis.scripts import load_scripts
from paddock.stores.redis.servers import Servers
from paddock.stores.redis.steps import Steps
from paddock.stores.redis.store import RedisStore

PART = "commit"
ROOMS = 50
SETTING = f"{ROOMS} rooms"
COMMITS = 4_000
WARM = 1_000
FAR_MS = 60_000
UNLIKE = 1_000_003
"""A version that no other argument of a step looks like."""

Run = Callable[[Command], Awaitable[object]]

PLAIN = "redis-py"
PIPED = "redis-py, one pipeline per loop turn"
OWN = "Paddock's connection"
STORE = "Paddock's store, whole"
WAYS = (PLAIN, PIPED, OWN, STORE)


def measure(way: str, folder: Path) -> Figures:
    """Return the CPU time of this process per commit, in us, with a fresh Redis."""
    folder.mkdir(parents=True)
    server = RedisServer(folder)
    server.start()
    try:
        return uvloop.run(_measure(way, server))
    finally:
        server.kill()


async def _measure(way: str, server: RedisServer) -> Figures:
    store = RedisStore(server.url, "node-a")
    await store.open()
    for number in range(ROOMS):
        await store.create(room(number, members=8), entry(1), filed(due=NOON + number, summary=line(number)))
    if way == STORE:
        return await _counted(lambda number, version: _commit(store, number, version))
    await store.close()
    steps = Steps(load_scripts(), "bench", Keys(), sharded=False)
    redis = Redis.from_url(server.url)
    servers = Servers(parse_address(server.url), StoreClock(), Limits())
    await servers.open()
    run = {PLAIN: redis.execute_command, PIPED: Turns(redis).run, OWN: Own(servers).run}[way]
    calls = [_call(steps, number) for number in range(ROOMS)]
    await Turns(redis).run("SCRIPT", "LOAD", load_scripts().commit.text)
    try:
        return await _counted(lambda number, version: _checked(run, calls[number](version), version))
    finally:
        await servers.close()
        await redis.aclose()


async def _counted(commit: Callable[[int, int], Awaitable[None]]) -> Figures:
    versions = [1] * ROOMS

    async def play(number: int, commits: int) -> None:
        for _ in range(commits):
            versions[number] += 1
            await commit(number, versions[number])

    await asyncio.gather(*(play(number, WARM // ROOMS) for number in range(ROOMS)))
    cpu, began = time.process_time(), time.perf_counter()
    await asyncio.gather(*(play(number, COMMITS // ROOMS) for number in range(ROOMS)))
    return {
        "commit_us": (time.process_time() - cpu) / COMMITS * 1e6,
        "per_second": COMMITS / (time.perf_counter() - began),
    }


def _call(steps: Steps, number: int) -> Callable[[int], Command]:
    """Give what makes the call for a version; everything but the versions is encoded beforehand."""
    step = steps.commit(
        room(number, members=8), entry(UNLIKE, ready(True)), filed(due=NOON, summary=line(number)), None
    )
    at = step.arguments.index(UNLIKE)
    until = time.time_ns() // 1_000_000 + FAR_MS
    return lambda version: step.script.by_digest(
        step.keys, (until, *step.arguments[:at], version, *step.arguments[at + 1 :])
    )


async def _checked(run: Callable[..., Awaitable[object]], call: Command, version: int) -> None:
    reply = await run(*call)
    if not isinstance(reply, list) or reply[:2] != [b"kept", version]:
        raise RuntimeError(f"version {version} became {reply!r}")


async def _commit(store: RedisStore, number: int, version: int) -> None:
    snapshot, filing = room(number, members=8), filed(due=NOON, summary=line(number))
    kept = await store.commit(snapshot, entry(version, ready(version % 2 == 0)), filing)
    if kept.version != version:
        raise RuntimeError(f"version {version} became {kept.version}")


class Turns:
    """Redis-py with all commands of one turn of the loop in one pipeline."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._gathered: list[tuple[Command, asyncio.Future[object]]] = []
        self._sending: set[asyncio.Task[None]] = set()

    async def run(self, *call: str | bytes | int) -> object:
        """Send a command with the others of this turn and give its reply."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[object] = loop.create_future()
        if not self._gathered:
            loop.call_soon(self._flush)
        self._gathered.append((call, answer))
        return await answer

    def _flush(self) -> None:
        gathered, self._gathered = self._gathered, []
        task = asyncio.get_running_loop().create_task(self._send(gathered))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, gathered: list[tuple[Command, asyncio.Future[object]]]) -> None:
        async with self._redis.pipeline(transaction=False) as pipeline:
            for call, _ in gathered:
                pipeline.execute_command(*call)
            for (_, answer), reply in zip(gathered, await pipeline.execute(), strict=True):
                answer.set_result(reply)


class Own:
    """Paddock's pipelined connection, without the store around it."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers

    async def run(self, *call: str | bytes | int) -> object:
        """Send a command with the others of this turn and give its reply."""
        (reply,) = await self._servers.ask([(0, call)])
        return reply

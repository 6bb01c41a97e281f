"""Measures the store that goes on without Redis: what rooms held in reserve cost, how long loss and return take.

    python -m bench.bench_failover [--out docs/benchmarks] [--rooms 1000]

Commits go to a real Redis, over the plain Redis store and over the one above it, in turn; every room has a subscriber
at the committing node and at a second one that only listens. CPU is that of both nodes, which share a process.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import structlog
from msgspec.structs import replace
from tests.servers.redis_server import RedisServer
from tests.stores.builders import NOON, code, entry, filed, line, ready, room
from tests.waiting import until

from paddock.domain.room import Room
from paddock.service.rooms import filing
from paddock.stores.failover.store import FailoverStore
from paddock.stores.local import LocalStore
from paddock.stores.redis.store import RedisStore

RUNS = 5
ROOMS = 50
SECONDS = 2.0
CHANGED = 4
"""One room in so many is changed while Redis is away."""
WAIT_S = 600.0
LOOK_S = 0.002
"""How exactly a moment is measured."""

Figures = dict[str, float]
Store = RedisStore | FailoverStore


def at(node: str, number: int) -> Room:
    """A room of eight whose players are all connected to one node."""
    made = room(number, members=8)
    return replace(made, members={key: replace(member, node=node) for key, member in made.members.items()})


@asynccontextmanager
async def opened(redis: RedisServer, kind: str, node: str, folder: Path) -> AsyncIterator[Store]:
    shared = RedisStore(redis.url, node)
    if kind == "redis":
        await shared.open()
        yield shared
        await shared.close()
        return
    local = LocalStore(folder / f"{node}.sqlite3")
    await local.open()
    store = FailoverStore(shared, local, node, filing)
    await store.open()
    yield store
    await store.close()


async def commits(redis: RedisServer, kind: str, folder: Path) -> Figures:
    """`ROOMS` rooms commit as fast as they are answered, and two nodes hear of it."""
    redis.ask("FLUSHALL")
    heard = 0

    def hear(_room: object, _entry: object) -> None:
        nonlocal heard
        heard += 1

    async with opened(redis, kind, "a", folder) as a, opened(redis, kind, "b", folder) as b:
        for number in range(ROOMS):
            await a.create(at("a", number), entry(1), filed(due=NOON + number, summary=line(number)))
            for store in (a, b):
                store.subscribe(code(number), hear)
                await store.load(code(number))
        await asyncio.sleep(0.3)
        done = 0
        end, cpu = time.perf_counter() + SECONDS, time.process_time()

        async def play(number: int) -> None:
            nonlocal done
            snapshot, filing_ = at("a", number), filed(due=NOON + number, summary=line(number))
            version = 1
            while time.perf_counter() < end:
                version += 1
                await a.commit(snapshot, entry(version, ready(version % 2 == 0), command=f"command-{version}"), filing_)
                done += 1

        await asyncio.gather(*(play(number) for number in range(ROOMS)))
        await until(lambda: heard >= 2 * done, "both nodes have heard everything", WAIT_S, every_s=LOOK_S)
        used = time.process_time() - cpu
    return {"commits_per_s": done / SECONDS, "cpu_us_per_commit": used / done * 1e6}


async def loss_and_return(redis: RedisServer, folder: Path, rooms: int) -> Figures:
    """Hold many rooms, lose Redis, change some of them, and get it back with everything it had."""
    redis.ask("FLUSHALL")
    async with opened(redis, "failover", "a", folder) as store:
        assert isinstance(store, FailoverStore)
        for number in range(rooms):
            await store.create(at("a", number), entry(1), filed(due=NOON * 2, summary=line(number)))
            store.subscribe(code(number), lambda _room, _entry: None)
        await asyncio.sleep(1.0)
        lost = time.perf_counter()
        redis.kill()
        await until(lambda: store.degraded, "Redis is missed", WAIT_S, every_s=LOOK_S)
        degraded = time.perf_counter()
        await until(lambda: store.isolated_count == rooms, "all rooms are kept here", WAIT_S, every_s=LOOK_S)
        apart = time.perf_counter()
        for number in range(0, rooms, CHANGED):
            await store.commit(at("a", number), entry(2, ready(False)), filed(due=NOON * 2, summary=line(number)))
        await asyncio.to_thread(redis.start)
        back = time.perf_counter()
        await until(lambda: not store.degraded, "all rooms are back", WAIT_S, every_s=LOOK_S)
        reunited = time.perf_counter()
        for number in range(rooms):
            stored = await store.load(code(number))
            assert stored is not None, "a room is missing"
            assert stored.version == (1 if number % CHANGED else 2), "a commit is missing"
    return {
        "s_until_degraded": degraded - lost,
        "s_until_all_rooms_are_kept_here": apart - lost,
        "s_until_reunited": reunited - back,
    }


async def measure(rooms: int) -> list[dict[str, Figures]]:
    runs: list[dict[str, Figures]] = []
    for run in range(RUNS):
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            redis = RedisServer(folder, "--appendfsync", "always")
            redis.start()
            figures: dict[str, Figures] = {}
            try:
                for kind in ("redis", "failover") if run % 2 == 0 else ("failover", "redis"):
                    where = folder / kind
                    where.mkdir()
                    figures[kind] = await commits(redis, kind, where)
                figures[f"{rooms} rooms"] = await loss_and_return(redis, folder, rooms)
            finally:
                redis.kill()
        runs.append(dict(sorted(figures.items(), key=lambda item: item[0] not in {"redis", "failover"})))
    return runs


def table(runs: list[dict[str, Figures]]) -> str:
    """The medians with their spread, as a table in Markdown."""
    lines = ["| what | figure | median | spread |", "| --- | --- | --- | --- |"]
    for name in runs[0]:
        for figure in runs[0][name]:
            values = [run[name][figure] for run in runs]
            low, high = (f"{value:,.0f}" if value >= 100 else f"{value:.2f}" for value in (min(values), max(values)))
            middle = f"{median(values):,.0f}" if median(values) >= 100 else f"{median(values):.2f}"
            lines.append(f"| {name} | {figure} | {middle} | {low} to {high} |")
    return "\n".join(lines)


HEADING = """# Going on without Redis

{when}, {cpus} cores shared with other work, Python {python}; {runs} runs, raw numbers in `failover.json`, made by
`python -m bench.bench_failover --out docs/benchmarks`. `redis` is the plain store, `failover` the one that holds every
room in reserve; {rooms_busy} rooms commit at one node, and a second node hears of it. CPU is that of both. Then
{rooms} rooms are held, Redis is killed, one room in {changed} is changed, and Redis comes back with its append-only
file; it was checked that no commit is missing.

"""


def main() -> None:
    asks = argparse.ArgumentParser(description=__doc__)
    asks.add_argument("--out", type=Path, default=Path("docs/benchmarks"))
    asks.add_argument("--rooms", type=int, default=1000)
    given = asks.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    runs = asyncio.run(measure(given.rooms))
    heading = HEADING.format(
        when=datetime.now(UTC).date(),
        cpus=os.cpu_count(),
        python=platform.python_version(),
        runs=RUNS,
        rooms=given.rooms,
        rooms_busy=ROOMS,
        changed=CHANGED,
    )
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "failover.md").write_text(heading + table(runs) + "\n")
    (given.out / "failover.json").write_text(json.dumps(runs, indent=1) + "\n")
    print(heading + table(runs))


if __name__ == "__main__":
    main()

"""Fifty people play whole rounds while attackers of all kinds, from many addresses, take turns: `make test-hostile`.

Ten minutes, or `PADDOCK_HOSTILE_S` seconds. What was felt and what it cost goes to `docs/benchmarks`.
"""

from __future__ import annotations

import asyncio
import os
import platform
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random
from statistics import quantiles

import msgspec
import pytest
from bench.hostile import page
from bench.hostile.arena import Child, Raw, Watch, lines, restarts
from bench.hostile.kinds import KINDS
from tests.faults import checks
from tests.faults.company import Company, company
from tests.faults.pauses import play_goes_on
from tests.faults.person import Person
from tests.faults.schedule import dice
from tests.faults.world import World, world
from tests.gateway.wire import guest
from tests.servers.redis_server import RedisServer

SECONDS = float(os.environ.get("PADDOCK_HOSTILE_S", "600"))
RESULTS = Path(__file__).parents[2] / "docs" / "benchmarks"
ROOMS, SEATS = 10, 5
WAVE_S = 10.0
"""For so long one mixture of attackers is at it."""
WAVE_KINDS, WAVE_ATTACKERS = 4, 10
SOURCES = 200
ROUND_LIMIT_S = 60.0
EVERY_S = 0.5
WAIT_S = 2.0
GROWTH = 300_000_000


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis that keeps everything it acknowledges."""
    folder = tmp_path / "redis"
    folder.mkdir()
    server = RedisServer(folder, "--appendfsync", "always")
    server.start()
    yield server
    server.kill()


@pytest.mark.timeout(SECONDS + 300)
async def test_fifty_people_play_while_attackers_take_turns(redis: RedisServer, tmp_path: Path) -> None:
    seed, random = dice("hostile")
    began = time.perf_counter()
    async with AsyncExitStack() as stack:
        cluster = await stack.enter_async_context(as_it_ships(tmp_path, redis))
        node = cluster.nodes[0]
        bait = await stack.enter_async_context(guest(node.url))
        await bait.opens(password="correct horse")
        rooms = [await stack.enter_async_context(company(cluster, random, SEATS)) for _ in range(ROOMS)]
        watch = Watch(node)
        stack.callback(watch.stop)
        watch.forget()
        at_first = watch.peak
        async with attackers_in_turns(node.port, bait.code, random) as got, asking(rooms) as took:
            rounds = await play(rooms, random, SECONDS)
        await bait.leaves()
        found = await checks.look(cluster, rooms)
        peak, spent = watch.peak, watch.seconds()
        took += (seconds for one in rooms for who in one.people for seconds in who.book.took)
        darks = [dark for one in rooms for who in one.people for dark in who.book.darks]
        refused = Counter(code for one in rooms for who in one.people for code in who.book.refused)
        wrong = [*found.sentences]
        wrong += [f"somebody lost the connection, {len(darks)} times"] if darks else []
        wrong += [f"somebody waited {max(took):.1f} s for an answer"] if max(took) >= WAIT_S else []
        wrong += [f"{restarts(node)} workers were taken for frozen or died"] if restarts(node) else []
        wrong += [f"memory grew by {(peak - at_first) / 1e6:.0f} MB"] if peak - at_first > GROWTH else []
        wrong += [f"somebody was refused: {refused}"] if refused else []
    cuts = [1_000 * one for one in quantiles(took, n=100)]
    figures = {
        "seconds": round(SECONDS),
        "people": ROOMS * SEATS,
        "rounds that ended with one payer": rounds,
        "races, run-offs among them": found.races,
        "questions answered": len(took),
        "p50 of their answers, ms": round(cuts[49], 1),
        "p99, ms": round(cuts[98], 1),
        "longest, ms": round(1_000 * max(took), 1),
        "connections of players lost": len(darks),
        "workers replaced": restarts(node),
        "processor time of the server, s": round(spent, 1),
        "memory at first, MB": round(at_first / 1e6),
        "memory at its highest, MB": round(peak / 1e6),
        "log lines but those of rooms that change": lines(node),
    }
    keep(figures, got, wrong, seed, began)
    assert wrong == []
    assert rounds >= ROOMS


def as_it_ships(folder: Path, redis: RedisServer) -> AbstractAsyncContextManager[World]:
    """Two workers with the limits that ship, which other plays loosen."""
    return world(
        folder,
        redis,
        1,
        workers=2,
        trusted_proxies="127.0.0.1/32",
        limits_commands_per_second=20,
        limits_commands_burst=60,
        limits_source_connections=2_000,
        limits_rooms_per_minute=20,
    )


def keep(figures: Raw, got: Counter[str], wrong: list[str], seed: int, began: float) -> None:
    """Write down what was found, however it ended."""
    raw = {
        "when": datetime.now(UTC).date().isoformat(),
        "machine": f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores",
        "took_s": round(time.perf_counter() - began),
        "seed": seed,
        "says": f"{ROOMS} rooms of {SEATS} people play round after round at two workers on a Redis, while {WAVE_KINDS} "
        f"kinds of attack at a time, {WAVE_ATTACKERS} attackers each from {SOURCES} addresses, change every "
        f"{WAVE_S:g} s. Players and attackers share the two cores with the servers.",
        "figures": figures,
        "got": dict(got.most_common()),
        "wrong": [sentence[:300] for sentence in wrong],
    }
    (RESULTS / "hostile-play.json").write_bytes(msgspec.json.format(msgspec.json.encode(raw), indent=1) + b"\n")
    page.write(RESULTS)


@asynccontextmanager
async def attackers_in_turns(port: int, code: str, random: Random) -> AsyncIterator[Counter[str]]:
    """Let some kinds at a time loose on a port until the block ends, each kind as often as the others."""
    got: Counter[str] = Counter()
    stop = asyncio.Event()

    async def attack() -> None:
        deck: list[str] = []
        while not stop.is_set():
            if len(deck) < WAVE_KINDS:
                deck += random.sample(list(KINDS), len(KINDS))
            kinds = [deck.pop(0) for _ in range(WAVE_KINDS)]
            named = ",".join(f"{name}={WAVE_ATTACKERS}" for name in dict.fromkeys(kinds))
            attackers = Child("bench.hostile.attackers", str(port), named, "--rooms", code, "--sources", str(SOURCES))
            try:
                await asyncio.to_thread(attackers.line)
                try:
                    async with asyncio.timeout(WAVE_S):
                        await stop.wait()
                except TimeoutError:
                    pass
                got.update(await asyncio.to_thread(attackers.end))
            finally:
                await asyncio.to_thread(attackers.kill)

    attacking = asyncio.create_task(attack())
    try:
        yield got
    finally:
        stop.set()
        await attacking


@asynccontextmanager
async def asking(rooms: Sequence[Company]) -> AsyncIterator[list[float]]:
    """Let everybody ask for the time again and again until the block ends; the list holds how long answers took."""
    took: list[float] = []
    loop = asyncio.get_running_loop()

    async def ask(who: Person) -> None:
        while True:
            if who.line is not None:
                began = loop.time()
                # Whoever loses the connection meanwhile asks again on the next one.
                with suppress(TimeoutError):
                    await asyncio.wait_for(who.line.asks("sync_clock"), WAIT_S)
                took.append(loop.time() - began)
            await play_goes_on(EVERY_S)

    asks = [asyncio.create_task(ask(who)) for one in rooms for who in one.people]
    try:
        yield took
    finally:
        for one in asks:
            one.cancel()
        await asyncio.gather(*asks, return_exceptions=True)


async def play(rooms: Sequence[Company], random: Random, seconds: float) -> int:
    """Play round after round in all rooms for some seconds; return how many ended with one payer."""
    end = asyncio.get_running_loop().time() + seconds
    rounds = 0

    async def one_room(one: Company, random: Random) -> None:
        nonlocal rounds
        for number in count():
            if asyncio.get_running_loop().time() > end:
                return
            await a_round(one, random, number)
            rounds += 1

    async with asyncio.TaskGroup() as group:
        for one in rooms:
            group.create_task(one_room(one, Random(random.random())))
    return rounds


async def a_round(one: Company, random: Random, number: int) -> None:
    """Pick, talk, start, and follow the race and its run-offs to the one who pays."""
    known = {who.name: set(who.book.results) for who in one.people}
    if number:
        reply = await one.host.does("next_round")
        assert reply["ok"], reply
    await one.pick(*(random.randrange(4) for _ in one.people))
    await one.people[number % SEATS].says(f"{one.code} round {number}")
    reply = await one.host.does("start_race")
    assert reply["ok"], reply

    def over(who: Person) -> bool:
        return any(len(won["payers"]) == 1 for race, won in who.book.results.items() if race not in known[who.name])

    await asyncio.gather(*(who.until(lambda who=who: over(who), ROUND_LIMIT_S) for who in one.people))  # type: ignore[misc]

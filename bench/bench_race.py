"""Times a race of six, and how long 100 races at once hold the event loop: `.venv/bin/python bench/bench_race.py`.

Writes docs/benchmarks/race.json (raw) and race.md. Each figure is taken over 1,000 seeds, in five runs; the median run
is quoted.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import platform
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from paddock.domain.card import Card, Draw, Rule
from paddock.domain.ids import PlayerId, RaceId, Seed
from paddock.domain.race import run
from paddock.domain.release import released, wire
from paddock.races.settings import load_book

OUT = Path(__file__).parent.parent / "docs" / "benchmarks"
BOOK = load_book()
SEEDS = 1000
RUNS = 5
AT_ONCE = 100


class Spread(msgspec.Struct):
    """Milliseconds."""

    median: float
    p05: float
    p95: float
    p99: float
    most: float


def spread(seconds: list[float]) -> Spread:
    ordered = sorted(1000 * one for one in seconds)
    at = [ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.05, 0.95, 0.99)]
    return Spread(*(round(one, 4) for one in (statistics.median(ordered), *at, ordered[-1])))


def heat(track: int, number: int) -> tuple[Card, Seed]:
    picks = tuple((PlayerId(f"bench{lane:05d}"), lane) for lane in range(6))
    card = Card(RaceId(f"bench{number:011d}"), track, BOOK.stable[:6], picks, Draw(Rule.LAST, (), 6, 6))
    return card, Seed(hashlib.sha256(f"bench {number}".encode()).digest())


def timed(track: int) -> list[float]:
    found = []
    for number in range(SEEDS):
        card, seed = heat(track, number)
        begun = time.perf_counter()
        run(card, BOOK, seed)
        found.append(time.perf_counter() - begun)
    return found


def sizes(track: int) -> dict[str, int]:
    """Segments per race, and bytes of JSON that one phone gets over the whole race in pieces of 250 ms."""
    segments, bytes_ = [], []
    for number in range(100):
        card, seed = heat(track, number)
        race = run(card, BOOK, seed)
        segments.append(sum(len(lane) for lane in race.segments))
        rows = [wire(released(race, at - 250, at)) for at in range(0, race.end + 250, 250)]
        bytes_.append(sum(len(msgspec.json.encode(row)) for row in rows if row))
    return {"segments": round(statistics.mean(segments)), "bytes": round(statistics.mean(bytes_))}


async def one_by_one() -> None:
    """Run 100 races as one scheduler does: a yield after each."""
    for number in range(AT_ONCE):
        card, seed = heat(1000, number)
        run(card, BOOK, seed)
        await asyncio.sleep(0)


async def all_in_one_turn() -> None:
    """Run 100 races as 100 tasks that become ready together: no yield helps, the loop runs them all in one turn."""

    async def race(number: int) -> None:
        card, seed = heat(1000, number)
        run(card, BOOK, seed)

    await asyncio.gather(*(race(number) for number in range(AT_ONCE)))


async def longest_hold(work: Callable[[], Awaitable[None]]) -> float:
    """Return the longest time in seconds between two turns of the loop while the work is under way."""
    longest = 0.0
    over = asyncio.Event()

    async def watch() -> None:
        nonlocal longest
        before = time.perf_counter()
        while not over.is_set():
            await asyncio.sleep(0)
            now = time.perf_counter()
            longest = max(longest, now - before)
            before = now

    watcher = asyncio.create_task(watch())
    await asyncio.sleep(0)
    await work()
    over.set()
    await watcher
    return longest


def main() -> None:
    timed(500)  # warm up
    races: dict[str, Spread] = {}
    for track in (500, 700, 1000):
        runs = sorted((spread(timed(track)) for _ in range(RUNS)), key=lambda one: one.median)
        races[f"{track} m"] = runs[RUNS // 2]
    holds = {
        "one by one": [round(1000 * asyncio.run(longest_hold(one_by_one)), 3) for _ in range(RUNS)],
        "all in one turn": [round(1000 * asyncio.run(longest_hold(all_in_one_turn)), 3) for _ in range(RUNS)],
    }
    size = {f"{track} m": sizes(track) for track in (500, 700, 1000)}
    machine = f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores"
    raw = {"machine": machine, "milliseconds": races, "longest_hold_ms": holds, "size": size}
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "race.json").write_bytes(msgspec.json.format(msgspec.json.encode(raw), indent=1) + b"\n")
    page = [
        "# A race of six, computed",
        "",
        f"`.venv/bin/python bench/bench_race.py` on {machine}. {SEEDS:,} seeds per track,",
        f"median of {RUNS} runs; raw numbers in `race.json`. Goals: at most 1 ms; 100 races in a second never hold",
        "the loop for more than 10 ms.",
        "",
        "| track | median ms | 5 % | 95 % | 99 % | most | segments | bytes to one phone, whole race |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {track} | {one.median:.3f} | {one.p05:.3f} | {one.p95:.3f} | {one.p99:.3f} | {one.most:.3f} "
            f"| {size[track]['segments']} | {size[track]['bytes']} |"
            for track, one in races.items()
        ),
        "",
        f"{AT_ONCE} races of 1000 m at once, longest hold of the event loop ({RUNS} runs):",
        "",
        "| how they are started | median ms | worst ms |",
        "| --- | ---: | ---: |",
        *(f"| {how} | {statistics.median(ms):.1f} | {max(ms):.1f} |" for how, ms in holds.items()),
        "",
        "So a server runs races one after the other and yields between them; tasks ready together share a turn.",
        "",
    ]
    (OUT / "race.md").write_text("\n".join(page), encoding="utf-8")
    sys.stdout.write("\n".join(page))


if __name__ == "__main__":
    main()

"""Measures the local store: commits per second with many rooms in flight, a commit alone, and how fast it comes up.

    python -m bench.bench_store [--out docs/benchmarks] [--folder DIR]

Every figure is the median of five runs, with the spread beside it; memory and journal alternate within a run. Each
commit saves the snapshot of a room with eight members (2.6 KB) and an entry, and it is checked that none is missing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sqlite3
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import structlog
from tests.stores.builders import NOON, code, entry, filed, line, ready, room, said

from paddock.stores.local import LocalStore

RUNS = 5
ROOMS = 50
SECONDS = 1.5
ALONE = 300
LOAD_ROOMS = 5000
LOAD_ENTRIES = 20

Figures = dict[str, float]


def percentile(sorted_values: list[float], share: float) -> float:
    return sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * share))]


async def in_flight(store: LocalStore, rooms: int, seconds: float) -> Figures:
    """`rooms` rooms commit as fast as they are answered, one commit each at a time."""
    latencies: list[float] = []
    versions = [0] * rooms
    end = time.perf_counter() + seconds
    cpu = time.process_time()
    began = time.perf_counter()

    async def play(number: int) -> None:
        snapshot, filing = room(number, members=8), filed(due=NOON + number, summary=line(number))
        await store.create(snapshot, entry(1), filing)
        version = 1
        while time.perf_counter() < end:
            version += 1
            asked = time.perf_counter()
            await store.commit(snapshot, entry(version, ready(version % 2 == 0), command=f"command-{version}"), filing)
            latencies.append(time.perf_counter() - asked)
        versions[number] = version

    await asyncio.gather(*(play(number) for number in range(rooms)))
    took = time.perf_counter() - began
    for number, version in enumerate(versions):
        stored = await store.load(code(number))
        assert stored is not None and stored.version == version, "a commit is missing"
    latencies.sort()
    return {
        "commits_per_s": len(latencies) / took,
        "cpu_us_per_commit": (time.process_time() - cpu) / len(latencies) * 1e6,
        "p50_ms": percentile(latencies, 0.5) * 1e3,
        "p99_ms": percentile(latencies, 0.99) * 1e3,
    }


async def alone(store: LocalStore) -> Figures:
    """One room, one commit at a time, with nothing else going on."""
    snapshot, filing = room(1, members=8), filed(due=NOON, summary=line(1))
    await store.create(snapshot, entry(1), filing)
    latencies: list[float] = []
    for version in range(2, ALONE + 2):
        await asyncio.sleep(0.002)
        asked = time.perf_counter()
        await store.commit(snapshot, entry(version, ready(True)), filing)
        latencies.append(time.perf_counter() - asked)
    latencies.sort()
    return {"p50_ms": percentile(latencies, 0.5) * 1e3, "p99_ms": percentile(latencies, 0.99) * 1e3}


async def coming_up(path: Path) -> Figures:
    """Fill a journal with many rooms and open it again."""
    store = LocalStore(path)
    await store.open()
    for number in range(LOAD_ROOMS):
        await store.create(room(number, members=8), entry(1), filed(due=NOON + number, summary=line(number)))
        talk = [store.append(code(number), (said(f"line {turn}"),), NOON, None) for turn in range(LOAD_ENTRIES - 1)]
        await asyncio.gather(*talk)
    await store.close()
    began = time.perf_counter()
    again = LocalStore(path)
    await again.open()
    took = time.perf_counter() - began
    assert len(await again.rooms()) == LOAD_ROOMS
    await again.close()
    size = path.stat().st_size  # noqa: ASYNC240 - nothing else is going on
    return {
        "rooms": LOAD_ROOMS,
        "entries": LOAD_ROOMS * LOAD_ENTRIES,
        "seconds": took,
        "megabytes": size / 1e6,
    }


async def one_run(folder: Path, run: int) -> dict[str, Figures]:
    figures: dict[str, Figures] = {}
    kinds = {
        "memory": (None, False),
        "journal": (folder / f"normal-{run}.db", False),
        "journal_full_sync": (folder / f"full-{run}.db", True),
    }
    for name, (path, full_sync) in kinds.items():
        store = LocalStore(path, full_sync=full_sync)
        await store.open()
        figures[f"{name}_{ROOMS}_rooms"] = await in_flight(store, ROOMS, SECONDS)
        await store.close()
    for name, (path, full_sync) in kinds.items():
        store = LocalStore(path.with_suffix(".alone.db") if path is not None else None, full_sync=full_sync)
        await store.open()
        figures[f"{name}_alone"] = await alone(store)
        await store.close()
    figures["coming_up"] = await coming_up(folder / f"load-{run}.db")
    return figures


def table(runs: list[dict[str, Figures]]) -> str:
    """The medians with their spread, as a table in Markdown."""
    lines = ["| what | figure | median | spread |", "| --- | --- | --- | --- |"]
    for name in runs[0]:
        for figure in runs[0][name]:
            values = [run[name][figure] for run in runs]
            shown = [
                f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
                for value in (median(values), min(values), max(values))
            ]
            lines.append(f"| {name.replace('_', ' ')} | {figure} | {shown[0]} | {shown[1]} to {shown[2]} |")
    return "\n".join(lines)


HEADING = """# The local store

{when}, {cpus} cores shared with other work, Python {python}, SQLite {sqlite}; {runs} runs, raw numbers in
`store.json`, made by
`python -m bench.bench_store --out docs/benchmarks`. Each commit saves a snapshot of 2.6 KB (eight members) and an
entry; with
50 rooms in flight, every room commits again as soon as it is answered. CPU counts both threads. It was checked that
no commit is missing.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="a folder for store.json and store.md")
    parser.add_argument("--folder", type=Path, help="where the journals go; by default a temporary folder")
    parser.add_argument("--runs", type=int, default=RUNS)
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        runs = [asyncio.run(one_run(Path(folder), run)) for run in range(arguments.runs)]
    print(table(runs))
    if arguments.out is not None:
        machine = {
            "when": datetime.now(UTC).date().isoformat(),
            "cpus": os.cpu_count(),
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            "runs": len(runs),
        }
        arguments.out.mkdir(parents=True, exist_ok=True)
        (arguments.out / "store.json").write_text(json.dumps({"machine": machine, "runs": runs}, indent=1) + "\n")
        (arguments.out / "store.md").write_text(HEADING.format(**machine) + "\n" + table(runs) + "\n")


if __name__ == "__main__":
    main()

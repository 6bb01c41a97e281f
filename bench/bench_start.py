"""Measures how long `paddock serve` takes from its call until it listens, and until a first page is answered.

    python -m bench.bench_start [--out docs/benchmarks]

Each start is a process of its own on a data folder: a new one, and the same again. The archive is opened after the
server listens; until when its first question is answered is given as well.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

RUNS = 15
KINDS = ("a new folder", "the same again")
FIGURES = ("listens", "page answered", "archive answered")

Figures = dict[str, float]


def started(folder: Path) -> Figures:
    """Start a server, ask for the page and for a figure of the archive, and end it; ms since the call."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "paddock", "serve", "--port", "0", "--data", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    try:
        url = process.stdout.readline().split()[-1]
        listens = time.perf_counter()
        urllib.request.urlopen(url, timeout=30).read()  # noqa: S310 - the address that it has just told
        page = time.perf_counter()
        urllib.request.urlopen(f"{url}/api/statistics/totals", timeout=30).read()  # noqa: S310
        archive = time.perf_counter()
    finally:
        process.terminate()
        process.wait(timeout=30)
        process.stdout.close()
    moments = (listens, page, archive)
    return {name: (moment - began) * 1000 for name, moment in zip(FIGURES, moments, strict=True)}


def measure() -> list[dict[str, Figures]]:
    runs: list[dict[str, Figures]] = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as made:
            runs.append({kind: started(Path(made) / "data") for kind in KINDS})
    return runs


def page(runs: list[dict[str, Figures]]) -> str:
    """The medians with their spread, in Markdown."""
    lines = [
        "# Starting a server",
        "",
        f"{datetime.now(UTC).date()}, {os.cpu_count()} cores, Python {platform.python_version()}; {RUNS} starts",
        "of each kind, raw numbers in `start.json`, made by `python -m bench.bench_start`. Milliseconds from the call",
        "of `paddock serve` on the embedded default, a process of its own each. Goal: it listens in under a second.",
        "",
        f"| started on | {' | '.join(FIGURES)} |",
        "| --- | ---: | ---: | ---: |",
    ]
    for kind in KINDS:
        cells = []
        for figure in FIGURES:
            values = [run[kind][figure] for run in runs]
            cells.append(f"{median(values):.0f} ({min(values):.0f} to {max(values):.0f})")
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    asks = argparse.ArgumentParser(description=__doc__)
    asks.add_argument("--out", type=Path, default=Path("docs/benchmarks"))
    given = asks.parse_args()
    runs = measure()
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "start.md").write_text(page(runs))
    (given.out / "start.json").write_text(json.dumps(runs, indent=1) + "\n")
    print(page(runs))


if __name__ == "__main__":
    main()

"""Lets hostile clients loose on servers and measures what others feel, and what the attack costs.

    python -m bench.bench_hostile                                     # everything
    python -m bench.bench_hostile --part kinds --kinds ws_ping,upgrades --set-up two --seconds 5
    python -m bench.bench_hostile --part rounds --rounds 5

Part `kinds`: each kind of attack (`bench.hostile.kinds`) on each set-up, beside a party in real rooms. Part `rounds`:
the realtime engine alone under clients that do not read, say nothing, or throw bombs. `--source` measures the server of
another commit (its `src` folder) and writes `hostile-before.json`. A part of the table is printed and not written.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import uvloop
from bench.hostile import page, rounds
from bench.hostile.arena import SET_UPS, Raw
from bench.hostile.kinds import KINDS
from bench.hostile.ring import measure

ROOT = Path(__file__).resolve().parent.parent


def named(known: dict[str, object] | set[str]) -> Callable[[str], list[str]]:
    """Return what reads a list with commas of known names."""

    def read(text: str) -> list[str]:
        names = text.split(",")
        unknown = [name for name in names if name not in known]
        if unknown:
            raise argparse.ArgumentTypeError(f"no {', '.join(unknown)} among {', '.join(sorted(known))}")
        return names

    return read


def about(began: float) -> Raw:
    """Return when and on what machine this was measured."""
    machine = f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores"
    today = datetime.now(UTC).date().isoformat()
    return {"when": today, "machine": machine, "took_s": round(time.perf_counter() - began)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=("kinds", "rounds"))
    parser.add_argument("--kinds", type=named(set(KINDS)), default=list(KINDS))
    parser.add_argument("--set-up", type=named(set(SET_UPS)), default=list(SET_UPS))
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--source", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    file = chosen.out / ("hostile.json" if chosen.source is None else "hostile-before.json")
    raw: Raw = msgspec.json.decode(file.read_bytes()) if file.exists() else {}
    if chosen.part != "rounds":
        began = time.perf_counter()
        table = measure(chosen.set_up, chosen.kinds, chosen.seconds, chosen.source)
        if len(chosen.kinds) < len(KINDS) or len(chosen.set_up) < len(SET_UPS):
            return
        raw["kinds"] = {"seconds": chosen.seconds, "table": msgspec.to_builtins(table), **about(began)}
    if chosen.part != "kinds" and chosen.source is None:
        began = time.perf_counter()
        raw["rounds"] = uvloop.run(rounds.measure(chosen.rounds)) | about(began)
    file.write_bytes(msgspec.json.format(msgspec.json.encode(raw), indent=1) + b"\n")
    print(page.write(chosen.out))


if __name__ == "__main__":
    main()

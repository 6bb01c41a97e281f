"""Measures one server with many players who chat, pick and race: `make bench-play`.

    python -m bench.play [--players 1000 10000] [--seconds 60] [--rounds 3] [--out docs/benchmarks]

The server is `paddock serve` on the embedded default, with its journal and archive, in a process of its own; the
players share another one. Every entry has to be the next one of its room at every player, or the run ends.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.realtime import meter

from .evening import SEATS, Evening
from .figures import Figures, lags, page, spread

STEP = 4
"""Rooms that come together."""
ADMITTED = 480.0
"""New connections per second, a little below what the server admits in a storm."""
ROUNDS = 3


@contextmanager
def serving() -> Iterator[tuple[int, str]]:
    """A server with its usual settings; only that one machine makes all the rooms is allowed; process id, address."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "paddock", "serve", "--port", "0", "--data", f"{folder}/data"]
        command += ["--log-level", "warning", "--set", "limits.rooms_per_minute=100000"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        try:
            url = process.stdout.readline().split()[-1]
            # The archive is loaded after the server listens: that is no part of anybody's joining.
            urllib.request.urlopen(f"{url}/api/statistics/totals", timeout=30).read()  # noqa: S310 - what it told
            yield process.pid, url
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


def measured(players: int, seconds: float, seed: int) -> Figures:
    """Let so many players come and play, and give what that cost and how long they waited."""
    with serving() as (pid, url):
        empty = meter.memory(pid)["rss"]
        evening = Evening(int(url.rpartition(":")[2]), seed)
        began, cpu = time.perf_counter(), meter.cpu_ns(pid)
        joining: list[float] = []
        while evening.players < players:
            before, there, at = meter.cpu_ns(pid), evening.players, time.perf_counter()
            evening.come(min(STEP, (players - there) // SEATS))
            joining.append((meter.cpu_ns(pid) - before) / 1000 / (evening.players - there))
            time.sleep(max(0.0, at + (evening.players - there) / ADMITTED - time.perf_counter()))
        joined, all_cpu = time.perf_counter() - began, (meter.cpu_ns(pid) - cpu) / 1000 / players
        evening.play(seconds)  # until every room is in its rounds
        lag, before, own = lags(url), meter.cpu_ns(pid), time.process_time()
        began = time.perf_counter()
        times = evening.play(seconds)
        took = time.perf_counter() - began
        server, client = (meter.cpu_ns(pid) - before) / 1e9 / took, (time.process_time() - own) / took
        figures = {
            "joined_s": joined,
            "join_us": all_cpu,
            "join_first_us": joining[0],
            "join_last_us": joining[-1],
            "memory_kb": (meter.memory(pid)["rss"] - empty) / 1024 / players,
            "server_share": server,
            "client_share": client,
            "races": times.races,
            "messages_per_s": times.messages / took,
            "refused": sum(times.refused.values()),
            **spread("answer", [one for some in times.answers.values() for one in some]),
            **spread("heard", times.heard),
            **lag.since(lags(url)),
        }
        evening.leave()
        print(f"{players} players: { ({name: round(value, 2) for name, value in figures.items()}) }", file=sys.stderr)
        print(f"  refused: {dict(times.refused)}", file=sys.stderr)
        return figures


def main() -> None:
    asks = argparse.ArgumentParser(prog="python -m bench.play", description="One server, many players.")
    asks.add_argument("--players", type=int, nargs="+", default=[1_000, 10_000])
    asks.add_argument("--seconds", type=float, default=60.0)
    asks.add_argument("--rounds", type=int, default=ROUNDS)
    asks.add_argument("--out", type=Path, default=Path("docs/benchmarks"))
    asked = asks.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    runs = [
        {players: measured(players, asked.seconds, seed) for players in asked.players} for seed in range(asked.rounds)
    ]
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "play.json").write_text(json.dumps(runs, indent=1) + "\n")
    (asked.out / "play.md").write_text(page(runs, asked.seconds))
    print(page(runs, asked.seconds))


if __name__ == "__main__":
    main()

"""What is made of the numbers of an evening: percentiles, the server's own count of how late its loop was, the page."""

from __future__ import annotations

import os
import platform
import re
import urllib.request
from datetime import UTC, datetime
from statistics import median

from bench.realtime import meter
from msgspec import Struct

Figures = dict[str, float]
_LAG = re.compile(r'^paddock_loop_lag_seconds_bucket\{le="([^"]+)"\} (\S+)$', re.MULTILINE)


class Lags(Struct):
    """How often the event loop was late by at most so many seconds."""

    at_most: dict[float, float]

    def since(self, now: Lags) -> Figures:
        """Give what came since these were read: bounds of the p99 and of the latest, in ms."""
        grown = {bound: count - self.at_most[bound] for bound, count in now.at_most.items()}
        total = max(grown.values())
        return {
            "lag_p99_at_most_ms": 1000 * min(bound for bound, count in grown.items() if count >= 0.99 * total),
            "lag_most_at_most_ms": 1000 * min(bound for bound, count in grown.items() if count >= total),
        }


def lags(url: str) -> Lags:
    """Ask a server how late its loop has been so far."""
    with urllib.request.urlopen(f"{url}/metrics", timeout=30) as answer:  # noqa: S310 - the address it has told
        return Lags({float(bound): float(count) for bound, count in _LAG.findall(answer.read().decode())})


def spread(name: str, seconds: list[float]) -> Figures:
    """Give the usual percentiles, in ms."""
    ordered = sorted(seconds)
    at = {"p50": 0.5, "p99": 0.99, "p999": 0.999}
    shown = {f"{name}_{key}_ms": 1000 * ordered[int(share * (len(ordered) - 1))] for key, share in at.items()}
    return {**shown, f"{name}_most_ms": 1000 * ordered[-1]}


ROWS = (
    ("answer to a command, p50, ms", "answer_p50_ms", 1, ""),
    ("answer to a command, p99, ms", "answer_p99_ms", 1, "100"),
    ("answer to a command, most, ms", "answer_most_ms", 0, ""),
    ("from saying to hearing, p50, ms", "heard_p50_ms", 1, ""),
    ("from saying to hearing, p99, ms", "heard_p99_ms", 1, "100"),
    ("from saying to hearing, most, ms", "heard_most_ms", 0, ""),
    ("event loop late, p99 at most, ms", "lag_p99_at_most_ms", 0, "20"),
    ("event loop late, most at most, ms", "lag_most_at_most_ms", 0, "100"),
    ("joining, CPU per player, us", "join_us", 0, "1000"),
    ("joining, the first 40, us", "join_first_us", 0, ""),
    ("joining, the last 40, us", "join_last_us", 0, ""),
    ("all joined after, s", "joined_s", 1, ""),
    ("memory per player, KB", "memory_kb", 1, ""),
    ("server, share of a core", "server_share", 2, ""),
    ("players' process, share of a core", "client_share", 2, ""),
    ("messages to players per second", "messages_per_s", 0, ""),
    ("races run", "races", 0, ""),
    ("commands refused", "refused", 0, ""),
)


def page(runs: list[dict[int, Figures]], seconds: float) -> str:
    """Make the page of docs/benchmarks/play.md."""
    sizes = list(runs[0])
    rounds = "one round" if len(runs) == 1 else f"{len(runs)} rounds"
    lines = [
        "# Many players at one server",
        "",
        f"`make bench-play`, {datetime.now(UTC).date()}, {rounds}; {meter.processor()},",
        f"{os.cpu_count()} cores, Python {platform.python_version()}; load {meter.load():.1f}. Raw: `play.json`.",
        "",
        "One `paddock serve` on the embedded default, with journal and archive, and with its limits; rooms of ten.",
        "Everybody picks in every round, each room's host starts the race and calls the next round, and each player",
        f"says something every 10 s. Measured for {seconds:.0f} s, after as long for all rooms to get going.",
        "Each entry was the next one of its room at every player, or the run would have ended. All players share one",
        "process, whose own delay is in the times; what the loop was late by is counted by the server, in steps.",
        "",
        f"| median (least to most of the rounds) | {' | '.join(f'{one:,} players' for one in sizes)} | goal, at most |",
        f"| --- | {' | '.join('---:' for _ in sizes)} | ---: |",
    ]
    for title, name, digits, goal in ROWS:
        cells = []
        for size in sizes:
            values = [run[size][name] for run in runs]
            low, middle, high = (f"{one:,.{digits}f}" for one in (min(values), median(values), max(values)))
            cells.append(middle if low == high else f"{middle} ({low} to {high})")
        lines.append(f"| {title} | {' | '.join(cells)} | {goal} |")
    return "\n".join(lines) + "\n"

"""Lets hostile clients loose on the realtime engine alone, in rounds, and measures its memory and what players feel.

Twenty players send an event every 50 ms and wait for its acknowledgement, while everybody is told 1 MB per second.
Quiet and hostile phases alternate. Hostile are, all at once and coming back for ever: 20 that never read, 1,000 that
connect and say nothing (no byte, half a request, a handshake and no more), 20 that throw attachment bombs.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from paddock.socketio import Options

from .attack import BOMBS, DEAF, SILENT
from .players import Players

ROOT = Path(__file__).resolve().parents[2]
PHASE_S = 12.0
"""Longer than any time limit of the server, so that every kind of client is thrown out within a phase."""
REST_S = 13.0
PLAYERS = 20

Raw = dict[str, Any]


def caps() -> int:
    """Return the bytes that the server's own bounds allow all hostile clients together."""
    options = Options()
    return DEAF * options.write_budget + SILENT * options.max_header + BOMBS * options.max_attachment_bytes


def resident(pid: int) -> int:
    """Return the resident memory of a process, in bytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Child:
    """A process of this benchmark; the end of its input ends it."""

    def __init__(self, module: str, *arguments: str) -> None:
        environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.pid = self._process.pid

    def line(self) -> str:
        """Return the next line it prints."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the process ended"
        return line

    def ask(self) -> Raw:
        """Return what the server says of itself."""
        assert self._process.stdin is not None
        self._process.stdin.write("count\n")
        self._process.stdin.flush()
        answer: Raw = json.loads(self.line())
        return answer

    def end(self) -> str:
        """End it and return what it still said."""
        said, _ = self._process.communicate(timeout=20)
        assert self._process.returncode == 0
        return said


async def measure(rounds: int) -> Raw:
    server = Child("bench.hostile.server")
    port = int(server.line())
    players = Players(port)
    await players.enter(PLAYERS)
    await players.play(3.0)
    objects = [server.ask()["objects"]]
    quiet: list[list[float]] = []
    hostile: list[list[float]] = []
    before, peaks, after, done = [], [], [], []
    for number in range(rounds):
        quiet.append(await players.play(PHASE_S))
        before.append(resident(server.pid))
        attacker = Child("bench.hostile.attack", str(port))
        await asyncio.to_thread(attacker.line)
        watch = asyncio.create_task(highest(server.pid))
        hostile.append(await players.play(PHASE_S))
        watch.cancel()
        peaks.append(await watch)
        done.append(json.loads(await asyncio.to_thread(attacker.end)))
        await players.play(REST_S)
        stats = server.ask()
        assert stats["sessions"] == PLAYERS, f"{stats} are left"
        after.append(resident(server.pid))
        objects.append(stats["objects"])
        print(f"round {number + 1} of {rounds} done", file=sys.stderr)
    await players.leave()
    stats = server.ask()
    await asyncio.to_thread(server.end)
    return {
        "rss_before": before,
        "rss_peak": peaks,
        "rss_after": after,
        "caps": caps(),
        "quiet_ms": [spread(one) for one in quiet],
        "hostile_ms": [spread(one) for one in hostile],
        "objects": objects,
        "thrown_out": done,
        "closed": stats["closed"],
        "refused": stats["refused"],
    }


async def highest(pid: int) -> int:
    """Watch the memory of a process until cancelled; return the most it was."""
    most = resident(pid)
    try:
        while True:
            most = max(most, resident(pid))
            await asyncio.sleep(0.05)
    except asyncio.CancelledError:
        return most


def spread(seconds: list[float]) -> dict[str, float]:
    return {
        "events": len(seconds),
        **{f"p{round(100 * share)}": round(1e3 * percentile(seconds, share), 2) for share in (0.5, 0.99)},
        "most": round(1e3 * max(seconds), 2),
    }


def section(raw: Raw) -> list[str]:
    """Return what the page says of these rounds."""
    before, peak, after = raw["rss_before"], raw["rss_peak"], raw["rss_after"]
    quiet, hostile, allowed, objects = raw["quiet_ms"], raw["hostile_ms"], raw["caps"], raw["objects"]
    growth = max(peak) - before[0]
    calm, rough = ([one["p99"] for one in phases] for phases in (quiet, hostile))
    noise = max(calm)
    felt = f"median {median(rough):.1f} ms, quiet up to {noise:.1f} ms"
    verdicts = [
        (
            "memory grows over all rounds by at most twice the caps",
            f"{mb(growth)} of {mb(2 * allowed)} MB",
            growth <= 2 * allowed,
        ),
        ("the players' p99 stays within that of the quiet phases", felt, median(rough) <= noise),
    ]
    rows = zip(before, peak, after, quiet, hostile, strict=True)
    return [
        "## The engine alone: clients that do not read, say nothing, or throw bombs",
        "",
        f"`python -m bench.bench_hostile --part rounds --rounds {len(before)}`, {raw['when']}, {raw['machine']}.",
        "",
        f"One server of the realtime engine at its defaults, {PLAYERS} players with an event every 50 ms each, 1 MB",
        f"per second told to everybody; in the hostile phases also {DEAF} clients that never read, {SILENT:,} that",
        f"connect and say nothing, {BOMBS} that throw attachment bombs, all coming back for ever. The caps are the",
        f"server's bounds for these: {DEAF} write budgets, {SILENT:,} headers, {BOMBS} times the attachments of a",
        f"packet, together {mb(allowed)} MB.",
        "",
        "| round | memory before, MB | peak | after | p50 / p99 / most quiet, ms | p50 / p99 / most hostile, ms |",
        "| ---: | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {number} | {mb(low)} | {mb(high)} | {mb(end)} | {triple(calm_one)} | {triple(rough_one)} |"
            for number, (low, high, end, calm_one, rough_one) in enumerate(rows, 1)
        ),
        "",
        "| goal | measured | |",
        "| --- | --- | --- |",
        *(f"| {goal} | {measured} | {'met' if met else 'missed'} |" for goal, measured, met in verdicts),
        "",
        "The quiet phases give the noise: the highest of their p99s is what the median of the hostile ones has to",
        f"stay within. Over all rounds: {thrown(raw)}.",
        "At the end of each round every hostile session was gone; live Python objects in the server:",
        f"{objects[0]:,} before the first round, {objects[-1]:,} at the end. Memory that was used once stays with the",
        "process's allocator and is used again.",
        "",
    ]


def triple(one: dict[str, float]) -> str:
    return f"{one['p50']:.1f} / {one['p99']:.1f} / {one['most']:.1f}"


def mb(size: int) -> str:
    return f"{size / 1e6:.1f}"


def thrown(raw: Raw) -> str:
    rounds = raw["thrown_out"]
    return ", ".join(f"{sum(one.get(what, 0) for one in rounds):,} {what}" for what in sorted(rounds[0]))

"""Measures what expensive requests cost the others, and what of them is still done when whoever asked has left.

    python -m bench.bench_expensive [--out docs/benchmarks] [--label after] [--source ../before/src]

Passwords: 16 hosts send all the changes of password that they may send at once, and leave; counted is the CPU time that
the server uses from then on, and its memory. Searches: 10,000 rooms, 40 connections that search without end; ten others
send a message every 20 ms meanwhile and wait for the answer.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

from bench.expensive.searches import WORDS
from tests.gateway.wire import Guest, guest

ROOT: Final = Path(__file__).resolve().parent.parent
HOSTS: Final = 16
CHANGES: Final = 60
"""What a connection may send at once."""
ROOMS: Final = 10_000
PARALLEL: Final = 40
PLAYERS: Final = 10
EVERY_S: Final = 0.02
SECONDS: Final = 4.0
TURNS_S: Final = 3.0
QUIET: Final = ""
PATHS: Final = {
    "quiet": QUIET,
    "search: many match": "/api/rooms?query=%EC%BB%A4%ED%94%BC&limit=50",
    "search: one letter": "/api/rooms?query=e&limit=50",
    "search: none match": "/api/rooms?query=nobody{n}",
    "first page": "/api/rooms?limit=50",
    "documentation": "/api/docs",
    "metrics": "/metrics",
}

Raw = dict[str, object]


class Child:
    """A server in a process of its own."""

    def __init__(self, process: subprocess.Popen[bytes], url: str) -> None:
        self.process = process
        self.url = url

    def say(self, word: str) -> bytes:
        """Tell it to begin measuring its loop, or to end and say what it found."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{word}\n".encode())
        self.process.stdin.flush()
        return self.process.stdout.readline() if word == "end" else b""

    def cpu_s(self) -> float:
        """Return the CPU time it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """Return its resident memory in bytes."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


@asynccontextmanager
async def server(rooms: int, source: str) -> AsyncIterator[Child]:
    """Start a server with so many rooms in its list, of the code in a folder."""
    command = [sys.executable, "-m", "bench.expensive.server", str(rooms)]
    environment = {**os.environ, "PYTHONPATH": source}
    process = subprocess.Popen(  # noqa: ASYNC220 - nothing else runs yet
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        port = await asyncio.to_thread(process.stdout.readline)
        yield Child(process, f"http://127.0.0.1:{int(port)}")
    finally:
        process.kill()
        process.wait()


async def passwords(source: str) -> Raw:
    """Let hosts leave in the middle of many changes of password."""
    async with server(0, source) as child:
        before = child.memory()
        most = [before]
        watching = asyncio.create_task(_watch(child, most))
        async with AsyncExitStack() as stack:
            hosts = [await stack.enter_async_context(guest(child.url)) for _ in range(HOSTS)]
            for host in hosts:
                assert (await host.opens())["ok"]
            message = '42["change_settings",{"id":"change-%d","password":"password-%d"}]'
            sent = 0
            for number in range(CHANGES):
                for host in hosts:
                    text = message % (number, number)
                    sent += len(text)
                    await host.sends_raw(text)
        began, used = time.monotonic(), child.cpu_s()
        idle = 0
        while idle < 10:
            since = child.cpu_s()
            await asyncio.sleep(0.2)
            idle = idle + 1 if child.cpu_s() - since < 0.03 else 0
        watching.cancel()
        return {
            "sent_bytes": sent,
            "cpu_s_after_leaving": round(child.cpu_s() - used, 2),
            "busy_s_after_leaving": round(time.monotonic() - began - 2, 1),
            "memory_more_mib": round((max(most) - before) / 2**20, 1),
        }


def searches(source: str) -> Raw:
    """Return what one search takes at so many rooms, in microseconds."""
    command = [sys.executable, "-m", "bench.expensive.searches", str(ROOMS)]
    answer = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": source}, check=True, capture_output=True
    )
    took: Raw = json.loads(answer.stdout)
    return took


async def _watch(child: Child, most: list[int]) -> None:
    while True:
        most.append(child.memory())
        await asyncio.sleep(0.01)


async def others(path: str, source: str) -> Raw:
    """Measure what players feel while a path is asked for."""
    async with server(ROOMS, source) as child, AsyncExitStack() as stack:
        players = [await stack.enter_async_context(guest(child.url)) for _ in range(PLAYERS)]
        attack = None
        if path:
            command = [
                sys.executable,
                "-m",
                "bench.expensive.askers",
                child.url,
                path,
                str(PARALLEL),
                str(SECONDS + 1 + TURNS_S),
            ]
            attack = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=subprocess.PIPE)
        await asyncio.sleep(1)
        waits: list[float] = []
        used = child.cpu_s()
        await asyncio.gather(*(_play(player, waits) for player in players))
        used = child.cpu_s() - used
        child.say("begin")
        await asyncio.sleep(TURNS_S)
        turns = json.loads(await asyncio.to_thread(child.say, "end") or "{}")
        answered = json.loads((await attack.communicate())[0]) if attack is not None else {}
        waits.sort()
        return {
            "answers": answered,
            "server_cpu_s": round(used, 2),
            "p50_ms": round(waits[len(waits) // 2] * 1000, 2),
            "p99_ms": round(waits[int(len(waits) * 0.99)] * 1000, 2),
            "worst_ms": round(waits[-1] * 1000, 2),
            **turns,
        }


async def _play(player: Guest, waits: list[float]) -> None:
    until = time.monotonic() + SECONDS - 1
    while time.monotonic() < until:
        began = time.perf_counter()
        await player.asks("sync_clock")
        waits.append(time.perf_counter() - began)
        await asyncio.sleep(EVERY_S)


def page(found: dict[str, dict[str, Raw]], machine: str) -> str:
    """Write the document."""
    lines = [
        "# What expensive requests cost the others",
        "",
        f"`.venv/bin/python -m bench.bench_expensive` on {machine}; attackers and players ran on the same machine.",
        f"{HOSTS} hosts send {CHANGES} changes of password each and leave at once. {PARALLEL} connections ask for the"
        f" same thing without",
        f"end, of a server with {ROOMS:,} rooms in its list and no limit of requests, while {PLAYERS} players send a"
        " message every 20 ms.",
        "Turns of the loop are CPU time and weigh as much as they are long: what a message that comes at any moment",
        "waits for. The others' p99 also holds what everything else took that ran on the machine.",
        "",
        "| | " + " | ".join(found) + " |",
        "| --- |" + " ---: |" * len(found),
    ]
    rows = [("passwords", key) for key in ("sent_bytes", "cpu_s_after_leaving", "memory_more_mib")]
    rows += [("one search", name) for name in WORDS]
    rows += [(name, key) for name in PATHS for key in ("p99_ms", "turn_p50_ms", "turn_p99_ms", "turn_worst_ms")]
    units = {"sent_bytes": "bytes sent", "cpu_s_after_leaving": "CPU seconds after they left"}
    units |= {"memory_more_mib": "MiB more", "p50_ms": "p50, ms", "p99_ms": "others' p99, ms", "worst_ms": "worst, ms"}
    units |= {"turn_p50_ms": "turn of the loop, p50, ms", "turn_p99_ms": "turn of the loop, p99, ms"}
    units |= {"turn_worst_ms": "longest turn of the loop, ms"}
    units |= {name: f"{name}, us" for name in WORDS}
    for name, key in rows:
        if not any(name in run for run in found.values()):
            continue
        values = [str(run.get(name, {}).get(key, "")) for run in found.values()]
        lines.append(f"| {name}: {units[key]} | " + " | ".join(values) + " |")
    return "\n".join([*lines, ""])


async def measure(only: list[str], source: str) -> dict[str, Raw]:
    """Measure everything, or only what is named."""
    found: dict[str, Raw] = {}
    if not only or "passwords" in only:
        found["passwords"] = await passwords(source)
        print("passwords", found["passwords"], flush=True)
    if not only or "one search" in only:
        found["one search"] = searches(source)
        print("one search", found["one search"], flush=True)
    for name, path in PATHS.items():
        if not only or name in only:
            found[name] = await others(path, source)
            print(name, found[name], flush=True)
    return found


def main() -> None:
    """Measure and write it down beside what was measured under other labels."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks")
    parser.add_argument("--label", default="now")
    parser.add_argument("--source", default=str(ROOT / "src"), help="the code to measure, as `../before/src`")
    parser.add_argument("--only", action="append", default=[])
    chosen = parser.parse_args()
    machine = f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores"
    raw = chosen.out / "expensive.json"
    runs = json.loads(raw.read_text())["runs"] if raw.exists() else {}
    runs[chosen.label] = {**runs.get(chosen.label, {}), **asyncio.run(measure(chosen.only, chosen.source))}
    raw.write_text(json.dumps({"machine": machine, "runs": runs}, indent=1) + "\n")
    (chosen.out / "expensive.md").write_text(page(runs, machine))


if __name__ == "__main__":
    main()

"""Workers of one port: replaced again and again under the load of unmodified clients; and a cluster in long chaos."""

from __future__ import annotations

import asyncio
import subprocess
from functools import partial
from pathlib import Path

import pytest
from tests.cli.paddock import COMMAND, environment
from tests.cluster.books import sprint, written
from tests.cluster.conftest import PACE
from tests.cluster.process import Server
from tests.cluster.rounds import assert_nothing_was_missed, rounds
from tests.faults.report import Report
from tests.faults.schedule import dice
from tests.servers.redis_server import RedisServer
from tests.waiting import until

ROLLS = 4
ROOMS = 30
CHAOS_S = 120


def has_rolled(server: Server, times: int) -> bool:
    """Say whether all workers have been replaced so often."""
    return server.output.count("supervisor.rolling_restart_done") >= times


@pytest.mark.timeout(300)
async def test_workers_replaced_again_and_again(redis: RedisServer, tmp_path: Path, report: Report) -> None:
    row = report.row("rolling restart of workers (SIGHUP) under JavaScript clients, 4 workers", 0)
    settings: dict[str, str | int] = {**PACE, "pace_podium_ms": 1_500, "redis": redis.url, "workers": 4}
    server = Server(tmp_path, book=written(sprint(), tmp_path / "book.json"), **settings)
    await asyncio.to_thread(server.start)
    try:
        async with rounds(ROOMS, server.url) as everybody:
            for number in range(1, ROLLS + 1):
                server.hang_up()
                await until(partial(has_rolled, server, number), "the end of a rolling restart", 90)
                row.moments += 4
            told = await everybody.stops()
        row.races = len(assert_nothing_was_missed(told))
        row.recovered = sum(one["recovered"] for one in told)
        afresh = sum(one["fresh"] for one in told)
        row.measures = {"clients moved": row.recovered + afresh, "of them recovered": row.recovered}
        if row.recovered < 0.99 * (row.recovered + afresh):
            row.sentences.append(f"{afresh} of {row.recovered + afresh} had to start afresh")
    finally:
        server.kill()
        print(server.output)
    row.ends()


@pytest.mark.timeout(600)
async def test_a_cluster_in_chaos(tmp_path: Path, report: Report) -> None:
    seed, _ = dice("chaos")
    row = report.row(f"paddock cluster --chaos for {CHAOS_S} s, 3 nodes", seed)
    pace = {f"PADDOCK_{name.upper()}": str(value) for name, value in {**PACE, "pace_podium_ms": 1_500}.items()}
    options = ("--port", "0", "--chaos", "--seed", str(seed), "--for", str(CHAOS_S))
    ran = await asyncio.to_thread(
        subprocess.run,
        [*COMMAND, "cluster", *options, "--data", str(tmp_path / "data")],
        env=environment(**pace, PADDOCK_BOOK=str(written(sprint(), tmp_path / "book.json"))),
        capture_output=True,
        text=True,
        timeout=500,
    )
    print(ran.stdout, ran.stderr)
    acts = [line for line in ran.stdout.splitlines() if " killed node " in line or " froze node " in line]
    row.moments = len(acts)
    row.sentences += [line for line in ran.stdout.splitlines() if line.startswith("WRONG")]
    if ran.returncode != 0 or "SOUND: nothing was lost" not in ran.stdout:
        row.sentences.append(f"it ended with {ran.returncode}")
    row.ends()

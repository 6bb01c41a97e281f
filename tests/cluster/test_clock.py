"""A real server whose machine has the wrong time, which somebody sets right while a race is on."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.cluster.books import brisk, written
from tests.cluster.conftest import PACE
from tests.cluster.process import Server
from tests.cluster.table import Table, seated

CLOCK_OFF = Path(__file__).parent.parent / "faults" / "clock_off"
HOUR_S = 3_600
FOLLOWED_S = 60.0
"""It is followed within seconds; a server that does not follow is hours off until it is started again."""


async def seconds_off(table: Table) -> float:
    """Ask the server for its time and say by how much it is wrong."""
    answer = await table.host.asks("sync_clock")
    return abs(float(answer["now"]) / 1000 - time.time())


@pytest.mark.parametrize("hours", [3, -3])
async def test_a_clock_that_is_set_right_is_followed_without_cutting_the_race(tmp_path: Path, hours: int) -> None:
    """What broke: the server kept the time of its start, hours off, until it was started again."""
    wrong = tmp_path / "clock"
    wrong.write_text(str(hours * HOUR_S))
    server = Server(tmp_path, book=written(brisk(), tmp_path / "book.json"), **PACE)
    server.environment(PYTHONPATH=str(CLOCK_OFF), CLOCK_OFF=str(wrong))
    server.start()
    try:
        async with seated(server, "Mina", "Jun") as table:
            await table.all_pick(0, 1)
            assert await seconds_off(table) > HOUR_S
            await table.host.asks("start_race")
            await table.host.hears_of("race_started")
            began = time.monotonic()

            wrong.write_text("0")

            step = await table.host.hears_of("clock_stepped")
            assert abs(step["by_ms"] + hours * HOUR_S * 1000) < 60_000
            assert time.monotonic() - began < FOLLOWED_S
            assert await seconds_off(table) < FOLLOWED_S

            views = await table.survives_kill()

            assert abs(views[0]["now"] / 1000 - time.time()) < FOLLOWED_S
            finished = await table.host.hears_of("race_finished")
            took = time.monotonic() - began
            longest = max(at for at in finished["result"]["finish"] if at is not None) / 1000
            assert longest <= took <= longest + FOLLOWED_S, "neither cut short nor held up"
            record = await table.record(finished["result"]["card"]["race"])
            assert abs(record.starts_at / 1000 - time.time()) < FOLLOWED_S, "filed under the day it was"
    finally:
        server.kill()
        print(server.output)

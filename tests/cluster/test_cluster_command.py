"""`paddock cluster`: nodes that are killed and frozen by dice while a room plays on, and a verdict that can be no."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from tests.cli.paddock import COMMAND, environment
from tests.cluster.books import sprint, written
from tests.cluster.conftest import PACE
from tests.supervisor.pool import alive, children

from paddock.cluster.balancer import configured, sample
from paddock.cluster.verdict import judge
from paddock.domain.ids import RaceId
from paddock.loadtest.party import Party

LIMIT_S = 100.0


def everybody(pid: int) -> list[int]:
    """Give all processes below a process."""
    return [pid, *(below for child in children(pid) for below in everybody(child))]


@pytest.fixture
def command(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A cluster with chaos for a quarter of a minute."""
    pace = {f"PADDOCK_{name.upper()}": str(value) for name, value in {**PACE, "pace_podium_ms": 1_500}.items()}
    process = subprocess.Popen(
        [*COMMAND, "cluster", "--port", "0", "--chaos", "--seed", "7", "--for", "15", "--data", str(tmp_path / "data")],
        env=environment(**pace, PADDOCK_BOOK=str(written(sprint(), tmp_path / "book.json")), PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def until(process: subprocess.Popen[str], words: str) -> list[str]:
    """Read lines up to one that has these words."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line.rstrip())
        if words in line:
            return lines
    raise AssertionError("\n".join(lines))


async def test_a_room_comes_through_chaos_and_nothing_is_left_running(command: subprocess.Popen[str]) -> None:
    async with asyncio.timeout(LIMIT_S):
        await asyncio.to_thread(until, command, "a room plays on at")
        running = everybody(command.pid)
        assert len(running) > 4, "three nodes, a Redis, and nginx"
        told = await asyncio.to_thread(until, command, "paddock: ending")
        assert await asyncio.to_thread(command.wait) == 0, told
    acts = [line for line in told if " killed node " in line or " froze node " in line]
    assert len(acts) >= 2, told
    assert "SOUND: nothing was lost" in told
    assert not any(map(alive, running))


async def test_ctrl_c_ends_everything(command: subprocess.Popen[str]) -> None:
    async with asyncio.timeout(LIMIT_S):
        await asyncio.to_thread(until, command, "node 3 ready")
        running = everybody(command.pid)
        command.send_signal(signal.SIGINT)
        told = await asyncio.to_thread(until, command, "paddock: ending")
        assert "SOUND: nothing was lost" in told or "WRONG: no race was run" in told, "a verdict comes in any case"
        await asyncio.to_thread(command.wait)
    assert not any(map(alive, running))


async def test_a_second_ctrl_c_does_not_wait_for_the_last_races(command: subprocess.Popen[str]) -> None:
    async with asyncio.timeout(LIMIT_S):
        await asyncio.to_thread(until, command, "harm by --seed 7")
        running = everybody(command.pid)
        command.send_signal(signal.SIGINT)
        command.send_signal(signal.SIGTERM)
        told = await asyncio.to_thread(until, command, "there is no verdict")
        assert await asyncio.to_thread(command.wait) == 2
    assert not any("SOUND" in line for line in told)
    assert not any(map(alive, running))


async def test_the_verdict_says_no_when_something_was_lost() -> None:
    async def nothing(request: web.Request) -> web.Response:
        return web.Response(status=404)

    app = web.Application()
    app.router.add_get("/api/races/{race}", nothing)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        url = str(server.make_url("/")).rstrip("/")
        party = Party(lambda place: repeat(url), session)
        first, second = party.guests[:2]
        first.started += [RaceId("a"), RaceId("b")]
        first.finished += [RaceId("a")]
        second.finished += [RaceId("a"), RaceId("a")]
        second.gaps = 1
        verdict = await judge(party, [url], session)
    assert not verdict.sound
    assert (verdict.started, verdict.finished, verdict.recorded) == (2, 1, 0)
    for fault in ("not seen to finish: ['b']", "more than once: ['a']", "1 times an entry", "race a is not recorded"):
        assert any(fault in wrong for wrong in verdict.wrong), fault


def test_nginx_gets_the_sample_that_operators_copy() -> None:
    made = configured(sample(), "127.0.0.1:9000", ["127.0.0.1:9001", "127.0.0.1:9002"])
    assert [line.split()[1] for line in made.splitlines() if line.startswith("    server ")] == [
        "127.0.0.1:9001",
        "127.0.0.1:9002",
    ]
    assert "    listen 127.0.0.1:9000;" in made
    with pytest.raises(ValueError, match="sample"):
        configured("server {}", "127.0.0.1:9000", ["127.0.0.1:9001"])

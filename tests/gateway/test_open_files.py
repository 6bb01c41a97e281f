"""File handles run short: the newest idle connections go, whoever plays plays on, and the operator reads of it."""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from socket import create_connection

import aiohttp
import pytest
from tests.cli.paddock import COMMAND, environment
from tests.cluster.process import Server
from tests.gateway.wire import Json, guest
from tests.waiting import LIMIT_S, until

pytestmark = pytest.mark.processes

CROWD = 250
HANDLES = 200


def lines(text: str, event: str) -> list[Json]:
    found = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    return [line for line in found if line["event"] == event]


def silent(stack: ExitStack, port: int, number: int) -> None:
    """Connect so many times and say nothing."""
    for _ in range(number):
        stack.enter_context(create_connection(("127.0.0.1", port), timeout=LIMIT_S))


async def test_when_handles_have_run_out_idle_connections_make_room_at_once(tmp_path: Path) -> None:
    """Nobody got in any more: the rest of the idle ones had to time out first, with a traceback each second."""
    server = Server(tmp_path, log_json="true")
    await asyncio.to_thread(server.start)
    try:
        with ExitStack() as stack:
            async with guest(server.url) as mina:
                await mina.opens(name="Mina")
                await recording(server.url)
                most = len(list(Path(f"/proc/{server.pid}/fd").iterdir())) + 40
                resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (most, most))
                await asyncio.to_thread(silent, stack, server.port, CROWD)
                async with guest(server.url) as jun:
                    assert (await jun.joins(mina.code, "Jun"))["ok"]
                    await mina.hears_of("member_joined")
    finally:
        await asyncio.to_thread(server.term)
    told = lines(server.output, "server.out_of_files")
    assert told
    assert told[0]["closed"] > 0
    assert len(told) <= 6
    assert "Traceback" not in server.output, server.output.partition("Traceback")[2][:3000]


async def recording(url: str) -> None:
    """Wait until the archive is open: it loads its libraries beside a server that plays already."""
    async with aiohttp.ClientSession() as session:

        async def answers() -> bool:
            async with session.get(url + "/api/leaderboards/wins") as answer:
                return answer.status == 200

        await until(answers, "the archive is open")


@contextmanager
def started(folder: Path, handles: int) -> Iterator[tuple[int, Path]]:
    """Start a server that may have so many open files; give its port and the file of its log."""
    log = folder / "log.txt"
    command = ["bash", "-c", f'ulimit -n {handles} && exec "$@"', "bash", *COMMAND, "serve", "--port", "0"]
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [*command, "--data", str(folder / "data"), "--log-json"],
            env=environment(PYTHONUNBUFFERED="1"),
            stdout=subprocess.PIPE,
            stderr=stderr,
        )
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline().rpartition(b":")[2]), log
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


async def test_a_start_says_that_the_system_gives_too_few_and_some_are_kept_for_the_rest(tmp_path: Path) -> None:
    with started(tmp_path, HANDLES) as (port, log), ExitStack() as stack:
        url = f"http://127.0.0.1:{port}"
        async with guest(url) as mina:
            await asyncio.to_thread(silent, stack, port, CROWD)
            await mina.opens(name="Mina")
            async with guest(url) as jun:
                assert (await jun.joins(mina.code, "Jun"))["ok"]
    [few] = lines(log.read_text(), "server.few_open_files")
    assert few["limit"] == HANDLES
    assert few["needed"] > 24_000
    assert f"ulimit -n {few['needed']}" in few["hint"]
    assert lines(log.read_text(), "server.out_of_files")
    assert "Traceback" not in log.read_text()

"""A server of several workers, as its operator sees it: a process with children, and one page of metrics."""

from __future__ import annotations

import os
import signal
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import aiohttp
from prometheus_client.parser import text_string_to_metric_families
from tests.cluster.process import Server
from tests.gateway.wire import Guest, guest


def children(pid: int) -> dict[int, str]:
    """Give the children of a process that are no zombies, with their command lines; none of a process that is gone."""
    found: dict[int, str] = {}
    try:
        names = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return found
    for name in names:
        with suppress(FileNotFoundError, ProcessLookupError):  # it may end while one looks
            command = Path(f"/proc/{name}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            if command:
                found[int(name)] = command
    return found


def workers(server: Server) -> list[int]:
    """Give the processes of the workers, oldest first."""
    return [pid for pid, command in children(server.pid).items() if "--control-fd" in command]


def redis(server: Server) -> int:
    """Give the process of the Redis that was started with the workers."""
    (pid,) = [
        pid for pid, command in children(server.pid).items() if "redis.conf" in command or "unixsocket" in command
    ]
    return pid


def alive(pid: int) -> bool:
    """Say whether a process runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # the second: gone between opening and reading, as a test found
        return False


async def metrics(server: Server, name: str) -> dict[str, float]:
    """Give the samples of one figure by worker."""
    async with aiohttp.ClientSession() as session, session.get(f"{server.url}/metrics") as answer:
        assert answer.status == 200
        families = list(text_string_to_metric_families(await answer.text()))
    names = [family.name for family in families]
    assert len(names) == len(set(names)), "each figure stands there once"
    return {
        sample.labels["worker"]: sample.value for family in families for sample in family.samples if sample.name == name
    }


async def on_every_worker(server: Server, stack: AsyncExitStack, least: int = 2) -> list[Guest]:
    """Let guests connect until each worker has some; the system decides who gets which."""
    guests: list[Guest] = []
    while not (sockets := await metrics(server, "paddock_sockets")) or min(sockets.values()) < least:
        assert len(guests) < 100, "connections are not spread over the workers"
        guests += [await stack.enter_async_context(guest(server.url)) for _ in range(least)]
    return guests


def freeze(pid: int) -> None:
    """Let a process stand still: its connections stay open, and it answers nothing."""
    os.kill(pid, signal.SIGSTOP)

"""CPU cost of forwarded requests and WebSockets beside direct ones: `.venv/bin/python -m bench.bench_forwarding`.

Three servers, one of them as on another machine; all sessions belong to the first. Each figure is the CPU time of all
servers together per unit of work, taken in turns at the owner's own door, at its neighbour's and at the far one's.
Writes docs/benchmarks/forwarding.json and forwarding.md.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Literal

import aiohttp
import msgspec
from bench.realtime import meter

OUT = Path(__file__).parent.parent / "docs" / "benchmarks"
RUNS = 5
POLLERS = 20
POLLS = 25
SOCKETS = 100
ECHOES = 20
NEWS = 200
TEXT = "x" * 200
PLACES = {"at its own server": "127.0.0.1", "same machine": "127.0.0.1", "elsewhere": "127.0.0.2"}
"""Who is asked, and the address that it gives to the others."""
QUERY = "/socket.io/?EIO=4&transport="
Socket = aiohttp.ClientWebSocketResponse[Literal[True]]
Work = Callable[[aiohttp.ClientSession, str, str], Awaitable[int]]
"""Opens sessions at the first address, works at the second, and says how many units that was."""


async def polls(http: aiohttp.ClientSession, owner: str, door: str) -> int:
    """POST a message and fetch its echo, over and over."""

    async def one() -> None:
        sid = await opened(http, owner)
        url = f"{door}{QUERY}polling&sid={sid}"
        for _ in range(POLLS):
            await posted(http, url, f'42["echo","{TEXT}"]')
            async with http.get(url) as answer:
                assert (await answer.text()).startswith('42["back"'), answer.status

    await asyncio.gather(*(one() for _ in range(POLLERS)))
    return POLLERS * POLLS


async def echoes(http: aiohttp.ClientSession, owner: str, door: str) -> int:
    """Send a message over a WebSocket and wait for its echo, over and over."""
    async with crowd(http, owner, door) as sockets:

        async def one(socket: Socket) -> None:
            for _ in range(ECHOES):
                await socket.send_str(f'42["echo","{TEXT}"]')
                assert (await socket.receive_str()).startswith('42["back"')

        return await measured(asyncio.gather(*(one(socket) for socket in sockets)), SOCKETS * ECHOES)


async def deliveries(http: aiohttp.ClientSession, owner: str, door: str) -> int:
    """Let the owner tell everybody something, over and over."""
    async with crowd(http, owner, door) as sockets:

        async def one(socket: Socket) -> None:
            for _ in range(NEWS):
                assert (await socket.receive_str()).startswith('42["news"')

        await sockets[0].send_str(f'42["tell",{NEWS},"{TEXT}"]')
        return await measured(asyncio.gather(*(one(socket) for socket in sockets)), SOCKETS * NEWS)


WORK: dict[str, Work] = {
    "a POST and a poll that fetches its echo": polls,
    "an echo over a WebSocket": echoes,
    "a broadcast's delivery to a WebSocket": deliveries,
}

_servers: list[subprocess.Popen[str]] = []
_spent: list[int] = []


def used() -> int:
    """Return the CPU time of all servers so far."""
    return sum(meter.cpu_ns(server.pid) for server in _servers)


async def measured(work: Awaitable[object], units: int) -> int:
    """Do the work and keep what it cost; opening and closing do not count."""
    before = used()
    await work
    _spent.append(used() - before)
    return units


async def opened(http: aiohttp.ClientSession, owner: str) -> str:
    """Open a session at its owner and enter."""
    async with http.get(f"{owner}{QUERY}polling") as answer:
        sid = str(json.loads((await answer.text())[1:])["sid"])
    await posted(http, f"{owner}{QUERY}polling&sid={sid}", "40")
    async with http.get(f"{owner}{QUERY}polling&sid={sid}") as answer:
        assert (await answer.text()).startswith("40")
    return sid


async def posted(http: aiohttp.ClientSession, url: str, packet: str) -> None:
    """Send a packet by POST."""
    async with http.post(url, data=packet.encode(), headers={"Content-Type": "text/plain"}) as answer:
        assert answer.status == 200, answer.status


@asynccontextmanager
async def crowd(http: aiohttp.ClientSession, owner: str, door: str) -> AsyncIterator[Sequence[Socket]]:
    """Open sessions and let them move up through a door."""
    async with AsyncExitStack() as stack:
        sockets: list[Socket] = []
        for _ in range(SOCKETS):
            sid = await opened(http, owner)
            socket = await stack.enter_async_context(http.ws_connect(f"{door}{QUERY}websocket&sid={sid}"))
            await socket.send_str("2probe")
            assert await socket.receive_str() == "3probe"
            await socket.send_str("5")
            await socket.send_str('42["echo",1]')
            assert await socket.receive_str() == '42["back",1]'
            sockets.append(socket)
        yield sockets


async def per_unit(work: Work, owner: str, door: str) -> float:
    """Return the microseconds of all servers per unit."""
    _spent.clear()
    before = used()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        units = await work(http, owner, door)
    spent = _spent[0] if _spent else used() - before
    return round(spent / units / 1000, 2)


async def measure(doors: dict[str, str]) -> dict[str, dict[str, list[float]]]:
    """Measure all work in turns at all doors, after a run that does not count."""
    owner = next(iter(doors.values()))
    found: dict[str, dict[str, list[float]]] = {what: {how: [] for how in doors} for what in WORK}
    for number in range(RUNS + 1):
        for what, work in WORK.items():
            for how, door in doors.items():
                one = await per_unit(work, owner, door)
                if number:
                    found[what][how].append(one)
    return found


def main() -> None:
    """Start the servers, measure, write."""
    with tempfile.TemporaryDirectory() as folder:
        for address in PLACES.values():
            command = [sys.executable, "-m", "bench.forwarding.node", folder, address]
            _servers.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        try:
            ports = [int(server.stdout.readline()) for server in _servers if server.stdout is not None]
            doors = {how: f"http://127.0.0.1:{port}" for how, port in zip(PLACES, ports, strict=True)}
            found = asyncio.run(measure(doors))
        finally:
            for server in _servers:
                server.kill()
                server.wait()
    write(found)


def write(found: dict[str, dict[str, list[float]]]) -> None:
    """Write the raw numbers and the page."""
    machine = f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores"
    raw = {"machine": machine, "processor": meter.processor(), "microseconds": found}
    (OUT / "forwarding.json").write_bytes(msgspec.json.format(msgspec.json.encode(raw), indent=1) + b"\n")
    page = [
        "# Forwarded requests",
        "",
        f"`.venv/bin/python -m bench.bench_forwarding` on {machine}. CPU time of all servers",
        f"together per unit in us, median of {RUNS} runs (lowest to highest): at the door of the server that has the",
        f"session, of another on its machine, and of one elsewhere. Messages of {len(TEXT)} bytes; raw numbers in",
        "`forwarding.json`.",
        "",
        f"| unit | {' | '.join(PLACES)} |",
        f"| --- |{' ---: |' * len(PLACES)}",
        *(f"| {what} | {' | '.join(cell(one) for one in places.values())} |" for what, places in found.items()),
        "",
        "A forwarded POST or poll opens its own connection to the owner, with authentication of both sides.",
        "The connection of a WebSocket is passed to an owner on the same machine; to one elsewhere each piece costs",
        "one more read and write. Clients poll a few times before they upgrade.",
        "",
    ]
    (OUT / "forwarding.md").write_text("\n".join(page), encoding="utf-8")
    sys.stdout.write("\n".join(page))


def cell(runs: list[float]) -> str:
    """Write one cell of the table."""
    return f"{statistics.median(runs):.1f} ({min(runs):.1f}-{max(runs):.1f})"


if __name__ == "__main__":
    main()

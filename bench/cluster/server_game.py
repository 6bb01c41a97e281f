"""The game itself, as `paddock serve` runs it; only the allowances are raised, because a benchmark is a flood,
and no line is logged per command, as no peer logs one.

Arguments: the address of Redis (empty: none, rooms in a journal), the data folder. The port is printed first; `count`
on standard input prints 0; the end of the input ends the server.
"""

from __future__ import annotations

import asyncio
import os
import sys
import urllib.request
from pathlib import Path

import uvloop

from paddock import app, telemetry
from paddock.config import Config
from paddock.config.model import Limits

LIMITS = Limits(
    commands_per_second=10_000,
    commands_burst=100_000,
    source_commands_per_second=100_000,
    source_commands_burst=1_000_000,
    source_connections=100_000,
    admitted_per_second=100_000,
    admitted_at_once=100_000,
    rooms_per_minute=100_000,
)


async def run() -> None:
    """Serve until standard input ends."""
    config = Config(port=0, redis=sys.argv[1], data=Path(sys.argv[2]), limits=LIMITS, separate_archives=True)
    async with app.running(config) as server:
        # The archive is opened while people come in already, which is not what is measured.
        totals = f"http://127.0.0.1:{server.port}/api/statistics/totals"
        await asyncio.to_thread(lambda: urllib.request.urlopen(totals, timeout=30).read())
        print(server.port, flush=True)
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while await reader.readline():
            print(0, flush=True)
        # What is left are clients that are gone already: nothing worth a clean end.
        os._exit(0)


telemetry.configure("warning", as_json=False, stream=sys.stderr)
uvloop.run(run())

"""Standard input of the measured Python servers: what the benchmark wants of them besides their clients' events.

`broadcast FIRST COUNT` sends COUNT events to the room, one per turn of the event loop, so that no server can join two
of them into one write; `count` prints how many sockets are connected, `collect` collects garbage and prints 0. The
port is printed first. The end of the input ends the server. Never part of what is measured but for one short line
per batch, which costs each server the same kind of work.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Awaitable, Callable

import uvloop
from aiohttp import web

Broadcast = Callable[[str], Awaitable[None]]
MakeSite = Callable[[web.AppRunner], web.BaseSite]


def serve(app: web.Application, site: MakeSite, broadcast: Broadcast, count: Callable[[], int]) -> None:
    """Serve an application at a site with a free port of 127.0.0.1, on uvloop, until standard input ends."""
    uvloop.run(_serve(app, site, broadcast, count))


async def _serve(app: web.Application, site: MakeSite, broadcast: Broadcast, count: Callable[[], int]) -> None:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await site(runner).start()
    print(runner.addresses[0][1], flush=True)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := (await reader.readline()).split():
        order, numbers = line[0], [int(word) for word in line[1:]]
        if order == b"broadcast":
            for number in range(numbers[0], numbers[0] + numbers[1]):
                await broadcast(str(number).rjust(200, "."))
                await asyncio.sleep(0)
        elif order == b"count":
            print(count(), flush=True)
        elif order == b"collect":
            gc.collect()
            print(0, flush=True)
    # What is left are clients that are gone already: nothing worth a clean end.
    os._exit(0)

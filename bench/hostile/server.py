"""A server at its defaults that tells everybody 1 MB per second, for players and hostile clients alike.

Prints its port; a line on standard input prints how many sessions and live Python objects there are, and why sessions
ended (JSON); the end of the input ends it.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys

import uvloop
from aiohttp import web

from paddock.socketio import Options, Server, Site, Socket, http_logger

BYTES_PER_SECOND = 1_000_000
TOLD_PER_SECOND = 50

sio = Server(Options())
main = sio.of("/")
hall = main.room("hall")


@main.on_connect
def enter(socket: Socket, auth: object) -> None:
    """Let everybody in."""
    socket.join("hall")


@main.on("echo")
def echo(socket: Socket, number: object) -> object:
    """Acknowledge with what came."""
    return number


async def tell() -> None:
    """Broadcast, in equal pieces, for as long as the server runs."""
    news = main.frame("news", json.dumps("x" * (BYTES_PER_SECOND // TOLD_PER_SECOND)).encode())
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        due += 1 / TOLD_PER_SECOND
        await asyncio.sleep(due - loop.time())
        hall.send(news)


async def serve() -> None:
    """Serve until standard input ends."""
    app = web.Application()
    sio.attach(app)
    runner = web.AppRunner(app, access_log=None, logger=http_logger(), keepalive_timeout=75)
    await runner.setup()
    await Site(runner, sio, "127.0.0.1", 0, direct=True).start()
    print(runner.addresses[0][1], flush=True)
    telling = asyncio.create_task(tell())
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.readline():
        stats = sio.stats()
        gc.collect()
        said = {"sessions": stats.sessions, "closed": stats.closed, "refused": stats.refused}
        print(json.dumps(said | {"objects": len(gc.get_objects())}), flush=True)
    telling.cancel()
    await runner.cleanup()


if __name__ == "__main__":
    uvloop.run(serve())

"""One of several servers on one register, a folder: `python -m bench.forwarding.node FOLDER ADDRESS`; prints its port.

The game's options and its event loop, with an echo instead of the game.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec
import structlog
import uvloop
from aiohttp import web

from paddock.peers import Peers
from paddock.socketio import Options, Server, Site, Socket, http_logger
from paddock.stores.contract import NodeAbout


class Folder:
    """A register of nodes: one file for each."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def tell(self, about: NodeAbout) -> None:
        """Write this node's file."""
        (self._path / about.key).write_bytes(msgspec.json.encode(about))

    async def alive(self) -> Mapping[str, NodeAbout]:
        """Read all files."""
        found = [msgspec.json.decode(one.read_bytes(), type=NodeAbout) for one in self._path.iterdir()]
        return {about.key: about for about in found}


def play(sio: Server) -> None:
    """Echo to one, and tell everybody as often as asked."""
    everybody = sio.of("/")
    hall = everybody.room("hall")

    @everybody.on_connect
    def enter(socket: Socket, auth: object) -> None:
        socket.join("hall")

    @everybody.on("echo")
    def echo(socket: Socket, text: object) -> None:
        socket.emit("back", text)

    @everybody.on("tell")
    async def tell(socket: Socket, times: int, text: str) -> None:
        for _ in range(times):
            hall.emit("news", text)
            await asyncio.sleep(0.002)


async def main() -> None:
    """Serve until the process is killed."""
    peers = Peers(Folder(Path(sys.argv[1])), lambda: b"bench", sys.argv[2], 0)
    sio = Server(
        peers.options(
            Options(ping_interval=300, ping_timeout=200, admit_rate=100_000, message_rate=1e9, message_burst=10**9)
        )
    )
    play(sio)
    app = web.Application()
    sio.attach(app)
    async with peers.open(sio, app):
        runner = web.AppRunner(app, access_log=None, logger=http_logger())
        await runner.setup()
        await Site(runner, sio, "127.0.0.1", 0, direct=True).start()
        peers.accept_handoffs(runner)
        print(runner.addresses[0][1], flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    uvloop.run(main())

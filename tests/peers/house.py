"""Several servers on one register, each on ports of its own: what lands on one may belong to another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import aiohttp
from aiohttp import web
from tests.socketio.harness import Stand

from paddock.peers import PeerLimits, Peers
from paddock.peers.peer_auth import Secret
from paddock.socketio import Options, Server, Site, Socket, http_logger
from paddock.stores.contract import NodeAbout, StoreUnavailable

SECRET = b"what all nodes know"


def shared() -> bytes:
    """Give the secret of a node that has never been without it."""
    return SECRET


UNKNOWN = (400, '{"code":1,"message":"Session ID unknown"}')
"""The reference server's answer for a session that is not there."""


class Register:
    """The nodes of one test; whoever tells of itself stays, as nodes do until their lease has run out."""

    def __init__(self) -> None:
        self.nodes: dict[str, NodeAbout] = {}
        self.asked = 0
        self.away = False

    async def tell(self, about: NodeAbout) -> None:
        self.nodes[about.key] = about

    async def alive(self) -> Mapping[str, NodeAbout]:
        self.asked += 1
        if self.away:
            raise StoreUnavailable("away")
        return dict(self.nodes)


class Node(Stand):
    """One server, how it is reached, and what it has seen."""

    def __init__(self, port: int, http: aiohttp.ClientSession, sio: Server, peers: Peers) -> None:
        super().__init__(port, "/socket.io", http)
        self.sio = sio
        self.peers = peers
        self.ends: list[str] = []

    def through(self, stranger: Stand) -> Wrong:
        """See this node's sessions through another's door."""
        return Wrong(self, stranger)

    @property
    def sessions(self) -> int:
        return self.sio.stats().sessions


class Wrong(Stand):
    """Opens sessions at their owner and sends every request after that to another node."""

    def __init__(self, owner: Stand, stranger: Stand) -> None:
        super().__init__(stranger.port, "/socket.io", stranger.http)
        self._owner = owner

    async def open_polling(self) -> str:
        return await self._owner.open_polling()


class House:
    """Opens nodes; all are closed with the test."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self.register = Register()
        self._stack = stack

    async def node(
        self, limits: PeerLimits | None = None, secret: Secret = shared, *, is_local: bool = False, **settings: Any
    ) -> Node:
        """Open a node that echoes `message` events; `is_local` ones take connections from others of this machine."""
        return await self._stack.enter_async_context(self.open(limits, secret, is_local=is_local, **settings))

    @asynccontextmanager
    async def open(
        self, limits: PeerLimits | None = None, secret: Secret = shared, *, is_local: bool = False, **settings: Any
    ) -> AsyncIterator[Node]:
        """Open a node that the test closes."""
        peers = Peers(self.register, secret, "127.0.0.1", 0, limits=limits)
        given = Options(ping_interval=60, ping_timeout=60, linger=0.2, allow_origin=lambda origin: True)
        sio = Server(peers.options(replace(given, **settings)))
        app = web.Application()
        sio.attach(app)
        runner = web.AppRunner(app, access_log=None, logger=http_logger(), shutdown_timeout=1.0)
        async with aiohttp.ClientSession() as http, peers.open(sio, app):
            await runner.setup()
            try:
                site = Site(runner, sio, "127.0.0.1", 0)
                await site.start()
                if is_local:
                    peers.accept_handoffs(runner)
                node = Node(runner.addresses[0][1], http, sio, peers)
                play(sio, node.ends)
                yield node
            finally:
                await runner.cleanup()


def play(sio: Server, ends: list[str]) -> None:
    main = sio.of("/")

    @main.on("message")
    def back(socket: Socket, *args: object) -> None:
        socket.emit("message-back", *args)

    @main.on("message-with-ack")
    def acknowledge(socket: Socket, *args: object) -> tuple[object, ...]:
        return args

    @main.on("flood")
    async def flood(socket: Socket, size: int) -> None:
        while socket.connected:
            socket.emit("drop", "x" * size)
            await asyncio.sleep(0)

    @main.on_disconnect
    def leave(socket: Socket, reason: str) -> None:
        ends.append(reason)

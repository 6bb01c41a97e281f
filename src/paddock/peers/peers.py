"""Forwarding over, put together for one node: what a Socket.IO server needs of it, and its opening and closing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import structlog
from aiohttp import web

from paddock.socketio import Options, Server
from paddock.socketio.limits import SourceRule
from paddock.stores.contract import NodeAbout, NodeRegister, StoreUnavailable

from .forwarder import Forwarder
from .ids import new_key, sid_rule
from .limits import Limits
from .peer_auth import Secret, peer_secret
from .peer_directory import PeerDirectory
from .peer_listener import PeerListener
from .socket_handoff import HandoffListener
from .source import handed_source, nearest
from .stats import ForwardingStats

log = structlog.get_logger("paddock.peers")


class Peers:
    """Hands requests to other nodes and takes theirs.

    Args:
        register: the nodes there are.
        shared: gives the secret that all of them share, as it is agreed on at the moment.
        host: the address at which the others reach this node; it listens there and nowhere else.
        port: the first port to try; 0 takes a free one.
        source: names the client behind a request; the other end of its connection when None.
        limits: the bounds.
    """

    def __init__(
        self,
        register: NodeRegister,
        shared: Secret,
        host: str,
        port: int,
        source: SourceRule | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.key = new_key()
        self.about = NodeAbout()
        """What the others are told of this node; whoever tells more says this as well."""
        self.stats = ForwardingStats()
        self._register = register
        self._secret = lambda: peer_secret(shared())
        self._host = host
        self._port = port
        self._source = handed_source(source or nearest)
        self._limits = limits or Limits()
        self._handoff: HandoffListener | None = None
        directory = PeerDirectory(register, time.monotonic, host, self._limits)
        self._forwarder = Forwarder(self.key, directory, self._secret, self._source, self.stats, self._limits)

    def options(self, alone: Options) -> Options:
        """Give the settings of a server of this node, made from those of a server that is alone."""
        return replace(alone, make_sid=sid_rule(self.key), forward=self._forwarder.forward, source=self._source)

    @asynccontextmanager
    async def open(self, server: Server, app: web.Application) -> AsyncIterator[None]:
        """Take the requests that others hand to a server, until the block ends; tunnels end with the application.

        Raises:
            OSError: the address cannot be listened on.
        """
        listener = PeerListener(server, self.key, self._secret, self.stats, self._limits)
        port = await listener.open(self._host, self._port)
        try:
            app.on_shutdown.append(self._stop)
            try:
                self.about = NodeAbout(key=self.key, host=self._host, port=port)
                await self._register.tell(self.about)
            except StoreUnavailable as error:
                log.warning("peers.notify_failed", reason=str(error))
            log.info("peers.listening", host=self._host, port=port)
            yield
        finally:
            await listener.close()

    def welcome(self, runner: web.BaseRunner) -> None:
        """Let in connections that other nodes of this machine pass on, as if they had come to this server's site."""

        def protocol() -> asyncio.Protocol:
            if runner.server is None:
                raise RuntimeError("the runner was cleaned up")
            return runner.server()

        self._handoff = HandoffListener(self.key, self._secret, protocol, self.stats, self._limits)
        self._handoff.open()

    async def _stop(self, app: web.Application) -> None:
        if self._handoff is not None:
            self._handoff.close()
        self._forwarder.close()

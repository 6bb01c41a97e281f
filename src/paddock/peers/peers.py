"""Request forwarding of one node: builds its parts, opens and closes them, and configures the Socket.IO server."""

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
from .limits import PeerLimits
from .peer_auth import Secret, peer_secret
from .peer_directory import PeerDirectory
from .peer_listener import PeerListener
from .socket_handoff import HandoffListener
from .source import forwarded_source, nearest
from .stats import ForwardingStats

log = structlog.get_logger("paddock.peers")


class Peers:
    """Forwards requests to other nodes and accepts theirs.

    Args:
        register: the register of nodes.
        shared: returns the current cluster secret.
        host: address at which other nodes reach this one; the only address it listens on.
        port: first port to try; 0 selects a free one.
        source: determines the client address of a request; None takes the remote address.
        limits: timeouts and sizes.
    """

    def __init__(
        self,
        register: NodeRegister,
        shared: Secret,
        host: str,
        port: int,
        source: SourceRule | None = None,
        limits: PeerLimits | None = None,
    ) -> None:
        self.key = new_key()
        self.about = NodeAbout()
        """Entry of this node in the register; other writers of the entry include these fields."""
        self.stats = ForwardingStats()
        self._register = register
        self._secret = lambda: peer_secret(shared())
        self._host = host
        self._port = port
        self._source = forwarded_source(source or nearest)
        self._limits = limits or PeerLimits()
        self._handoff: HandoffListener | None = None
        directory = PeerDirectory(register, time.monotonic, host, self._limits)
        self._forwarder = Forwarder(self.key, directory, self._secret, self._source, self.stats, self._limits)

    def options(self, alone: Options) -> Options:
        """Return the options of a server that forwards, based on those of a server that does not."""
        return replace(alone, make_sid=sid_rule(self.key), forward=self._forwarder.forward, source=self._source)

    @asynccontextmanager
    async def open(self, server: Server, app: web.Application) -> AsyncIterator[None]:
        """Accept forwarded requests until the block ends; tunnels end with the application.

        Raises:
            OSError: if the address cannot be bound.
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

    def accept_handoffs(self, runner: web.BaseRunner) -> None:
        """Accept connections passed by other processes of this machine, like those of clients of this server."""

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

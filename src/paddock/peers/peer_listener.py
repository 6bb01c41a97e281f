"""Listens for connections from other nodes at the peer address, and requires each to authenticate.

Requests on an authenticated connection are answered by the Socket.IO server like those of clients, but are never
forwarded again. A connection that does not authenticate in time receives no data and is closed.
"""

from __future__ import annotations

import asyncio
import errno
import secrets
from typing import Final, cast

import structlog
from aiohttp import web

from paddock.socketio import Server, http_logger

from .limits import PeerLimits
from .peer_auth import CODE_BYTES, HELLO_BYTES, MAGIC, NONCE_BYTES, Secret, client_code, codes_equal, owner_code
from .source import HEADER, SOURCE
from .stats import ForwardingStats, count

log = structlog.get_logger("paddock.peers")

PORTS: Final = 64
"""Number of ports to try, so that all workers of one host can share a setting."""


class PeerListener:
    """Accepts forwarded requests for a server.

    Args:
        sio: the server that owns the sessions.
        key: key of this node.
        secret: shared by all nodes, see `peer_auth.peer_secret`.
        stats: counters to update.
        limits: timeouts and sizes.

    Attributes:
        pending: connections that have not authenticated, oldest first.
    """

    def __init__(self, sio: Server, key: str, secret: Secret, stats: ForwardingStats, limits: PeerLimits) -> None:
        self.limits = limits
        self.key = key
        self.secret = secret
        self.stats = stats
        self.pending: dict[PendingPeer, None] = {}
        app = web.Application()
        path = sio.options.path.rstrip("/")
        self._answer = sio.engine.handle
        for address in (path, path + "/"):
            app.router.add_route("*", address, self._handle)
        self._runner = web.AppRunner(
            app, access_log=None, logger=http_logger(), shutdown_timeout=1.0, handle_signals=False
        )
        self._server: asyncio.Server | None = None

    async def open(self, host: str, port: int) -> int:
        """Listen on this port or one of the next ones; return the port.

        Raises:
            OSError: if no port can be bound.
        """
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        for number in range(port, min(port + PORTS, 65_536) if port else 1):
            try:
                self._server = await loop.create_server(
                    lambda: PendingPeer(self), host, number, backlog=self.limits.max_pending
                )
                return int(self._server.sockets[0].getsockname()[1])
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
        raise OSError(errno.EADDRINUSE, f"no free port at {host} from {port} on for other servers (peer_port)")

    async def close(self) -> None:
        """Stop listening and close all connections."""
        if self._server is not None:
            self._server.close()
        for pending_peer in list(self.pending):
            pending_peer.refuse("closing")
        await self._runner.cleanup()

    def admit(self) -> asyncio.Protocol:
        """Return the HTTP protocol for an authenticated connection."""
        if self._runner.server is None:
            raise RuntimeError("the peer listener is not open")
        self.stats.accepted += 1
        return self._runner.server()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        request[SOURCE] = request.headers.get(HEADER, "")
        return await self._answer(request)


class PendingPeer(asyncio.Protocol):
    """A connection that has not authenticated yet."""

    __slots__ = ("_client_nonce", "_listener", "_said", "_server_nonce", "_timeout", "_transport")

    def __init__(self, listener: PeerListener) -> None:
        self._listener = listener
        self._said = bytearray()
        self._client_nonce = b""
        self._server_nonce = b""
        self._transport: asyncio.Transport | None = None
        self._timeout: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the timeout; close the oldest pending connection if there are too many."""
        self._transport = cast("asyncio.Transport", transport)
        listener = self._listener
        if len(listener.pending) >= listener.limits.max_pending:
            next(iter(listener.pending)).refuse("too_many")
        listener.pending[self] = None
        self._timeout = asyncio.get_running_loop().call_later(listener.limits.auth_s, self.refuse, "auth_timeout")

    def data_received(self, data: bytes) -> None:
        """Authenticate, then hand the connection to the HTTP server."""
        transport, listener = self._transport, self._listener
        if transport is None:
            return
        self._said += data
        if not self._server_nonce:
            if not self._said.startswith(MAGIC[: len(self._said)]):
                self.refuse("not_a_peer")
                return
            if len(self._said) < HELLO_BYTES:
                return
            self._client_nonce = bytes(self._said[len(MAGIC) : HELLO_BYTES])
            del self._said[:HELLO_BYTES]
            self._server_nonce = secrets.token_bytes(NONCE_BYTES)
            transport.write(
                self._server_nonce + owner_code(listener.secret(), listener.key, self._client_nonce, self._server_nonce)
            )
        if len(self._said) < CODE_BYTES:
            return
        code, rest = bytes(self._said[:CODE_BYTES]), bytes(self._said[CODE_BYTES:])
        if not codes_equal(code, client_code(listener.secret(), listener.key, self._client_nonce, self._server_nonce)):
            log.warning("peers.auth_failed", reason="auth_failed")
            self.refuse("auth_failed")
            return
        self._forget()
        protocol = listener.admit()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        if rest:
            protocol.data_received(rest)

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the timeout."""
        self._forget()

    def refuse(self, reason: str) -> None:
        """Abort the connection and count the reason."""
        transport = self._transport
        self._forget()
        if transport is not None:
            count(self._listener.stats.rejected, reason)
            transport.abort()

    def _forget(self) -> None:
        self._transport = None
        if self._timeout is not None:
            self._timeout.cancel()
        self._listener.pending.pop(self, None)

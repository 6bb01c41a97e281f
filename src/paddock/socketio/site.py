"""Where connections come in: aiohttp sees one only when the headers of its first request are there.

aiohttp gives a connection an hour to send its headers (it has one limit for these and for idle connections) and a task
from the start. A client that dribbles, or says nothing, holds some bytes here instead, for a limited time.
Never looks into a request, and costs nothing once it has handed a connection over. Later requests of a connection are
aiohttp's affair: `keepalive_timeout` of the runner is the time they have. How many connections a source may have, idle
or not, is known from the moment they are accepted (`acceptor`, `http_connections`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from http import HTTPStatus
from ssl import SSLContext
from time import perf_counter
from typing import Final, cast

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from .acceptor import Acceptor
from .engine import Engine
from .fast_handshake import read_fast_handshake
from .http_connections import HttpConnection, HttpConnections
from .metrics import count
from .server import Server

log = logging.getLogger("paddock.socketio")

_END: Final = b"\r\n\r\n"
TOO_SLOW: Final = "408 Request Timeout"
TOO_LARGE: Final = "431 Request Header Fields Too Large"


class Protocol(web.RequestHandler):
    """aiohttp's side of a connection; what is no request is answered with our headers and a word, not with theirs.

    Their answer names the library, its version and Python's, and quotes what could not be read.
    """

    __slots__ = ("_headers",)

    def __init__(self, server: web.Server, headers: Mapping[str, str]) -> None:
        super().__init__(server, loop=server._loop, **server._kwargs)
        self._headers = headers

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what could not be read, or whatever failed without an answer."""
        super().handle_error(request, status, exc, message)  # logs, and stops when something has been sent
        answer = web.Response(status=status, text=f"{status} {HTTPStatus(status).phrase}\n", headers=self._headers)
        answer.force_close()
        return answer


class Site(web.BaseSite):
    """A TCP site for an aiohttp runner, to be used like `web.TCPSite`.

    Args:
        runner: the runner of the application that the Socket.IO server is attached to.
        sio: the Socket.IO server; its options bound the connections and its counters count them.
        host: the address to listen on.
        port: the port; 0 takes a free one, see `runner.addresses`.
        ssl_context: serves HTTPS if given.
        backlog: connections the system may hold before they are taken.
        reuse_port: lets several processes listen on the same port.
        direct: answers WebSocket handshakes for the server's path without the application, which costs half; its
            middlewares do not see them then. The path is the whole one, so the server has to be attached to the
            runner's application itself.
        headers: go with answers that no application makes, to what is no request or comes too late.
    """

    def __init__(
        self,
        runner: web.BaseRunner,
        sio: Server,
        host: str,
        port: int,
        *,
        ssl_context: SSLContext | None = None,
        backlog: int = 1024,
        reuse_port: bool | None = None,
        direct: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(runner, ssl_context=ssl_context, backlog=backlog)
        self._host = host
        self._port = port
        self._reuse_port = reuse_port
        self._engine = sio.engine
        self._direct = direct
        self._headers = headers or {}
        self._pending: PendingRequests | None = None
        self._acceptor: Acceptor | None = None

    @property
    def name(self) -> str:
        """Return the address as it was asked for."""
        return f"{'http' if self._ssl_context is None else 'https'}://{self._host}:{self._port}"

    @property
    def waiting(self) -> int:
        """Return how many connections have not sent the headers of a request yet."""
        return 0 if self._pending is None else len(self._pending.requests)

    async def start(self) -> None:
        """Begin to listen."""
        await super().start()
        server = self._runner.server
        if server is None:
            raise RuntimeError("the runner was cleaned up")
        options = self._engine.options
        self._pending = PendingRequests(server, self._engine, direct=self._direct, headers=self._headers)
        # Bound, but never served: what comes is taken by the acceptor.
        self._server = bound = await asyncio.get_running_loop().create_server(
            asyncio.Protocol, self._host, self._port, reuse_port=self._reuse_port, start_serving=False
        )
        self._acceptor = Acceptor(
            self._pending.connections,
            self._pending.open,
            self._engine.count_refused,
            options.on_out_of_files or _say_short,
            self._ssl_context,
            options.header_timeout,
        )
        self._acceptor.listen(bound.sockets, self._backlog)

    async def stop(self) -> None:
        """Listen no more, and let those go who have not asked for anything."""
        if self._acceptor is not None:
            self._acceptor.close()
        await super().stop()
        if self._pending is not None:
            self._pending.close()


class PendingRequests:
    """The connections of one site that have not sent the headers of a request.

    Args:
        server: makes aiohttp's protocol of a connection.
        engine: its options bound the connections, its counters count those who are turned away.
        direct: lets the engine answer WebSocket handshakes before aiohttp sees them.
        headers: go with answers that aiohttp's application does not make.

    Attributes:
        connections: all that are no WebSockets.
        scheduler: determines when a handshake is answered while many arrive at once.
        requests: with the loop time at which each times out, in that order.
    """

    def __init__(self, server: web.Server, engine: Engine, *, direct: bool = False, headers: Mapping[str, str]) -> None:
        options = engine.options
        self.requests: dict[PendingRequest, float] = {}
        self.most = options.max_header
        self.connections = HttpConnections(options, engine.counters)
        self.server = server
        self.scheduler = engine.scheduler
        self._served: dict[RequestHandler, HttpConnection] = {}
        self._watch(server)
        self._engine = engine
        self._headers = headers
        path = options.path.rstrip("/").encode()
        self._paths = (path, path + b"/") if direct else ()
        self._timeout = options.header_timeout
        self._limit = options.max_waiting
        self._counters = engine.counters
        self._timer: asyncio.TimerHandle | None = None

    def open(self, connection: HttpConnection) -> PendingRequest:
        """Return the protocol of a new connection."""
        return PendingRequest(self, connection)

    def serve(self, connection: HttpConnection, transport: asyncio.Transport) -> RequestHandler:
        """Return aiohttp's protocol for a connection that has asked something."""
        protocol = Protocol(self.server, self._headers)
        self._served[protocol] = connection
        self.connections.work(connection)
        connection.end = transport.abort
        connection.backlog = transport.get_write_buffer_size
        return protocol

    def enter(self, request: PendingRequest) -> None:
        """Add a pending request; beyond the limit the oldest one is rejected."""
        if len(self.requests) >= self._limit:
            self.refuse(next(iter(self.requests)), "too many waiting")
        self.connections.rest(request.connection)
        if request.connection.gone:
            return
        loop = asyncio.get_running_loop()
        self.requests[request] = until = loop.time() + self._timeout
        if self._timer is None:
            self._timer = loop.call_at(until, self._look)

    def refuse(self, request: PendingRequest, reason: str, status: str = "") -> None:
        """Reject a connection, with a response of this status or without one."""
        count(self._counters.refused, reason)
        request.go(self._answer(status) if status else b"")

    def _answer(self, status: str) -> bytes:
        fields = {**self._headers, "Connection": "close", "Content-Length": "0"}
        lines = (f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in fields.items()), "", "")
        return "\r\n".join(lines).encode("latin-1")

    def address(self, transport: asyncio.Transport) -> str:
        """Return the address that a connection comes from, or nothing when the system does not say."""
        peer = transport.get_extra_info("peername")
        return str(peer[0]) if isinstance(peer, tuple) else ""

    def greet(self, transport: asyncio.Transport, said: bytes, end: int) -> bool:
        """Let the engine have a connection that asks for a new WebSocket, if it may; `end` is where its head ends."""
        if not self._paths:
            return False
        opening = read_fast_handshake(said[:end], self._paths, self.address(transport) or None)
        return opening is not None and self._engine.greet(transport, opening, said[end:])

    def _watch(self, server: web.Server) -> None:
        """Learn from aiohttp when a connection is asked something, is idle again, and has ended.

        A connection that becomes a WebSocket ends for aiohttp as well (`hijacking.hijack`).
        """
        answer, lost = server.request_handler, server.connection_lost
        served, connections = self._served, self.connections

        async def watched(request: web.BaseRequest) -> web.StreamResponse:
            connection = served.get(request.protocol)
            if connection is None:
                return await answer(request)
            connections.work(connection)
            try:
                return await answer(request)
            finally:
                connections.rest(connection)

        def ended(handler: RequestHandler, exc: BaseException | None = None) -> None:
            lost(handler, exc)
            connection = served.pop(handler, None)
            if connection is not None:
                connections.leave(connection)

        server.request_handler = watched
        server.connection_lost = ended  # type: ignore[method-assign]  # it has no other way to tell

    def close(self) -> None:
        """Let everybody go."""
        for request in list(self.requests):
            request.go(b"")
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        """Reject the connections that are out of time; the timer is off while none waits."""
        loop = asyncio.get_running_loop()
        self._timer = None
        now = loop.time()
        while self.requests:
            request, until = next(iter(self.requests.items()))
            if until > now:
                self._timer = loop.call_at(until, self._look)
                return
            self.refuse(request, "headers late", TOO_SLOW if request.said else "")


class PendingRequest(asyncio.Protocol):
    """One connection until the headers of its first request are there."""

    __slots__ = ("_end", "_pending", "_transport", "connection", "said")

    def __init__(self, pending: PendingRequests, connection: HttpConnection) -> None:
        self._pending = pending
        self._end = 0
        self.connection = connection
        self._transport: asyncio.Transport | None = None
        self.said = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait."""
        self._transport = cast("asyncio.Transport", transport)
        self.connection.end = self._make_room
        self._pending.enter(self)

    def data_received(self, data: bytes) -> None:
        """Take bytes until the headers are whole, then leave the connection to aiohttp."""
        transport = self._transport
        if transport is None:
            return
        said = self.said
        if self._end:
            # What the transport had already read when it was asked to pause.
            said += data
            return
        # The end may have come in pieces.
        start = max(0, len(said) - len(_END) + 1)
        said += data
        end = said.find(_END, start)
        if end < 0 and len(said) <= self._pending.most:
            return
        if not 0 <= end <= self._pending.most:
            self._pending.refuse(self, "headers too large", TOO_LARGE)
            return
        self._end = end + len(_END)
        scheduler = self._pending.scheduler
        if scheduler.is_exhausted:
            # A storm of handshakes: those who play come first.
            transport.pause_reading()
            scheduler.submit(self._pending.address(transport), self._enter_late)
            return
        begun = perf_counter()
        self._hand_over(transport)
        scheduler.charge(perf_counter() - begun)

    def _enter_late(self) -> None:
        transport = self._transport
        if transport is not None and not transport.is_closing():
            transport.resume_reading()
            self._hand_over(transport)

    def _hand_over(self, transport: asyncio.Transport) -> None:
        """Leave the connection to the engine or to aiohttp, with what its client has said."""
        self._forget()
        whole = bytes(self.said)
        if self._pending.greet(transport, whole, self._end):
            self._pending.connections.leave(self.connection)
            return
        protocol = self._pending.serve(self.connection, transport)
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        protocol.data_received(whole)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._forget()
        self._pending.connections.leave(self.connection)

    def _make_room(self) -> None:
        """Go, because others need the place."""
        transport = self._transport
        self._forget()
        if transport is not None:
            transport.abort()

    def go(self, answer: bytes) -> None:
        """Close the connection, with an answer or without a word."""
        transport = self._transport
        self._forget()
        if transport is not None:
            self._pending.connections.leave(self.connection)
            if answer:
                transport.write(answer)
            transport.close()

    def _forget(self) -> None:
        self._transport = None
        self._pending.requests.pop(self, None)


def _say_short(closed: int) -> None:
    log.error("out of file handles; closed %d idle connections", closed)

"""Forwards requests for sessions of other nodes to their owner and relays the responses.

It never changes a session, and never forwards a request that another node forwarded.
"""

from __future__ import annotations

import asyncio
from typing import Final

import structlog
from aiohttp import ClientPayloadError, web

from paddock.socketio import Hijacked, hijack, reset, reset_if_stalled
from paddock.socketio.limits import SourceRule

from .ids import key_in
from .limits import PeerLimits
from .peer_auth import Secret
from .peer_connection import PeerConnection, PeerUnreachable, ResponseHead, dial
from .peer_directory import Peer, PeerDirectory
from .socket_handoff import connect_handoff, send_connection
from .source import HEADER, SOURCE
from .stats import ForwardingStats, count
from .tunnel import Tunnel

log = structlog.get_logger("paddock.peers")

SWEEP: Final = 1.0
"""Seconds between two checks of open requests and tunnels."""
PIECE: Final = 65_536
_METHODS: Final = frozenset({"GET", "POST"})
_HOP: Final = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
)
"""Hop-by-hop headers (RFC 9110, section 7.6.1)."""
_NOT_SENT: Final = _HOP | {"content-encoding", "content-length", "expect", HEADER.lower()}
"""aiohttp has decoded the body already and has answered `Expect`."""
_NOT_RETURNED: Final = _HOP | {"content-length", "date", "server"}


_UPGRADE: Final = b"Connection: Upgrade\r\nUpgrade: websocket"


class ForwardedRequest:
    """A request being forwarded; `connection` is None until the owner is connected."""

    __slots__ = ("connection", "request")

    def __init__(self, request: web.Request) -> None:
        self.request = request
        self.connection: PeerConnection | None = None


class Forwarder:
    """Forwards the requests of one node.

    Args:
        key: key of this node.
        directory: addresses of the other nodes.
        secret: shared by all nodes, see `peer_auth.peer_secret`.
        source: determines the client address of a request.
        stats: counters to update.
        limits: timeouts and sizes.
    """

    def __init__(
        self,
        key: str,
        directory: PeerDirectory,
        secret: Secret,
        source: SourceRule,
        stats: ForwardingStats,
        limits: PeerLimits,
    ) -> None:
        self._key = key
        self._directory = directory
        self._secret = secret
        self._source = source
        self._stats = stats
        self._limits = limits
        self._forwarded: set[ForwardedRequest] = set()
        self._tunnels: set[Tunnel] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._listen_at = 0.0
        self._closing = False

    async def forward(self, request: web.Request, sid: str) -> web.StreamResponse | None:
        """Forward a request whose session is unknown here; None if no node owns it or the owner is unreachable."""
        key = key_in(sid)
        if key is None or key == self._key or SOURCE in request or self._closing or request.method not in _METHODS:
            return None
        if len(self._forwarded) + len(self._tunnels) >= self._limits.max_forwarded:
            count(self._stats.failures, "too_many")
            return web.Response(status=503)
        forwarded = ForwardedRequest(request)
        self._forwarded.add(forwarded)
        self._watch()
        try:
            peer = await self._directory.find(key)
            return None if peer is None else await self._forward_to(peer, forwarded)
        finally:
            self._forwarded.discard(forwarded)

    def close(self) -> None:
        """Abort all forwarded requests and tunnels; their clients reconnect through another node."""
        self._closing = True
        for forwarded in self._forwarded:
            if forwarded.connection is not None:
                forwarded.connection.abort()
        for tunnel in list(self._tunnels):
            tunnel.cut()

    async def _forward_to(self, peer: Peer, forwarded: ForwardedRequest) -> web.StreamResponse | None:
        request = forwarded.request
        upgrading = request.headers.get("Upgrade", "").lower() == "websocket"
        try:
            if upgrading and peer.is_local and await self._hand_off(peer, request):
                return Hijacked(status=101)
            connection = await dial(peer, self._secret(), self._limits)
        except PeerUnreachable as away:
            self._directory.unreachable(peer.key)
            count(self._stats.failures, str(away))
            log.info("peers.unreachable", key=peer.key, reason=str(away))
            return None
        self._directory.reached(peer.key)
        forwarded.connection = connection
        answer: web.StreamResponse | None = None
        try:
            async with asyncio.timeout(self._limits.upgrade_s if upgrading else self._limits.response_s):
                await self._send(request, connection, upgrading=upgrading)
                head = await connection.read_head()
            if upgrading and head.status == 101:
                answer = self._join(request, connection, head)
            else:
                answer = await self._relay_response(request, connection, head)
        except TimeoutError:
            count(self._stats.failures, "response_timeout")
        except ConnectionError:
            count(self._stats.failures, "connection_lost")
        finally:
            if not isinstance(answer, Hijacked):
                connection.abort()
        return answer

    async def _hand_off(self, peer: Peer, request: web.Request) -> bool:
        """Pass the connection to an owner on the same machine; return whether this node is done with it."""
        found = await connect_handoff(peer.key, self._secret(), self._limits)
        if found is None:
            return False
        line, code = found
        client = request.transport
        if client is None or client.is_closing():
            # The client has disconnected. That says nothing about the owner.
            line.close()
            return True
        handle = client.get_extra_info("socket")
        if handle is None or client.get_extra_info("sslcontext") is not None or client.get_write_buffer_size():
            # TLS state and unsent data of this process cannot be passed.
            line.close()
            return False
        client.pause_reading()
        head = b"\r\n".join((*_lines(request), _UPGRADE, b"", b""))
        if not send_connection(line, code, head, handle.fileno()):
            client.resume_reading()
            return False
        hijack(request)
        client.set_protocol(asyncio.Protocol())
        # Closes only the descriptor of this process: the connection stays open.
        client.abort()
        self._directory.reached(peer.key)
        self._stats.websocket_handoffs += 1
        return True

    async def _send(self, request: web.Request, connection: PeerConnection, *, upgrading: bool) -> None:
        lines = [*_lines(request), f"{HEADER}: {self._source(request)}".encode()]
        lines.append(_UPGRADE if upgrading else b"Connection: close")
        if not request.can_read_body or upgrading:
            connection.write(b"\r\n".join((*lines, b"", b"")))
            return
        connection.write(b"\r\n".join((*lines, b"Transfer-Encoding: chunked", b"", b"")))
        # An owner that answers before the end of the body does not need the rest.
        try:
            while not connection.has_answered and (piece := await self._piece(request)):
                connection.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                await connection.drained()
        except (TimeoutError, ClientPayloadError, ConnectionError, web.HTTPException):
            if not connection.has_answered:
                raise ConnectionAbortedError from None
        if not connection.has_answered:
            connection.write(b"0\r\n\r\n")

    async def _piece(self, request: web.Request) -> bytes:
        async with asyncio.timeout(self._limits.body_s):
            return await request.content.readany()

    async def _relay_response(
        self, request: web.Request, connection: PeerConnection, head: ResponseHead
    ) -> web.StreamResponse:
        """Relay a response at the speed of the client."""
        if head.length is None:
            raise ConnectionAbortedError
        answer = web.StreamResponse(status=head.status, reason=head.reason)
        for name, value in head.headers:
            if name.lower() not in _NOT_RETURNED:
                answer.headers.add(name, value)
        answer.content_length = left = head.length
        transport = request.transport
        try:
            await answer.prepare(request)
            while left:
                async with asyncio.timeout(self._limits.body_s):
                    piece = await connection.read_some(min(PIECE, left))
                    if not piece:
                        raise ConnectionResetError
                    await answer.write(piece)
                left -= len(piece)
            await answer.write_eof()
        except (TimeoutError, ConnectionError):
            count(self._stats.failures, "connection_lost")
            # The client must notice that the response is incomplete.
            if transport is not None:
                reset(transport)
            return answer
        self._stats.forwarded_requests += 1
        if transport is not None:
            reset_if_stalled(transport, self._limits.body_s)
        return answer

    def _join(self, request: web.Request, connection: PeerConnection, head: ResponseHead) -> web.StreamResponse:
        """Join client and owner by a tunnel."""
        owner = connection.transport
        client = request.transport
        if client is None or client.is_closing():
            raise ConnectionResetError
        self._tunnels.add(Tunnel(client, owner, self._limits, self._left))
        hijack(request)
        client.write(head.raw + connection.rest())
        # Either may be paused because its buffer was full.
        owner.resume_reading()
        client.resume_reading()
        self._stats.websocket_tunnels += 1
        self._stats.open_tunnels = len(self._tunnels)
        return Hijacked(status=101)

    def _left(self, tunnel: Tunnel) -> None:
        self._tunnels.discard(tunnel)
        self._stats.open_tunnels = len(self._tunnels)

    def _watch(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SWEEP, self._sweep)

    def _sweep(self) -> None:
        """Abort requests whose client has disconnected, and tunnels that are stalled or silent."""
        self._timer = None
        for forwarded in self._forwarded:
            client = forwarded.request.transport
            if forwarded.connection is not None and (client is None or client.is_closing()):
                forwarded.connection.abort()
        now = asyncio.get_running_loop().time()
        for tunnel in list(self._tunnels):
            if tunnel.stuck(now) >= self._limits.body_s:
                self._give_up(tunnel, "client_stalled")
        if now >= self._listen_at:
            self._listen_at = now + self._limits.silence_s
            for tunnel in list(self._tunnels):
                if not tunnel.heard:
                    self._give_up(tunnel, "owner_silent")
                tunnel.heard = False
        if self._forwarded or self._tunnels:
            self._watch()

    def _give_up(self, tunnel: Tunnel, reason: str) -> None:
        count(self._stats.failures, reason)
        tunnel.cut()


def _lines(request: web.Request) -> list[bytes]:
    """Return the request line and the headers to forward."""
    first = f"{request.method} {request.raw_path} HTTP/1.1".encode()
    headers = request.raw_headers
    return [
        first,
        *(name + b": " + value for name, value in headers if name.lower().decode("latin-1") not in _NOT_SENT),
    ]

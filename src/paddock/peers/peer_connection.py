"""A connection to the owner of a session, with the minimum of HTTP/1.1 that forwarding needs.

Reads ahead by at most one buffer, and stops writing while the owner does not read.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import Final, cast

from msgspec import Struct

from .limits import PeerLimits
from .peer_auth import MAGIC, NONCE_BYTES, REPLY_BYTES, client_code, codes_equal, owner_code
from .peer_directory import Peer

_END: Final = b"\r\n\r\n"


class PeerUnreachable(Exception):  # noqa: N818 - an answer, not an error
    """A node cannot be reached or fails to authenticate; the text is the reason (a label value)."""


class ResponseHead(Struct, frozen=True):
    """Status line and headers of a response; `raw` holds the bytes, `length` the body size (None: until close)."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    length: int | None
    raw: bytes


async def dial(peer: Peer, secret: bytes, limits: PeerLimits) -> PeerConnection:
    """Connect to a node and authenticate both sides.

    Raises:
        PeerUnreachable: if the node does not answer in time or fails to authenticate.
    """
    try:
        connection = await _connect(peer, limits)
    except TimeoutError:
        # A lost SYN would be repeated by the kernel only after a second.
        connection = await _connect_again(peer, limits)
    except OSError:
        raise PeerUnreachable("connect_refused") from None
    try:
        async with asyncio.timeout(limits.auth_s):
            client_nonce = secrets.token_bytes(NONCE_BYTES)
            connection.write(MAGIC + client_nonce)
            said = await connection.read_exactly(REPLY_BYTES)
    except TimeoutError:
        connection.abort()
        raise PeerUnreachable("auth_timeout") from None
    except ConnectionError:
        connection.abort()
        raise PeerUnreachable("connection_lost") from None
    except asyncio.CancelledError:
        connection.abort()
        raise
    server_nonce, code = said[:NONCE_BYTES], said[NONCE_BYTES:]
    if not codes_equal(code, owner_code(secret, peer.key, client_nonce, server_nonce)):
        connection.abort()
        raise PeerUnreachable("wrong_node")
    connection.write(client_code(secret, peer.key, client_nonce, server_nonce))
    return connection


async def _connect(peer: Peer, limits: PeerLimits) -> PeerConnection:
    async with asyncio.timeout(limits.connect_s):
        _, connection = await asyncio.get_running_loop().create_connection(
            lambda: PeerConnection(limits), peer.host, peer.port
        )
    return connection


async def _connect_again(peer: Peer, limits: PeerLimits) -> PeerConnection:
    try:
        return await _connect(peer, limits)
    except TimeoutError:
        raise PeerUnreachable("connect_timeout") from None
    except OSError:
        raise PeerUnreachable("connect_refused") from None


class PeerConnection(asyncio.Protocol):
    """The client side of a connection between nodes."""

    def __init__(self, limits: PeerLimits) -> None:
        self._limits = limits
        self._transport: asyncio.Transport | None = None
        self._said = bytearray()
        self._lost = False
        self._ended = False
        self._full = False
        self._paused = False
        self._change: asyncio.Future[None] | None = None

    @property
    def has_answered(self) -> bool:
        """Whether the owner has sent data that is not read yet, or has closed."""
        return bool(self._said) or self._ended

    @property
    def transport(self) -> asyncio.Transport:
        """The transport.

        Raises:
            ConnectionResetError: if the connection is not open yet.
        """
        if self._transport is None:
            raise ConnectionResetError
        return self._transport

    def write(self, data: bytes) -> None:
        """Send bytes to the owner; await `drained` after large writes."""
        self.transport.write(data)

    async def drained(self) -> None:
        """Wait until the write buffer has drained or the owner has begun to answer.

        Raises:
            ConnectionError: if the connection is lost.
        """
        while self._full and not self.has_answered:
            await self._changed()

    async def read_exactly(self, size: int) -> bytes:
        """Read exactly `size` bytes.

        Raises:
            ConnectionError: if the connection ends before.
        """
        while len(self._said) < size:
            await self._changed()
        return self._take(size)

    async def read_some(self, most: int) -> bytes:
        """Read at least one and at most `most` bytes; return b"" at end of stream.

        Raises:
            ConnectionError: if the connection is lost.
        """
        while not self._said:
            if self._ended and not self._lost:
                return b""
            await self._changed()
        return self._take(min(most, len(self._said)))

    async def read_head(self) -> ResponseHead:
        """Read status line and headers, skipping interim responses (1xx except 101).

        Raises:
            ConnectionError: if the connection ends before, or the data is not an HTTP response.
        """
        while True:
            start = 0
            while (end := self._said.find(_END, start)) < 0:
                if len(self._said) > self._limits.header_bytes:
                    raise ConnectionAbortedError("header too long")
                start = max(0, len(self._said) - len(_END) + 1)
                await self._changed()
            head = _parse(self._take(end + len(_END)))
            if head.status >= 200 or head.status == 101:
                return head

    def rest(self) -> bytes:
        """Return the bytes read ahead, for the next reader of the transport."""
        return self._take(len(self._said))

    def abort(self) -> None:
        """Abort the connection."""
        if self._transport is not None:
            self._transport.abort()

    def _take(self, size: int) -> bytes:
        taken = bytes(self._said[:size])
        del self._said[:size]
        if self._paused and len(self._said) < self._limits.buffer_bytes and not self._lost:
            self._paused = False
            self.transport.resume_reading()
        return taken

    async def _changed(self) -> None:
        if self._lost or self._ended:
            raise ConnectionResetError
        self._change = asyncio.get_running_loop().create_future()
        try:
            await self._change
        finally:
            self._change = None

    def _wake(self) -> None:
        if self._change is not None and not self._change.done():
            self._change.set_result(None)

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Store the transport."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(self._limits.buffer_bytes)

    def data_received(self, data: bytes) -> None:
        """Buffer bytes of the owner."""
        self._said += data
        if not self._paused and len(self._said) >= self._limits.buffer_bytes:
            self._paused = True
            self.transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        """Note the end of the stream."""
        self._ended = True
        self._wake()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the connection is closed."""
        self._ended = True
        self._lost = exc is not None
        self._wake()

    def pause_writing(self) -> None:
        """Note that the write buffer is full."""
        self._full = True

    def resume_writing(self) -> None:
        """Note that the write buffer has drained."""
        self._full = False
        self._wake()


def _parse(raw: bytes) -> ResponseHead:
    lines = raw[: -len(_END)].decode("latin-1").split("\r\n")
    version, _, rest = lines[0].partition(" ")
    number, _, reason = rest.partition(" ")
    headers = tuple((name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in lines[1:]))
    lengths = [value for name, value in headers if name.lower() == "content-length"]
    if not version.startswith("HTTP/1.") or not number.isdecimal() or not all(one.isdecimal() for one in lengths):
        raise ConnectionAbortedError("response_timeout")
    return ResponseHead(int(number), reason, headers, int(lengths[0]) if lengths else None, raw)

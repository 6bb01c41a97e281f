"""A connection to the owner of a session, from dialling to the answer's last byte; it knows HTTP only as far as needed.

Reads ahead no more than a buffer's worth, and writes no more before the owner takes it.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import Final, cast

from msgspec import Struct

from .limits import Limits
from .peer_auth import MAGIC, NONCE_BYTES, REPLY_BYTES, client_code, codes_equal, owner_code
from .peer_directory import Peer

_END: Final = b"\r\n\r\n"


class PeerUnreachable(Exception):  # noqa: N818 - an answer, not an error
    """A node cannot be reached, or is not who it should be; the text is a fixed word."""


class ResponseHead(Struct, frozen=True):
    """The beginning of an answer; `raw` is how it came, and `length` what follows it (None: until the end)."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    length: int | None
    raw: bytes


async def dial(peer: Peer, secret: bytes, limits: Limits) -> PeerConnection:
    """Connect to a node, and go on when each has proved to the other who it is.

    Raises:
        PeerUnreachable: it cannot be reached in time, or it is somebody else.
    """
    try:
        connection = await _connect(peer, limits)
    except TimeoutError:
        # A single packet may have been lost, which the system would repeat after a second.
        connection = await _connect_at_last(peer, limits)
    except OSError:
        raise PeerUnreachable("connect_refused") from None
    try:
        async with asyncio.timeout(limits.greet):
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


async def _connect(peer: Peer, limits: Limits) -> PeerConnection:
    async with asyncio.timeout(limits.connect):
        _, connection = await asyncio.get_running_loop().create_connection(
            lambda: PeerConnection(limits), peer.host, peer.port
        )
    return connection


async def _connect_at_last(peer: Peer, limits: Limits) -> PeerConnection:
    try:
        return await _connect(peer, limits)
    except TimeoutError:
        raise PeerUnreachable("connect_timeout") from None
    except OSError:
        raise PeerUnreachable("connect_refused") from None


class PeerConnection(asyncio.Protocol):
    """The caller's end of a connection between nodes."""

    def __init__(self, limits: Limits) -> None:
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
        """Whether something has come that was not read."""
        return bool(self._said) or self._ended

    @property
    def transport(self) -> asyncio.Transport:
        """The connection."""
        if self._transport is None:
            raise ConnectionResetError
        return self._transport

    def write(self, data: bytes) -> None:
        """Send bytes to the owner; wait for `drained` after larger ones."""
        self.transport.write(data)

    async def drained(self) -> None:
        """Wait until the owner has taken most of what was written, or has begun to answer.

        Raises:
            ConnectionError: the connection is gone.
        """
        while self._full and not self.has_answered:
            await self._changed()

    async def read_exactly(self, size: int) -> bytes:
        """Read so many bytes.

        Raises:
            ConnectionError: the connection ended before.
        """
        while len(self._said) < size:
            await self._changed()
        return self._take(size)

    async def read_some(self, most: int) -> bytes:
        """Read what there is, up to so many bytes; empty at the end of the connection.

        Raises:
            ConnectionError: the connection broke.
        """
        while not self._said:
            if self._ended and not self._lost:
                return b""
            await self._changed()
        return self._take(min(most, len(self._said)))

    async def read_head(self) -> ResponseHead:
        """Read the beginning of an answer, passing over interim ones.

        Raises:
            ConnectionError: the connection ended before, or what came is no answer.
        """
        while True:
            start = 0
            while (end := self._said.find(_END, start)) < 0:
                if len(self._said) > self._limits.header:
                    raise ConnectionAbortedError("too long")
                start = max(0, len(self._said) - len(_END) + 1)
                await self._changed()
            head = _parse(self._take(end + len(_END)))
            if head.status >= 200 or head.status == 101:
                return head

    def rest(self) -> bytes:
        """Take all that was read ahead; somebody else reads on."""
        return self._take(len(self._said))

    def abort(self) -> None:
        """Cut the connection."""
        if self._transport is not None:
            self._transport.abort()

    def _take(self, size: int) -> bytes:
        taken = bytes(self._said[:size])
        del self._said[:size]
        if self._paused and len(self._said) < self._limits.buffer and not self._lost:
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

    # The protocol of a connection.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(self._limits.buffer)

    def data_received(self, data: bytes) -> None:
        """Take bytes from the owner."""
        self._said += data
        if not self._paused and len(self._said) >= self._limits.buffer:
            self._paused = True
            self.transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        """Learn that the owner has said everything."""
        self._ended = True
        self._wake()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Learn that the connection is gone."""
        self._ended = True
        self._lost = exc is not None
        self._wake()

    def pause_writing(self) -> None:
        """Learn that the owner does not take what is written."""
        self._full = True

    def resume_writing(self) -> None:
        """Learn that it has."""
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

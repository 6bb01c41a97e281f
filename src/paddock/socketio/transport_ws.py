"""A session's channel over WebSocket.

aiohttp reads the handshake; then the connection is taken from it: bytes come straight here, finished frames are written
straight to the transport, and aiohttp keeps nothing of the connection (its handler, parser, request and two tasks weigh
more than everything this package keeps of a client). Never decides anything about a session.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Final

from aiohttp import web

from .limits import Options, TransportName
from .packet import Frame
from .process import cut
from .session import Session
from .switching import Switched, detach
from .websocket import (
    BAD_TEXT,
    BINARY,
    CLOSE,
    NORMAL,
    PING,
    PONG,
    TEXT,
    BadFrame,
    FrameReader,
    accept_key,
    close_frame,
    frame,
)

_SWITCHING: Final = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
)


class WebSocketChannel(asyncio.Protocol):
    """One WebSocket connection after its handshake.

    Args:
        transport: the connection.
        options: settings and bounds.
    """

    __slots__ = (
        "_abort_later",
        "_closing",
        "_deaf",
        "_early",
        "_loop",
        "_options",
        "_paused",
        "_reader",
        "_session",
        "_transport",
        "name",
    )

    def __init__(self, transport: asyncio.Transport, options: Options) -> None:
        self.name: TransportName = "websocket"
        self._transport = transport
        self._options = options
        self._reader = FrameReader(options.max_payload)
        self._loop = asyncio.get_running_loop()
        self._session: Session | None = None
        self._early: list[bytes] = []
        self._closing = False
        self._paused = False
        self._deaf = False
        self._abort_later: asyncio.TimerHandle | None = None

    # The channel of a session.

    @property
    def backlog(self) -> int:
        """Return the bytes the kernel has not taken yet."""
        return self._transport.get_write_buffer_size()

    def write(self, frame: Frame) -> int:
        """Write the frame, or append it to what already waits; return the bytes that wait now."""
        transport = self._transport
        if self._closing or transport.is_closing():
            return 0
        transport.write(frame.wire)
        return transport.get_write_buffer_size()

    def drain(self) -> list[Frame]:
        """Return nothing: what was written to a connection cannot be taken back."""
        return []

    def close(self, code: int, reason: str) -> None:
        """Send a close frame, and cut the connection if the client does not answer it in time."""
        if self._closing or self._transport.is_closing():
            return
        self._closing = True
        self._transport.write(close_frame(code, reason))
        self._wait_for_the_end()

    def release(self) -> None:
        """Close without a reason."""
        self.close(NORMAL, "")

    def abort(self) -> None:
        """Cut the connection; what is queued is lost."""
        self._closing = True
        cut(self._transport)

    def read_into(self, session: Session) -> None:
        """Feed a session from this connection until the connection ends; then the session is told."""
        self._session = session
        early, self._early = self._early, []
        for data in early:
            self.data_received(data)

    # The protocol of a connection.

    def data_received(self, data: bytes) -> None:
        """Take bytes from the client."""
        if self._session is None or self._paused:
            # Before the session is there; or what the transport had already read when it was asked to pause.
            self._early.append(data)
        elif not self._deaf:
            self._reader.feed(data)
            self._read()

    def eof_received(self) -> None:
        """Let the transport close itself, as soon as what waits for the client is written."""
        self._wait_for_the_end()

    def connection_lost(self, exc: Exception | None) -> None:
        """Learn that the connection is gone."""
        session = self._session
        if session is not None:
            session.lost(self, "transport close" if exc is None else "transport error")
        if self._abort_later is not None:
            self._abort_later.cancel()

    def _read(self) -> None:
        """Give whole messages to the session until there are none, or until it asks to wait."""
        session = self._session
        reader = self._reader
        if session is None:
            return
        try:
            while (message := reader.next()) is not None:
                opcode, data = message
                wait: Awaitable[None] | None = None
                if opcode == TEXT:
                    if not data.isascii():
                        data.decode()
                    wait = session.receive_text(self, data, self._loop.time())
                elif opcode == BINARY:
                    wait = session.receive_binary(self, data, self._loop.time())
                elif opcode == PING:
                    self._answer(frame(PONG, data))
                elif opcode == CLOSE:
                    self._answer(frame(CLOSE, data[:2]))
                    # One close frame ends it (RFC 6455, section 5.5.1): whatever the session says now comes too late.
                    self._closing = True
                    session.lost(self, "transport close")
                    self._transport.close()
                    self._wait_for_the_end()
                    return
                if wait is not None:
                    self._pause(wait)
                    return
        except BadFrame as bad:
            self._refuse(session, bad.code, bad.reason)
        except UnicodeDecodeError:
            self._refuse(session, BAD_TEXT, "text is not UTF-8")

    def _wait_for_the_end(self) -> None:
        """Give the client some time to read what waits for it and to close; a closing transport would wait for ever."""
        if self._abort_later is None:
            self._abort_later = self._loop.call_later(self._options.linger, self._give_up)

    def _give_up(self) -> None:
        """End a connection whose client does not answer; what the system has taken may still arrive, if it moves."""
        if self._transport.get_write_buffer_size():
            cut(self._transport)
        else:
            self._transport.abort()

    def _refuse(self, session: Session, code: int, reason: str) -> None:
        """End the session, or the probe, for bytes that are not WebSocket; whatever comes after them is not read."""
        if session.channel is self:
            session.violate(reason, code)
        session.lost(self, "transport error")
        self.close(code, reason)
        self._deaf = True
        if self._transport.can_write_eof():
            # The client's answer will not be understood, so let it see the end of the stream.
            self._transport.write_eof()

    def _answer(self, control: bytes) -> None:
        transport = self._transport
        # A client that asks and does not read gets no answer: its pings would pile up here as pongs.
        behind = transport.get_write_buffer_size() > self._options.volatile_budget
        if not behind and not self._closing and not transport.is_closing():
            transport.write(control)

    def _pause(self, wait: Awaitable[None]) -> None:
        """Read no further until the session has room for more."""
        self._paused = True
        self._transport.pause_reading()
        asyncio.ensure_future(wait).add_done_callback(self._resume)

    def _resume(self, done: asyncio.Future[None]) -> None:
        self._paused = False
        self._read()
        early, self._early = self._early, []
        for data in early:
            self.data_received(data)
        if not self._paused and not self._transport.is_closing():
            self._transport.resume_reading()


async def shake_hands(request: web.Request, options: Options) -> tuple[WebSocketChannel | None, web.StreamResponse]:
    """Answer a WebSocket handshake; return the channel and the answer, or no channel and a refusal."""
    transport = request.transport
    key = accept_key(request.headers)
    if key is None or transport is None:
        return None, web.Response(status=400, text="not a WebSocket handshake")
    channel = switch(transport, key, options)
    detach(request)
    return channel, Switched(status=101)


def switch(transport: asyncio.Transport, key: str, options: Options) -> WebSocketChannel:
    """Make a WebSocket of a connection, answering its handshake; `key` goes into the Sec-WebSocket-Accept header."""
    channel = WebSocketChannel(transport, options)
    transport.set_protocol(channel)
    transport.write(b"".join((_SWITCHING, key.encode(), b"\r\n\r\n")))
    return channel

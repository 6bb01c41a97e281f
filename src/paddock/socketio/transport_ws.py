"""A session's channel over WebSocket.

aiohttp answers the handshake; from then on the connection's bytes come straight here and finished frames are written
straight to it. aiohttp's request task only waits for the end. Never decides anything about a session.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from aiohttp import web

from .limits import Options, TransportName
from .packet import Frame
from .session import Session
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


class WebSocketChannel(asyncio.Protocol):
    """One WebSocket connection after its handshake.

    Args:
        transport: the connection.
        options: settings and bounds.

    Attributes:
        owner: aiohttp's protocol of the connection, which is told about the end of it.
    """

    __slots__ = (
        "_abort_later",
        "_closing",
        "_deaf",
        "_done",
        "_early",
        "_loop",
        "_options",
        "_paused",
        "_reader",
        "_session",
        "_transport",
        "name",
        "owner",
    )

    def __init__(self, transport: asyncio.Transport, options: Options) -> None:
        self.name: TransportName = "websocket"
        self._transport = transport
        self._options = options
        self.owner = transport.get_protocol()
        self._reader = FrameReader(options.max_payload)
        self._loop = asyncio.get_running_loop()
        self._done: asyncio.Future[None] = self._loop.create_future()
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
        self._abort_later = self._loop.call_later(self._options.linger, self._transport.abort)

    def release(self) -> None:
        """Close without a reason."""
        self.close(NORMAL, "")

    def abort(self) -> None:
        """Cut the connection; what is queued is lost."""
        self._closing = True
        self._transport.abort()

    async def read_into(self, session: Session) -> None:
        """Feed a session from this connection until the connection ends, then tell the session."""
        self._session = session
        early, self._early = self._early, []
        for data in early:
            self.data_received(data)
        try:
            await self._done
        finally:
            session.lost(self, "transport error")
            if self._abort_later is not None:
                self._abort_later.cancel()
            # aiohttp would say goodbye to an open connection in its own way.
            self._transport.close()

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
        """Let the transport close itself."""

    def connection_lost(self, exc: Exception | None) -> None:
        """Learn that the connection is gone; aiohttp learns it too."""
        self.owner.connection_lost(exc)
        session = self._session
        if session is not None:
            session.lost(self, "transport close" if exc is None else "transport error")
        if not self._done.done():
            self._done.set_result(None)

    def pause_writing(self) -> None:
        """Pass on what aiohttp wants to know."""
        self.owner.pause_writing()

    def resume_writing(self) -> None:
        """Pass on what aiohttp wants to know."""
        self.owner.resume_writing()

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
                    session.lost(self, "transport close")
                    self._transport.close()
                    return
                if wait is not None:
                    self._pause(wait)
                    return
        except BadFrame as bad:
            self._refuse(session, bad.code, bad.reason)
        except UnicodeDecodeError:
            self._refuse(session, BAD_TEXT, "text is not UTF-8")

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
        if not self._closing and not self._transport.is_closing():
            self._transport.write(control)

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
    answer = web.StreamResponse(
        status=101, headers={"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": key}
    )
    answer.force_close()
    channel = WebSocketChannel(transport, options)
    # Before the answer: a client may send its first frame as soon as it has read it.
    transport.set_protocol(channel)
    await answer.prepare(request)
    return channel, answer

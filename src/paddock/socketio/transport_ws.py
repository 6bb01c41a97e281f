"""A session's WebSocket transport.

aiohttp reads the handshake; then the connection is taken from it: bytes come straight here, finished frames are written
straight to the transport, and aiohttp keeps nothing of the connection (its handler, parser, request and two tasks weigh
more than everything this package keeps of a client). Never decides anything about a session.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from time import perf_counter
from typing import Final

from aiohttp import web

from .hijacking import Hijacked, hijack
from .limits import Options, TransportName
from .packet import Frame
from .process import reset
from .rate_limit import UNIT_BITS
from .session import TOO_MANY_MESSAGES, Session
from .websocket import (
    BAD_TEXT,
    BINARY,
    CLOSE,
    NORMAL,
    PING,
    PONG,
    TEXT,
    VIOLATION,
    BadFrame,
    FrameReader,
    accept_key,
    close_frame,
    frame,
)

_SWITCHING: Final = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
)

SMALL: Final = 4_096
"""Bytes up to which what completes a message is read at once; more can take long, and waits for a turn."""


class WebSocketTransport(asyncio.Protocol):
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
        "_paused_until",
        "_reader",
        "_session",
        "_stopped",
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
        self._stopped = False
        self._deaf = False
        self._paused_until: asyncio.TimerHandle | None = None
        self._abort_later: asyncio.TimerHandle | None = None

    # The transport of a session.

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
        """Send a close frame, and reset the connection if the client does not answer it in time."""
        if self._closing or self._transport.is_closing():
            return
        self._closing = True
        self._transport.write(close_frame(code, reason))
        self._wait_for_the_end()

    def release(self) -> None:
        """Close without a reason."""
        self.close(NORMAL, "")

    def abort(self) -> None:
        """Reset the connection; what is queued is lost."""
        self._closing = True
        reset(self._transport)

    def read_into(self, session: Session) -> None:
        """Feed a session from this connection until the connection ends; then the session is told."""
        self._session = session
        if self._early:
            self._take_turn()

    # The protocol of a connection.

    def data_received(self, data: bytes) -> None:
        """Take bytes from the client: one small message at once, whatever is more in a turn."""
        session = self._session
        if self._stopped or session is None:
            # Before the session is there; or what the transport had already read when it was asked to pause.
            if not self._deaf:
                self._early.append(data)
            return
        reader = self._reader
        limiter = session.limiter
        size = len(data)
        if size > SMALL or limiter.credit < 1 or (reader.pending and reader.ready(size) > SMALL):
            self._early.append(data)
            self._take_turn()
            return
        reader.feed(data)
        limiter.credit -= 1 + (size >> UNIT_BITS)
        try:
            message = reader.next()
            if message is None:
                return
            opcode, text = message
            if opcode == TEXT:
                # As in `_take`, which would cost a call.
                if not text.isascii():
                    text.decode()
                wait = session.receive_text(self, text, self._loop.time())
            else:
                wait = self._take(session, opcode, text, self._loop.time())
        except BadFrame as bad:
            self._refuse(session, bad.code, bad.reason)
        except UnicodeDecodeError:
            self._refuse(session, BAD_TEXT, "text is not UTF-8")
        else:
            if wait is not None:
                self._pause(wait)
            elif reader.data:
                self._take_turn()

    def eof_received(self) -> None:
        """Let the transport close itself, as soon as what waits for the client is written."""
        self._wait_for_the_end()

    def connection_lost(self, exc: Exception | None) -> None:
        """Learn that the connection is gone."""
        self._go_deaf()
        session = self._session
        if session is not None:
            session.lost(self, "transport close" if exc is None else "transport error")
        if self._abort_later is not None:
            self._abort_later.cancel()

    def _take(self, session: Session, opcode: int, data: bytes, now: float) -> Awaitable[None] | None:
        """Give a message to the session, or answer a control frame; return what to wait for before the next."""
        if opcode == TEXT:
            if not data.isascii():
                data.decode()
            return session.receive_text(self, data, now)
        if opcode == BINARY:
            return session.receive_binary(self, data, now)
        if opcode == PING:
            self._answer(frame(PONG, data))
        elif opcode == CLOSE:
            self._answer(frame(CLOSE, data[:2]))
            # One close frame ends it (RFC 6455, section 5.5.1): whatever the session says now comes too late.
            self._closing = True
            self._go_deaf()
            session.lost(self, "transport close")
            self._transport.close()
            self._wait_for_the_end()
        return None

    def _take_turn(self) -> None:
        """Take a turn at once if this iteration of the event loop has time left for it, else in one that follows."""
        session = self._session
        if session is None or self._deaf:
            return
        scheduler = session.scheduler
        if scheduler.is_exhausted:
            self._stop()
            session.schedule(self._turn)
        else:
            begun = perf_counter()
            self._turn()
            scheduler.charge(perf_counter() - begun)

    def _turn(self) -> None:
        """Give messages to the session until there are none, the turn is over, or the client has to wait."""
        session = self._session
        if session is None or self._deaf:
            return
        try:
            if self._read(session):
                self._go_on()
        except BadFrame as bad:
            self._refuse(session, bad.code, bad.reason)
        except UnicodeDecodeError:
            self._refuse(session, BAD_TEXT, "text is not UTF-8")

    def _read(self, session: Session) -> bool:
        """Return whether everything that came has been read; if not, something will lead to the next turn."""
        reader, early, limiter, clock = self._reader, self._early, session.limiter, self._loop.time
        options = self._options
        left, size, now = options.turn_messages, options.turn_bytes, clock()
        until = now + options.turn_seconds
        while not self._deaf:
            if not reader.data:
                if not early:
                    return True
                reader.feed(early.pop(0))
                # Whoever sends byte by byte is charged for what completes nothing, too.
                limiter.credit -= 1
                continue
            if limiter.credit < 1 and not self._afford(session, now):
                return False
            message = reader.next()
            if message is None:
                continue
            opcode, data = message
            limiter.credit -= 1 + (len(data) >> UNIT_BITS)
            wait = self._take(session, opcode, data, now)
            if wait is not None:
                self._pause(wait)
                return False
            left -= 1
            size -= len(data)
            now = clock()
            if (reader.data or early) and (left <= 0 or size <= 0 or now >= until):
                self._stop()
                session.schedule(self._turn)
                return False
        return False

    def _afford(self, session: Session, now: float) -> bool:
        """Return whether the client may send more now; if not, read on after a pause, or never."""
        pause = session.afford(now)
        if pause is None:
            # What it goes on sending is not even taken from the system.
            self._stop()
            self._go_deaf()
            self.close(VIOLATION, TOO_MANY_MESSAGES)
            return False
        if pause:
            self._stop()
            self._paused_until = self._loop.call_later(pause, self._take_turn)
            return False
        return True

    def _stop(self) -> None:
        """Read nothing more from the transport until `_go_on`."""
        if not self._stopped:
            self._stopped = True
            if not self._transport.is_closing():
                self._transport.pause_reading()

    def _go_on(self) -> None:
        """Read on."""
        if self._stopped:
            self._stopped = False
            if not self._transport.is_closing():
                self._transport.resume_reading()

    def _go_deaf(self) -> None:
        """Look at nothing any more, whatever comes."""
        self._deaf = True
        self._early.clear()
        if self._paused_until is not None:
            self._paused_until.cancel()
            self._paused_until = None

    def _wait_for_the_end(self) -> None:
        """Give the client some time to read what waits for it and to close; a closing transport would wait for ever."""
        if self._abort_later is None:
            self._abort_later = self._loop.call_later(self._options.linger, self._give_up)

    def _give_up(self) -> None:
        """End a connection whose client does not answer; what the system has taken may still arrive, if it moves."""
        if self._transport.get_write_buffer_size():
            reset(self._transport)
        else:
            self._transport.abort()

    def _refuse(self, session: Session, code: int, reason: str) -> None:
        """End the session, or the probe, for bytes that are not WebSocket; whatever comes after them is not read."""
        if session.transport is self:
            session.violate(reason, code)
        session.lost(self, "transport error")
        self.close(code, reason)
        self._go_deaf()
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
        self._stop()
        asyncio.ensure_future(wait).add_done_callback(self._resume)

    def _resume(self, done: asyncio.Future[None]) -> None:
        self._take_turn()


async def shake_hands(request: web.Request, options: Options) -> tuple[WebSocketTransport | None, web.StreamResponse]:
    """Answer a WebSocket handshake; return the transport and the response, or None and a refusal."""
    transport = request.transport
    key = accept_key(request.headers)
    if key is None or transport is None:
        return None, web.Response(status=400, text="not a WebSocket handshake")
    websocket = switch(transport, key, options)
    hijack(request)
    return websocket, Hijacked(status=101)


def switch(transport: asyncio.Transport, key: str, options: Options) -> WebSocketTransport:
    """Make a WebSocket of a connection, answering its handshake; `key` goes into the Sec-WebSocket-Accept header."""
    websocket = WebSocketTransport(transport, options)
    transport.set_protocol(websocket)
    transport.write(b"".join((_SWITCHING, key.encode(), b"\r\n\r\n")))
    return websocket

"""A session's channel over WebSocket, and the loop that reads from one.

Finished frames are written straight to the connection, past aiohttp's writer; compression is off, so that the same
bytes fit every client. Never decides anything about a session.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import WebSocketError, WSMsgType, web

from .limits import Options, TransportName
from .packet import Frame, websocket_close, websocket_pong
from .session import BAD_TEXT, TOO_BIG, VIOLATION, Session


class WebSocketChannel:
    """One WebSocket connection, as far as writing is concerned."""

    __slots__ = ("_abort_later", "_linger", "_transport", "closing", "name")

    def __init__(self, transport: asyncio.Transport, linger: float) -> None:
        self.name: TransportName = "websocket"
        self.closing = False
        self._transport = transport
        self._linger = linger
        self._abort_later: asyncio.TimerHandle | None = None

    @property
    def backlog(self) -> int:
        """Return the bytes the kernel has not taken yet."""
        return self._transport.get_write_buffer_size()

    def write(self, frame: Frame) -> None:
        """Write the frame, or append it to what already waits."""
        if not self.closing and not self._transport.is_closing():
            self._transport.write(frame.wire)

    def drain(self) -> list[Frame]:
        """Return nothing: what was written to a connection cannot be taken back."""
        return []

    def pong(self, payload: bytes) -> None:
        """Answer a WebSocket ping."""
        if not self.closing and not self._transport.is_closing():
            self._transport.write(websocket_pong(payload))

    def close(self, code: int, reason: str) -> None:
        """Send a close frame, and cut the connection if the client does not answer it in time."""
        if self.closing or self._transport.is_closing():
            return
        self.closing = True
        self._transport.write(websocket_close(code, reason))
        self._abort_later = asyncio.get_running_loop().call_later(self._linger, self._transport.abort)

    def release(self) -> None:
        """Close without a reason."""
        self.close(1000, "")

    def abort(self) -> None:
        """Cut the connection; what is queued is lost."""
        self.closing = True
        self._transport.abort()

    def ended(self) -> None:
        """Learn that the reading side is done: nobody needs to wait for the client any more."""
        if self._abort_later is not None:
            self._abort_later.cancel()
            self._abort_later = None
        if self.closing:
            # The close frame has been written; aiohttp would write a second one to an open connection.
            self._transport.close()


def new_response(options: Options) -> web.WebSocketResponse[bool]:
    """Return an aiohttp WebSocket response that leaves pings, closing and text decoding to this module."""
    return web.WebSocketResponse(
        autoping=False,
        autoclose=False,
        compress=False,
        decode_text=False,
        timeout=options.linger,
        # aiohttp refuses a message of exactly its limit; a payload of exactly ours is fine.
        max_msg_size=options.max_payload + 1,
    )


async def read_websocket(
    response: web.WebSocketResponse[bool], channel: WebSocketChannel, session: Session, clock: Callable[[], float]
) -> None:
    """Feed a session from a connection until the connection ends, then tell the session."""
    reason = "transport error"
    try:
        while True:
            message = await response.receive()
            kind = message.type
            data = message.data
            if kind is WSMsgType.TEXT:
                if not data.isascii():
                    data.decode()
                wait = session.receive_text(channel, data, clock())
                if wait is not None:
                    await wait
            elif kind is WSMsgType.BINARY:
                wait = session.receive_binary(channel, data, clock())
                if wait is not None:
                    await wait
            elif kind is WSMsgType.PING:
                channel.pong(data)
            elif kind is WSMsgType.ERROR:
                # aiohttp has sent the close frame; a message over the limit is the usual cause.
                code = data.code if isinstance(data, WebSocketError) else VIOLATION
                session.violate("message too big" if code == TOO_BIG else "bad frame", code)
                break
            elif kind is not WSMsgType.PONG:
                reason = "transport close"
                break
    except UnicodeDecodeError:
        session.violate("text is not UTF-8", BAD_TEXT)
    finally:
        session.lost(channel, reason)
        channel.ended()

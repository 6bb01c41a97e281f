"""WebSocket frames: the ones a server writes, and a reader of the ones clients send.

Sans I/O. Extensions are never negotiated, so reserved bits are errors. Why not aiohttp's reader: it hands each message
to a task through a queue, which costs more than everything this package does with the message.
Source: RFC 6455, sections 4.2, 5 and 7.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha1
from typing import Final

# Unmasking at C speed, whatever the size. Internal to aiohttp: if it ever moves, every test of frames says so.
from aiohttp._websocket.helpers import websocket_mask

CONTINUATION: Final = 0x0
TEXT: Final = 0x1
BINARY: Final = 0x2
CLOSE: Final = 0x8
PING: Final = 0x9
PONG: Final = 0xA

NORMAL: Final = 1000
GOING_AWAY: Final = 1001
PROTOCOL_ERROR: Final = 1002
BAD_TEXT: Final = 1007
VIOLATION: Final = 1008
TOO_BIG: Final = 1009

_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_FINAL: Final = 0x80
_MASKED: Final = 0x80
_WHOLE: Final = (_FINAL | TEXT, _FINAL | BINARY)

PART: Final = (CONTINUATION, b"")
"""What `FrameReader.next` returns for a frame that completes nothing, so that its reader can count it."""


class BadFrame(Exception):  # noqa: N818 - named for what came
    """The client broke the WebSocket protocol.

    Args:
        code: the close code to answer with.
        reason: a short fixed text.
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def accept_key(headers: Mapping[str, str]) -> str | None:
    """Return the Sec-WebSocket-Accept header that answers a client's handshake, or None if it is none (section 4.2)."""
    key = headers.get("Sec-WebSocket-Key", "").strip()
    try:
        sound = len(b64decode(key, validate=True)) == 16
    except ValueError:
        return None
    if not sound or headers.get("Sec-WebSocket-Version") != "13":
        return None
    if headers.get("Upgrade", "").lower() != "websocket" or "upgrade" not in headers.get("Connection", "").lower():
        return None
    return b64encode(sha1(key.encode() + _GUID, usedforsecurity=False).digest()).decode()


def frame(opcode: int, payload: bytes) -> bytes:
    """Return a whole unmasked, unfragmented frame around the payload."""
    size = len(payload)
    if size < 126:
        return bytes((_FINAL | opcode, size)) + payload
    if size < 65_536:
        return bytes((_FINAL | opcode, 126, size >> 8, size & 0xFF)) + payload
    return bytes((_FINAL | opcode, 127)) + size.to_bytes(8, "big") + payload


def close_frame(code: int, reason: str) -> bytes:
    """Return a close frame; the reason is cut to what a control frame can hold."""
    text = reason.encode()[:100].decode(errors="ignore")
    return frame(CLOSE, code.to_bytes(2, "big") + text.encode())


class FrameReader:
    """Messages and control frames out of a stream of bytes.

    Args:
        limit: bytes of one message, however many frames it comes in.

    Attributes:
        data: what has been fed and not been looked at yet is a part of this; empty if there is nothing.
        pending: whether a frame or a message has begun and not ended.
    """

    __slots__ = ("_at", "_limit", "_message", "_need", "_opcode", "_partial", "data", "pending")

    def __init__(self, limit: int) -> None:
        self.data = b""
        self.pending = False
        self._limit = limit
        self._at = 0
        self._partial: bytearray | None = None
        self._need = 0
        self._opcode = CONTINUATION
        self._message: bytearray | None = None

    def ready(self, size: int) -> int:
        """Return the bytes of frames and messages that so many more may complete; 0 if they complete none."""
        if self._partial is not None:
            size += len(self._partial)
            if size < self._need:
                return 0
        return size if self._message is None else size + len(self._message)

    def feed(self, data: bytes) -> None:
        """Take bytes from the client; everything fed before must have been read with `next`."""
        partial = self._partial
        if partial is None:
            self.data = data
            return
        # Bytes pile up in place, and are looked at again only when a frame may be complete: a client that sends a
        # large frame byte by byte costs no more than one that does not.
        partial += data
        if len(partial) >= self._need:
            self.data = bytes(partial)
            self._partial = None
            self.pending = self._message is not None

    def next(self) -> tuple[int, bytes] | None:
        """Return the next whole message or control frame as its opcode and payload, or None if more has to come.

        A frame that completes no message is returned as `PART`.

        Raises:
            BadFrame: the bytes are no frames a client may send, or a message is longer than the limit.
        """
        data, at = self.data, self._at
        if not data:
            return None
        have = len(data) - at
        if have < 6:
            self._wait(6)
            return None
        first, second = data[at], data[at + 1]
        if second < _MASKED:
            raise BadFrame(PROTOCOL_ERROR, "frame without mask")
        size = second & 0x7F
        start = at + 6
        if size == 126:
            size = data[at + 2] << 8 | data[at + 3]
            start = at + 8
        elif size == 127:
            if have < 14:
                self._wait(14)
                return None
            size = int.from_bytes(data[at + 2 : at + 10], "big")
            start = at + 14
        if size > self._limit:
            raise BadFrame(TOO_BIG, "message too big")
        end = start + size
        if len(data) < end:
            self._wait(end - at)
            return None
        payload = data[start:end]
        mask = data[start - 4 : start]
        if mask != b"\0\0\0\0":
            unmasked = bytearray(payload)
            websocket_mask(mask, unmasked)
            payload = bytes(unmasked)
        if end == len(data):
            # Nothing left to look at, as nearly always.
            self.data = b""
            self._at = 0
        else:
            self._at = end
        if self._message is None and first in _WHOLE:
            return first & 0x0F, payload
        return self._assemble(first, payload)

    def _wait(self, need: int) -> None:
        """Keep what is left until so many bytes are there."""
        if self._at < len(self.data):
            self._partial = bytearray(self.data[self._at :])
            self._need = need
            self.pending = True
        self.data = b""
        self._at = 0

    def _assemble(self, first: int, payload: bytes) -> tuple[int, bytes]:
        """Take a control frame or a part of a message; return what is whole, or `PART`."""
        opcode = first & 0x0F
        final = bool(first & _FINAL)
        if first & 0x70:
            raise BadFrame(PROTOCOL_ERROR, "reserved bits")
        if opcode in (CLOSE, PING, PONG):
            if not final or len(payload) > 125:
                raise BadFrame(PROTOCOL_ERROR, "bad control frame")
            return opcode, payload
        if opcode in (TEXT, BINARY):
            if self._message is not None:
                raise BadFrame(PROTOCOL_ERROR, "message within a message")
            self._opcode = opcode
            self._message = bytearray(payload)
            self.pending = True
            return PART
        if opcode != CONTINUATION or self._message is None:
            raise BadFrame(PROTOCOL_ERROR, "unexpected frame")
        self._message += payload
        if len(self._message) > self._limit:
            raise BadFrame(TOO_BIG, "message too big")
        if not final:
            return PART
        message, self._message = bytes(self._message), None
        self.pending = False
        return self._opcode, message

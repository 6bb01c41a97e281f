"""Engine.IO v4 packets: what travels in one WebSocket message or one record of a polling body.

Outgoing packets become a `Frame` once and are then the same bytes for every client. Never touches a socket.
Source: "Packet encoding" of the Engine.IO protocol, revision 4.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from typing import Final

from . import websocket
from .errors import BadPacket

OPEN: Final = 0x30
CLOSE: Final = 0x31
PING: Final = 0x32
PONG: Final = 0x33
MESSAGE: Final = 0x34
UPGRADE: Final = 0x35
NOOP: Final = 0x36

SEPARATOR: Final = b"\x1e"
_BINARY_MARK: Final = 0x62  # "b", before base64 in a polling body


class Frame:
    """One or several packets, encoded once for both transports.

    Attributes:
        wire: the WebSocket frames, back to back, ready to be written to any client.
        size: bytes of `wire`, the unit in which write budgets are counted.
    """

    __slots__ = ("_attachments", "_records", "_text", "size", "wire")

    def __init__(self, text: bytes, attachments: tuple[bytes, ...] = ()) -> None:
        """Encode a text packet (with its type digit) followed by binary messages."""
        self._text = text
        self._attachments = attachments
        self._records: bytes | None = None
        wire = websocket.frame(websocket.TEXT, text)
        if attachments:
            wire = b"".join((wire, *(websocket.frame(websocket.BINARY, part) for part in attachments)))
        self.wire = wire
        self.size = len(wire)

    @property
    def records(self) -> bytes:
        """Return the packets as records of a polling body; binary ones in base64."""
        if self._records is None:
            parts = [self._text, *(b"b" + b64encode(part) for part in self._attachments)]
            self._records = SEPARATOR.join(parts)
        return self._records


class BinaryFrame(Frame):
    """One binary message without a text packet before it (Engine.IO alone; Socket.IO never sends one)."""

    __slots__ = ()

    def __init__(self, payload: bytes) -> None:
        self._text = b""
        self._attachments = ()
        self._records = b"b" + b64encode(payload)
        self.wire = websocket.frame(websocket.BINARY, payload)
        self.size = len(self.wire)


CLOSE_FRAME: Final = Frame(b"1")
PING_FRAME: Final = Frame(b"2")
PROBE_ANSWER: Final = Frame(b"3probe")
NOOP_FRAME: Final = Frame(b"6")


def split_payload(body: bytes) -> list[bytes]:
    """Return the records of a polling body, in order.

    Raises:
        BadPacket: the body is empty or has an empty record.
    """
    records = body.split(SEPARATOR)
    if not all(records):
        raise BadPacket("empty packet")
    return records


def is_binary_record(record: bytes) -> bool:
    """Return whether a record of a polling body holds base64."""
    return record[0] == _BINARY_MARK


def binary_record(record: bytes) -> bytes:
    """Return the bytes that a base64 record of a polling body stands for.

    Raises:
        BadPacket: it is not base64.
    """
    try:
        return b64decode(record[1:], validate=True)
    except Base64Error:
        raise BadPacket("bad base64") from None

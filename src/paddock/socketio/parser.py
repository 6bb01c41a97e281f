"""Socket.IO v5 packets: strict decoding of what clients send, encoding of what they are sent.

Pure. Never guesses: anything the protocol does not allow is a `BadPacket`, and nothing else is ever raised.
Source: "Packet encoding" of the Socket.IO protocol, revision 5.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Final

import msgspec

from .errors import BadPacket
from .limits import Options
from .surrogates import without_lone

CONNECT: Final = 0x30
DISCONNECT: Final = 0x31
EVENT: Final = 0x32
ACK: Final = 0x33
CONNECT_ERROR: Final = 0x34
BINARY_EVENT: Final = 0x35
BINARY_ACK: Final = 0x36

RESERVED: Final = frozenset(
    {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener", "__proto__"}
)
"""Event names that mean something to the clients' libraries, and one that means something to their language."""

MAX_ID: Final = 2**53 - 1
"""The largest acknowledgement id a JavaScript number holds exactly."""

_SLASH: Final = 0x2F
_COMMA: Final = 0x2C
_ZERO: Final = 0x30
_NINE: Final = 0x39
_QUOTE: Final = 0x22

_STRING: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_TO_STEPS: Final = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
"""One up and one down, as signed bytes."""
_NOT_BRACKETS: Final = bytes(byte for byte in range(256) if byte not in b"[]{}")

_raws = msgspec.json.Decoder(list[msgspec.Raw])
_name = msgspec.json.Decoder(str)
_anything = msgspec.json.Decoder()


class Packet(msgspec.Struct, gc=False):
    """One decoded packet; its payload is still JSON text.

    Attributes:
        kind: one of the constants of this module; never CONNECT_ERROR.
        namespace: where it goes, "/" by default.
        id: the acknowledgement id, if there is one.
        payload: the JSON text, empty if there is none. An array for events and acknowledgements, an object for CONNECT.
        attachments: how many binary messages follow.
    """

    kind: int
    namespace: str
    id: int | None
    payload: bytes
    attachments: int


def decode(data: bytes, options: Options) -> Packet:
    """Decode one text packet.

    Args:
        data: UTF-8 text (checked by the transport) without the Engine.IO type digit.
        options: the bounds that hold.

    Raises:
        BadPacket: the text is not a packet a client may send.
    """
    if not data:
        raise BadPacket("empty packet")
    kind = data[0]
    if not CONNECT <= kind <= BINARY_ACK or kind == CONNECT_ERROR:
        raise BadPacket("unknown packet type")
    at = 1
    attachments = 0
    if kind >= BINARY_EVENT:
        attachments, at = _attachments(data, options)
    namespace = "/"
    if at < len(data) and data[at] == _SLASH:
        namespace, at = _namespace(data, at, options)
    number: int | None = None
    if at < len(data) and _ZERO <= data[at] <= _NINE:
        number, at = _id(data, at)
    payload = data[at:]
    _check(kind, number, payload, options)
    return Packet(kind, namespace, number, payload, attachments)


def split_event(payload: bytes, options: Options) -> tuple[str, bytes]:
    """Return an event's name and its arguments, as the JSON text of an array.

    Raises:
        BadPacket: the payload is not an array that starts with a permitted name.
    """
    payload, parts = _array(payload)
    if not parts:
        raise BadPacket("event without a name")
    raw = bytes(parts[0])
    if raw[0] != _QUOTE:
        raise BadPacket("event name is not text")
    if len(raw) > options.max_name + 2:
        raise BadPacket("event name too long")
    try:
        name = _name.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadPacket("bad JSON") from None
    if not name or name in RESERVED:
        raise BadPacket("reserved event name")
    if len(parts) == 1:
        return name, b"[]"
    if payload[1] == _QUOTE and payload[len(raw) + 1] == _COMMA:
        # Written without white space, as every client does: the arguments are the rest of the text.
        return name, b"[" + payload[len(raw) + 2 :]
    return name, b"[" + b",".join([bytes(part) for part in parts[1:]]) + b"]"


def event_values(payload: bytes, options: Options) -> tuple[str, list[object]]:
    """Return an event's name and its arguments, decoded together: half the time of `split_event` and `decode_array`.

    Raises:
        BadPacket: the payload is not an array that starts with a permitted name.
    """
    values = decode_array(payload)
    if not values:
        raise BadPacket("event without a name")
    name = values.pop(0)
    if not isinstance(name, str):
        raise BadPacket("event name is not text")
    if len(name) > options.max_name or (not name.isascii() and len(name.encode()) > options.max_name):
        raise BadPacket("event name too long")
    if not name or name in RESERVED:
        raise BadPacket("reserved event name")
    return name, values


def decode_json(text: bytes) -> object:
    """Return what a JSON text stands for.

    Raises:
        BadPacket: it is not JSON, or holds a number that no float can hold.
    """
    try:
        value: object = _anything.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        mended = without_lone(text)
        if mended is None:
            raise BadPacket("bad JSON") from None
        return decode_json(mended)
    return value


def decode_array(text: bytes) -> list[object]:
    """Return what the JSON text of an array stands for.

    Raises:
        BadPacket: it is not the JSON text of an array.
    """
    value = decode_json(text)
    if not isinstance(value, list):
        raise BadPacket("payload is not an array")
    return value


def encode_packet(kind: int, namespace: str, number: int | None, payload: bytes, attachments: int = 0) -> bytes:
    """Return the text of a packet, with the Engine.IO type digit before it.

    Args:
        kind: one of the constants of this module.
        namespace: without a comma.
        number: the acknowledgement id.
        payload: JSON text, or nothing.
        attachments: how many binary messages follow.
    """
    if namespace == "/" and kind < BINARY_EVENT:
        return b"4%c%b" % (kind, payload) if number is None else b"4%c%d%b" % (kind, number, payload)
    count = b"%d-" % attachments if kind >= BINARY_EVENT else b""
    place = b"" if namespace == "/" else namespace.encode() + b","
    ident = b"" if number is None else b"%d" % number
    return b"".join((b"4", bytes((kind,)), count, place, ident, payload))


def _attachments(data: bytes, options: Options) -> tuple[int, int]:
    end = data.find(b"-", 1, 8)
    digits = data[1:end] if end > 0 else b""
    if not digits.isdigit() or digits[0] == _ZERO:
        raise BadPacket("bad attachment count")
    wanted = int(digits)
    if wanted > options.max_attachments:
        raise BadPacket("too many attachments")
    return wanted, end + 1


def _namespace(data: bytes, at: int, options: Options) -> tuple[str, int]:
    end = data.find(b",", at)
    after = end + 1
    if end < 0:
        # A packet without payload may end with its namespace.
        end = after = len(data)
    if end - at > options.max_name:
        raise BadPacket("namespace too long")
    try:
        return data[at:end].decode(), after
    except UnicodeDecodeError:
        raise BadPacket("bad namespace") from None


def _id(data: bytes, at: int) -> tuple[int, int]:
    # The payload of a packet with an id is an array.
    end = data.find(b"[", at, at + 17)
    digits = data[at:end] if end > 0 else b""
    if not digits.isdigit():
        raise BadPacket("bad acknowledgement id")
    number = int(digits)
    if number > MAX_ID:
        raise BadPacket("bad acknowledgement id")
    return number, end


def _check(kind: int, number: int | None, payload: bytes, options: Options) -> None:
    """Check what can be said about a payload without decoding it."""
    if kind < EVENT:
        if number is not None:
            raise BadPacket("unexpected acknowledgement id")
        if kind == DISCONNECT and payload:
            raise BadPacket("unexpected payload")
        if payload and payload[:1] != b"{":
            raise BadPacket("payload is not an object")
    else:
        if payload[:1] != b"[":
            raise BadPacket("payload is not an array")
        if number is None and kind in (ACK, BINARY_ACK):
            raise BadPacket("acknowledgement without id")
    _check_depth(payload, options.max_depth)


def _check_depth(payload: bytes, limit: int) -> None:
    """Refuse deep nesting; every step runs over the text at C speed, so that a megabyte of brackets costs little."""
    if payload.count(b"[") + payload.count(b"{") <= limit:
        return
    brackets = _STRING.sub(b"", payload).translate(_TO_STEPS, _NOT_BRACKETS)
    if b"\x01" * (limit + 1) in brackets or max(accumulate(memoryview(brackets).cast("b")), default=0) > limit:
        raise BadPacket("nested too deeply")


def _array(payload: bytes) -> tuple[bytes, list[msgspec.Raw]]:
    """Return the parts of an array, and its text as it can be read."""
    try:
        return payload, _raws.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        mended = without_lone(payload)
        if mended is None:
            raise BadPacket("bad JSON") from None
        return _array(mended)

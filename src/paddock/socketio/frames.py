"""Frames of Socket.IO packets: an event or an answer, encoded once, for one client or a thousand.

Pure. Never checks who may get a frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from .attachments import extract
from .packet import Frame
from .parser import ACK, BINARY_ACK, BINARY_EVENT, EVENT, RESERVED, encode_packet

_BINARY = (bytes, bytearray, memoryview)
_SCALARS = frozenset((str, int, float, bool, type(None)))


def event_frame(namespace: str, event: str, args: Sequence[object], number: int | None = None) -> Frame:
    """Return the frame of an event with any arguments JSON and attachments can hold.

    Raises:
        ValueError: the name is reserved.
    """
    check_name(event)
    values = (event, *args)
    if has_binary(args):
        text, parts = extract(values)
        return Frame(encode_packet(BINARY_EVENT, namespace, number, text, len(parts)), parts)
    return Frame(encode_packet(EVENT, namespace, number, msgspec.json.encode(values)))


def raw_event_frame(namespace: str, event: str, args: Sequence[bytes]) -> Frame:
    """Return the frame of an event whose arguments are JSON texts already.

    Raises:
        ValueError: the name is reserved.
    """
    text = b"[" + b",".join((_named(event), *args)) + b"]"
    return Frame(encode_packet(EVENT, namespace, None, text))


@lru_cache(maxsize=256)
def _named(event: str) -> bytes:
    """Return a name that may be used, as JSON text; a program has few."""
    check_name(event)
    return msgspec.json.encode(event)


def ack_frame(namespace: str, number: int, args: Sequence[object]) -> Frame:
    """Return the frame of an acknowledgement with any arguments JSON and attachments can hold."""
    if has_binary(args):
        text, parts = extract(args)
        return Frame(encode_packet(BINARY_ACK, namespace, number, text, len(parts)), parts)
    return Frame(encode_packet(ACK, namespace, number, msgspec.json.encode(args)))


def raw_ack_frame(namespace: str, number: int, arg: bytes) -> Frame:
    """Return the frame of an acknowledgement whose one argument is a JSON text already."""
    return Frame(encode_packet(ACK, namespace, number, b"[" + arg + b"]"))


def packet_frame(kind: int, namespace: str, value: object = None) -> Frame:
    """Return the frame of a CONNECT, CONNECT_ERROR or DISCONNECT packet."""
    return Frame(encode_packet(kind, namespace, None, b"" if value is None else msgspec.json.encode(value)))


def check_name(event: str) -> None:
    """Raise ValueError for names that mean something to the clients' libraries."""
    if not event or event in RESERVED:
        raise ValueError(f"reserved event name: {event!r}")


def has_binary(value: object) -> bool:
    """Return whether there is a binary value in lists, tuples and dictionaries."""
    if isinstance(value, (list, tuple)):
        for item in value:  # noqa: SIM110 - a generator takes three times as long as this loop
            if type(item) not in _SCALARS and has_binary(item):
                return True
        return False
    if isinstance(value, dict):
        return any(has_binary(item) for item in value.values())
    return isinstance(value, _BINARY)

"""Binary values inside JSON: taken out into attachments on the way out, put back on the way in.

Pure. Looks into lists, tuples and dictionaries only; a msgspec Struct that holds bytes becomes base64 inside the JSON.
Source: "Packet encoding" of the Socket.IO protocol, revision 5 (placeholders).
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from .errors import BadPacket
from .limits import Options
from .parser import Packet

_BINARY = (bytes, bytearray, memoryview)


def extract(values: Sequence[object]) -> tuple[bytes, tuple[bytes, ...]]:
    """Return the JSON text of an array with placeholders for its binary values, and these values."""
    found: list[bytes] = []
    return msgspec.json.encode([_extract(value, found) for value in values]), tuple(found)


def restore(value: object, parts: Sequence[bytes]) -> object:
    """Return the value with each placeholder replaced by its attachment.

    Raises:
        BadPacket: a placeholder names no attachment.
    """
    if isinstance(value, list):
        return [restore(item, parts) for item in value]
    if isinstance(value, dict):
        if value.get("_placeholder") is True:
            number = value.get("num")
            if type(number) is not int or not 0 <= number < len(parts):
                raise BadPacket("placeholder out of range")
            return parts[number]
        return {key: restore(item, parts) for key, item in value.items()}
    return value


def _extract(value: object, found: list[bytes]) -> object:
    if isinstance(value, _BINARY):
        found.append(bytes(value))
        return {"_placeholder": True, "num": len(found) - 1}
    if isinstance(value, (list, tuple)):
        return [_extract(item, found) for item in value]
    if isinstance(value, dict):
        return {key: _extract(item, found) for key, item in value.items()}
    return value


class Assembly:
    """A binary packet whose attachments are still coming.

    Args:
        packet: the packet that announced them.
        until: when the last one must have come.
    """

    __slots__ = ("_limit", "_parts", "_size", "packet", "until")

    def __init__(self, packet: Packet, until: float, options: Options) -> None:
        self.packet = packet
        self.until = until
        self._parts: list[bytes] = []
        self._size = 0
        self._limit = options.max_attachment_bytes

    def add(self, part: bytes) -> tuple[bytes, ...] | None:
        """Take one attachment; return all of them when it was the last.

        Raises:
            BadPacket: together they are too large.
        """
        self._size += len(part)
        if self._size > self._limit:
            raise BadPacket("attachments too big")
        self._parts.append(part)
        return tuple(self._parts) if len(self._parts) == self.packet.attachments else None

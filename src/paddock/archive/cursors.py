"""Cursors: where a page ended, as text that people pass on and bring back; whatever they bring is checked."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import Final, TypeVar

import msgspec
from msgspec import Meta, Struct

LONGEST: Final = 200
BIG: Final = Meta(ge=-(2**62), le=2**62)
"""Bounds of a number in a cursor: what a database takes as one."""
T = TypeVar("T", bound=Struct)


class BadCursor(ValueError):  # noqa: N818 - an answer, not an error
    """A cursor that this archive did not give, or gave for another question."""


def write(place: Struct) -> str:
    """Write a place down."""
    return urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def read(cursor: str, kind: type[T]) -> T:
    """Read a place; raises `BadCursor` unless it is one of that kind."""
    if len(cursor) > LONGEST:
        raise BadCursor("a cursor is not as long as that")
    try:
        body = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        return msgspec.json.decode(body, type=kind)
    except (Error, ValueError, msgspec.MsgspecError) as error:
        raise BadCursor("not a cursor of this list") from error

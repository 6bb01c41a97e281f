"""The canonical encoding: one byte string for one value, the same in every language; it never decodes.

It is bencode without dictionaries: `i42e` for an integer, `5:tiger` for text (length in UTF-8 bytes) and `l...e` for
a list. A Struct is the list of its fields in the order of their declaration. Lengths come first, so no two values
share an encoding.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import astuple


def encode(value: object) -> bytes:
    """Return the canonical bytes of nested integers, texts, byte strings, tuples and Structs.

    Raises `TypeError` for anything else: there is no canonical float, boolean or absent value.
    """
    parts: list[bytes] = []
    _encode(value, parts)
    return b"".join(parts)


def _encode(value: object, parts: list[bytes]) -> None:
    if isinstance(value, str):
        text = value.encode()
        parts.append(b"%d:%b" % (len(text), text))
    elif isinstance(value, int) and not isinstance(value, bool):
        parts.append(b"i%de" % value)
    elif isinstance(value, bytes):
        parts.append(b"%d:%b" % (len(value), value))
    elif isinstance(value, tuple | Struct):
        parts.append(b"l")
        for item in astuple(value) if isinstance(value, Struct) else value:
            _encode(item, parts)
        parts.append(b"e")
    else:
        raise TypeError(f"no canonical encoding for {type(value).__name__}")

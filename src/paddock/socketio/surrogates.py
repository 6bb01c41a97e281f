"""Lone surrogates: JSON can write half of a character, and no text can hold it; it is read as U+FFFD instead.

So do browsers where they take text. Whether a text with that sign is wanted is for the application to say: the packet
is no reason to end the connection.
"""

from __future__ import annotations

import re
from typing import Final

_ESCAPE: Final = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)
"""A whole pair, a lone half, or any other escape, so that an escaped backslash begins none."""


def without_lone(text: bytes) -> bytes | None:
    """Return a JSON text of the same length with U+FFFD for each lone surrogate, or None when it has none."""
    if b"\\u" not in text:
        return None
    found = False

    def mended(match: re.Match[bytes]) -> bytes:
        nonlocal found
        if match[1] is None:
            return match[0]
        found = True
        return b"\\ufffd"

    made = _ESCAPE.sub(mended, text)
    return made if found else None

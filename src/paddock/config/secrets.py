"""Passwords inside addresses are taken out of everything that is shown; the settings themselves keep them."""

from __future__ import annotations

import re
from typing import Final

MASK: Final = "***"
_USER: Final = re.compile(r"(?<=://)([^:/?#@\s]*):[^/\s]*(?=@)")
_PARAMETER: Final = re.compile(r"(?i)\b((?:ssl)?password=)[^&\s'\"]+")


def masked(text: str) -> str:
    """Give a text that may hold addresses without the passwords in them."""
    return _PARAMETER.sub(rf"\g<1>{MASK}", _USER.sub(rf"\g<1>:{MASK}", text))

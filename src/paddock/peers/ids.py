"""Session ids that name the node that owns the session.

The first eight characters are the key of the node, which only the register of nodes can resolve. A client learns from
it only which sessions share a node; the rest of the id is as hard to guess as an id without a key.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Final

from paddock.socketio import random_sid

KEY_BYTES: Final = 6
KEY_CHARS: Final = 8
"""In base64url. 48 bits make a collision within a cluster improbable."""
SID_CHARS: Final = KEY_CHARS + 20


def new_key() -> str:
    """Return a new node key, valid for one run of a process."""
    return secrets.token_urlsafe(KEY_BYTES)


def sid_rule(key: str) -> Callable[[], str]:
    """Return a function that generates session ids of a node."""
    return lambda: key + random_sid()


def key_in(sid: str) -> str | None:
    """Return the node key in a session id; None if the length is wrong."""
    return sid[:KEY_CHARS] if len(sid) == SID_CHARS else None

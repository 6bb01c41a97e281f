"""Session ids that name their node: a short random key that means something to the register of nodes only.

A key tells a client nothing but which sessions share a node; what follows it is as hard to guess as ever.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Final

from paddock.socketio import random_sid

KEY_BYTES: Final = 6
KEY_CHARS: Final = 8
"""In base64url: 48 bits, so that no two nodes of a cluster have the same by chance."""
SID_CHARS: Final = KEY_CHARS + 20


def new_key() -> str:
    """Make the key of a node, for one life of its process."""
    return secrets.token_urlsafe(KEY_BYTES)


def sid_rule(key: str) -> Callable[[], str]:
    """Make the rule that makes the session ids of a node."""
    return lambda: key + random_sid()


def key_in(sid: str) -> str | None:
    """Read the key of the node that made an id; None when no node can have made it."""
    return sid[:KEY_CHARS] if len(sid) == SID_CHARS else None

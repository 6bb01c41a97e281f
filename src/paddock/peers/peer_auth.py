"""Mutual authentication of two nodes with a shared secret (challenge and response, HMAC-SHA256). Pure functions.

The connecting node sends a nonce. The owner replies with its own nonce and a code over both, which proves that it is
alive and holds the secret; the connecting node then sends its code. Codes cover the key of the owner, so a code made
for one node is useless at another. Each nonce is used once, so a recorded exchange cannot be replayed. No byte of a
client is sent before both codes are verified.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from hashlib import sha256
from typing import Final, TypeAlias

Secret: TypeAlias = Callable[[], bytes]
"""Returns the current shared secret; a node that started without the shared store receives it later."""

MAGIC: Final = b"paddock1"
NONCE_BYTES: Final = 16
CODE_BYTES: Final = 32
HELLO_BYTES: Final = len(MAGIC) + NONCE_BYTES
"""Size of the first message of the connecting node: magic and nonce."""
REPLY_BYTES: Final = NONCE_BYTES + CODE_BYTES
"""Size of the reply of the owner: nonce and code. The code of the connecting node follows."""


def peer_secret(shared: bytes) -> bytes:
    """Derive the secret for peer authentication from the cluster secret."""
    return hmac.digest(shared, b"paddock peers 1", sha256)


def owner_code(secret: bytes, key: str, client_nonce: bytes, server_nonce: bytes) -> bytes:
    """Return the code that authenticates the owner."""
    return _code(secret, b"owner", key, client_nonce, server_nonce)


def client_code(secret: bytes, key: str, client_nonce: bytes, server_nonce: bytes) -> bytes:
    """Return the code that authenticates the connecting node to the owner with this key."""
    return _code(secret, b"client", key, client_nonce, server_nonce)


def codes_equal(one: bytes, other: bytes) -> bool:
    """Compare two codes in constant time."""
    return hmac.compare_digest(one, other)


def _code(secret: bytes, role: bytes, key: str, client_nonce: bytes, server_nonce: bytes) -> bytes:
    # All parts but the key have a fixed length, so the encoding is unambiguous.
    return hmac.digest(secret, b"\0".join((role, client_nonce + server_nonce, key.encode())), sha256)

"""How two nodes prove to each other that they know the shared secret, before anything of a client is said; pure.

The caller begins with a number of its own. The owner answers with a number and a code over both, which shows that it is
alive and who it is; the caller answers with its own code. Codes name the owner's key, so that one given to a node is
worth nothing at another, and each number is used once, so that nothing that was overheard can be said again.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from hashlib import sha256
from typing import Final, TypeAlias

Secret: TypeAlias = Callable[[], bytes]
"""What all nodes know, at the moment: a node that began without their store agrees on it later."""

MAGIC: Final = b"paddock1"
NONCE_BYTES: Final = 16
CODE_BYTES: Final = 32
HELLO_BYTES: Final = len(MAGIC) + NONCE_BYTES
"""What a caller says first."""
REPLY_BYTES: Final = NONCE_BYTES + CODE_BYTES
"""What the owner says then; the caller's own code follows."""


def peer_secret(shared: bytes) -> bytes:
    """Derive the secret of this purpose from the one that all nodes share."""
    return hmac.digest(shared, b"paddock peers 1", sha256)


def owner_code(secret: bytes, key: str, client_nonce: bytes, server_nonce: bytes) -> bytes:
    """Make the code that proves an owner to a caller."""
    return _code(secret, b"owner", key, client_nonce, server_nonce)


def client_code(secret: bytes, key: str, client_nonce: bytes, server_nonce: bytes) -> bytes:
    """Make the code that proves a caller to the owner of this key."""
    return _code(secret, b"client", key, client_nonce, server_nonce)


def codes_equal(one: bytes, other: bytes) -> bool:
    """Compare two codes in a time that tells nothing."""
    return hmac.compare_digest(one, other)


def _code(secret: bytes, role: bytes, key: str, client_nonce: bytes, server_nonce: bytes) -> bytes:
    # All but the key are of fixed length, so no two meanings give the same text.
    return hmac.digest(secret, b"\0".join((role, client_nonce + server_nonce, key.encode())), sha256)

"""The client of a connection and its seat, and the hashes of tokens and addresses; plain values are never stored."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Iterator
from contextlib import contextmanager

from paddock.domain.ids import PlayerId, RoomId
from paddock.domain.room import Keys
from paddock.gateway.client_ip import networks
from paddock.service.lobby import PageSubscription
from paddock.service.work_queue import Owner
from paddock.socketio import Frame, Socket

HASH_CHARACTERS = 32
"""128 bits of SHA-256 in hexadecimal, so a collision of two tokens is practically impossible."""

LOGGED_CHARACTERS = 12


class Client:
    """A connection, its source, and its seat."""

    __slots__ = ("allowance", "held", "player", "room", "since", "socket", "source", "subscription", "told")

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self.source = socket.source
        self.since = time.monotonic()
        self.room: RoomId | None = None
        self.player: PlayerId | None = None
        self.subscription: PageSubscription | None = None
        """The page of the room list that it is subscribed to."""
        self.held: list[tuple[int, Frame]] | None = None
        """While not None, entries wait here by version, until it is known which ones the client has missed."""
        self.told = 0
        """Up to this version of its room it was told as it came in or asked; the feed may come to some of it later."""
        self.allowance: str = socket.source + "/" + socket.id
        """The key its messages are counted under; the seat token's hash as soon as it has shown one."""


def owner_of(client: Client) -> Owner:
    """Say whose work it is that a client asks for: it is wanted as long as the connection is there.

    All sources of an IPv6 site are one in a queue, or their owner would have as many turns as it has networks.
    """
    return Owner(networks(client.source)[-1], client.allowance, lambda: client.socket.connected)


@contextmanager
def holding(client: Client) -> Iterator[list[tuple[int, Frame]]]:
    """Hold a client's entries back while something is read for it that has them, and let go of them then.

    What was read goes out with the answer. An entry that left before it, and was not in it, would be a gap: the way of
    the feed is another one than that of an answer of the store, and may be shorter.
    """
    if client.held is not None:
        yield client.held
        return
    client.held = []
    try:
        yield client.held
    finally:
        client.held = None


class TokenHasher:
    """Hashes tokens, addresses and guesses of clients.

    Args:
        secret: the key of the hashes of values that are too few for a plain hash.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def token(self, token: str) -> str:
        """Return the hash of a seat token or device token; both are 256 random bits, so it needs no key."""
        return hashlib.sha256(token.encode()).hexdigest()[:HASH_CHARACTERS]

    def address(self, source: str) -> str:
        """Return the keyed hash of a network address; there are too few addresses for a plain hash."""
        return hmac.digest(self._secret, source.encode(), "sha256").hex()[:HASH_CHARACTERS]

    def guess(self, text: str) -> str:
        """Return the keyed hash of a guess, which may contain a password."""
        return hmac.digest(self._secret, b"guess\n" + text.encode(), "sha256").hex()[:HASH_CHARACTERS]

    def logged(self, source: str) -> str:
        """Return the hash of an address for the log; it identifies lines of the same source and reveals nothing else."""
        return self.address(source)[:LOGGED_CHARACTERS]

    def keys(self, token: str, device: str, source: str) -> Keys:
        """Return all hashes by which a person is recognised."""
        return Keys(self.token(token), self.token(device), self.address(source))

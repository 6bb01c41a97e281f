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

    __slots__ = ("allowance", "buffered", "player", "room", "since", "socket", "source", "subscription", "told")

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self.source = socket.source
        self.since = time.monotonic()
        self.room: RoomId | None = None
        self.player: PlayerId | None = None
        self.subscription: PageSubscription | None = None
        """The page of the room list that it is subscribed to."""
        self.buffered: list[tuple[int, Frame]] | None = None
        """Live entries with their versions while the client's missed entries are read; otherwise None."""
        self.told = 0
        """The version of the room that the last view or reply contained; the feed may deliver older entries later."""
        self.allowance: str = socket.source + "/" + socket.id
        """The key of its rate limits: the hash of its seat token once it has sent one."""


def owner_of(client: Client) -> Owner:
    """Return the owner of work for a client; the work is wanted while the connection is open.

    All sources of an IPv6 site share one place in a queue, because the site could use as many sources as it likes.
    """
    return Owner(networks(client.source)[-1], client.allowance, lambda: client.socket.connected)


@contextmanager
def buffering(client: Client) -> Iterator[list[tuple[int, Frame]]]:
    """Buffer live entries for a client during a read that contains them; the buffer is dropped at the end.

    The result is sent with the reply. The feed may be faster than a reply of the store. So an entry that was
    sent before the reply, and is not in it, would be a gap for the client.
    """
    if client.buffered is not None:
        yield client.buffered
        return
    client.buffered = []
    try:
        yield client.buffered
    finally:
        client.buffered = None


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
        """Return the hash of an address for the log; it tells only which lines are of the same source."""
        return self.address(source)[:LOGGED_CHARACTERS]

    def keys(self, token: str, device: str, source: str) -> Keys:
        """Return all hashes by which a person is recognised."""
        return Keys(self.token(token), self.token(device), self.address(source))

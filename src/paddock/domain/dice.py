"""The dice: HMAC-SHA256 in counter mode over a race's secret seed; they never ask the operating system for randomness.

Block `n` of a stream is `HMAC-SHA256(key = seed, message = encode((DOMAIN, label, race, inputs)) + n as 8 bytes,
big-endian)`, where `inputs` is the SHA-256 of the canonical encoding of everything public that fixes the throw. A
block gives eight 32-bit words, big-endian; a word becomes an integer below `n` by remainder, after words that would
favour small values are thrown away (the largest `2**32 % n` of them). Each racer and purpose has a stream of its own,
so no event shifts another one's dice.
"""

from __future__ import annotations

import hashlib
import struct
from typing import Final, TypeVar

from paddock.domain.encoding import encode
from paddock.domain.ids import RaceId, Seed

T = TypeVar("T")

DOMAIN: Final = "paddock/dice/1"
"""Changes with any change of the dice or the race's arithmetic: an old seed never means something new unnoticed."""
SEED_BYTES: Final = 32
WORDS: Final = 2**32
_BLOCK: Final = struct.Struct(">8I")
_COUNTER: Final = struct.Struct(">Q")
_INNER: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER: Final = bytes(byte ^ 0x5C for byte in range(256))


def commitment(seed: Seed) -> str:
    """Return the SHA-256 of a seed in hexadecimal, shown to everybody before the first pick.

    It proves that the seed was fixed before the picks: nobody can change it after seeing them. It does not prove that
    the seed was made at random, and it does not stop whoever reads the secret seed on the server from trying picks.
    """
    return hashlib.sha256(seed).hexdigest()


class Dice:
    """All streams of one throw: a seed, a race and the digest of its public inputs."""

    def __init__(self, seed: bytes, race: RaceId, inputs: bytes) -> None:
        """Hash the key once; `inputs` encodes what the throw depends on. A seed of another length is a `ValueError`."""
        if len(seed) != SEED_BYTES:
            raise ValueError(f"a seed has {SEED_BYTES} bytes, not {len(seed)}")
        key = seed.ljust(64, b"\0")
        # HMAC by hand: both padded keys are hashed once and copied per block, which costs a third of `hmac.digest`.
        self._inner = hashlib.sha256(key.translate(_INNER))
        self._outer = hashlib.sha256(key.translate(_OUTER))
        self._race = race
        self._inputs = hashlib.sha256(inputs).digest()

    def stream(self, label: str) -> Stream:
        """Return the stream of one purpose, for example `pace:3`, at its beginning."""
        inner = self._inner.copy()
        inner.update(encode((DOMAIN, label, self._race, self._inputs)))
        return Stream(inner, self._outer)


class Stream:
    """An endless row of unbiased integers; equal streams give equal rows."""

    __slots__ = ("_counter", "_inner", "_left", "_outer")

    def __init__(self, inner: hashlib._Hash, outer: hashlib._Hash) -> None:
        self._inner = inner
        self._outer = outer
        self._counter = 0
        self._left: list[int] = []

    def below(self, bound: int) -> int:
        """Return an integer from 0 to `bound - 1`, each equally likely; `bound` is from 1 to 2**32."""
        limit = WORDS - WORDS % bound
        while True:
            if not self._left:
                self._refill()
            word = self._left.pop()
            if word < limit:
                return word % bound

    def between(self, low: int, high: int) -> int:
        """Return an integer from `low` to `high`, both included, each equally likely."""
        return low + self.below(high - low + 1)

    def many(self, count: int, low: int, high: int) -> list[int]:
        """Return what `count` calls of `between` would return."""
        bound = high - low + 1
        limit = WORDS - WORDS % bound
        found: list[int] = []
        while True:
            for _ in range(min(count - len(found), len(self._left))):
                word = self._left.pop()
                if word < limit:
                    found.append(low + word % bound)
            if len(found) == count:
                return found
            if not self._left:
                self._refill()

    def shuffled(self, items: tuple[T, ...]) -> list[T]:
        """Return the items in random order, each order equally likely (Fisher-Yates, from the end)."""
        order = list(items)
        for last in range(len(order) - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order

    def _refill(self) -> None:
        inner = self._inner.copy()
        inner.update(_COUNTER.pack(self._counter))
        outer = self._outer.copy()
        outer.update(inner.digest())
        self._counter += 1
        self._left = list(_BLOCK.unpack(outer.digest()))
        self._left.reverse()

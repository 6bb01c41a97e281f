"""Room passwords: argon2 hashes made and checked in a thread, a few at a time; the plain text is kept nowhere."""

from __future__ import annotations

import asyncio
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

AT_ONCE: Final = 2
"""Each check takes a core for about an eighth of a second, so no more than this run at the same time."""
_NOBODYS: Final = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$J1pkBTtsw2bQf7hC0eH0k2Yw4H1nq4Q1m8Y2p3b5d7E"
"""A hash no password has: a room that does not exist takes as long to refuse as one with another password."""


class Passwords:
    """Hashes and checks passwords without blocking the loop."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def hash(self, password: str) -> str:
        """Make the hash to keep."""
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def check(self, kept: str | None, password: str) -> bool:
        """Say whether the password has this hash; with None it takes as long and is wrong."""
        async with self._slots:
            return await asyncio.to_thread(self._check, kept or _NOBODYS, password)

    def _check(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False

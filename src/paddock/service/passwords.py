"""Room passwords: argon2 hashes, made and checked in threads of a bounded queue; the plain text is kept nowhere."""

from __future__ import annotations

from functools import partial
from typing import Final

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from paddock.service.work_queue import Owner, Slot, WorkQueue

MEMORY_KIB: Final = 19_456
PASSES: Final = 2
LANES: Final = 1
"""Argon2id with 19 MiB, two passes and one lane, which OWASP's password storage cheat sheet gives as sufficient: some
30 ms of one core. With more lanes one hash would take every core from the event loop."""
MOST_KIB: Final = 65_536
"""A kept hash that wants more memory than this is no hash of ours and is not computed."""
_NOBODYS: Final = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$J1pkBTtsw2bQf7hC0eH0k2Yw4H1nq4Q1m8Y2p3b5d7E"
"""A hash no password has: a room that does not exist takes as long to refuse as one with another password."""


class Passwords:
    """Hashes and checks passwords without blocking the loop; at most `MOST_KIB` of memory for each job that runs."""

    def __init__(self, queue: WorkQueue) -> None:
        self.queue = queue
        self._hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)

    async def hash(self, password: str, owner: Owner) -> str:
        """Make the hash to keep.

        Raises:
            QueueFull: too many passwords wait to be hashed.
            OwnerGone: the client left before its turn came.
        """
        async with self.queue.slot(owner) as slot:
            return await self.hash_in(slot, password)

    async def hash_in(self, slot: Slot, password: str) -> str:
        """Make the hash to keep in a slot of `queue` that the caller holds."""
        return await slot.in_thread(partial(self._hasher.hash, password))

    async def check(self, kept: str | None, password: str, owner: Owner) -> bool:
        """Say whether the password has this hash; with None it takes as long and is wrong.

        Raises:
            QueueFull: too many passwords wait to be checked.
            OwnerGone: the client left before its turn came.
        """
        async with self.queue.slot(owner) as slot:
            return await slot.in_thread(partial(self._check, kept or _NOBODYS, password))

    def _check(self, kept: str, password: str) -> bool:
        try:
            return extract_parameters(kept).memory_cost <= MOST_KIB and self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False

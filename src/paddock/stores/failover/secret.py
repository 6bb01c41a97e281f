"""The secret under which network addresses are hashed: one for all servers of a Redis, kept beside each as well.

A server that starts without Redis takes the one it kept. One that never met its Redis makes its own; when they meet, it
keeps the shared one for its next start, and until then knows people by their tokens, but not by addresses of others.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import structlog

from paddock.files.secret import LEAST_BYTES, keep
from paddock.stores.redis.store import RedisStore

log = structlog.get_logger("paddock.stores.failover")


class SharedSecret:
    """The secret of all servers, as this one knows it; `path` keeps it, None nowhere."""

    def __init__(self, known: bytes, shared: RedisStore, path: Path | None) -> None:
        self.value = known
        self._shared = shared
        self._path = path

    async def agree(self) -> None:
        """Take the one that Redis has, or give it this one; one that is too short is not taken, and said in the log.

        Raises:
            StoreUnavailable: it is not there now.
        """
        value = await self._shared.shared_secret(self.value)
        if value == self.value:
            return
        if len(value) < LEAST_BYTES:
            log.error("secret.too_short", bytes=len(value), advice="delete it in Redis, then restart all servers")
            return
        self.value = value
        log.warning("secret.taken_over", advice="restart this server when it suits, if it has been serving players")
        if self._path is not None:
            await asyncio.to_thread(keep, self._path, value)

"""The secret under which network addresses are hashed: one for all servers of a Redis, kept beside each as well.

A server that starts without Redis takes the one it kept. One that never met its Redis makes its own; when they meet, it
keeps the shared one for its next start, and until then knows people by their tokens, but not by addresses of others.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

import structlog

from paddock.stores.redis.store import RedisStore

log = structlog.get_logger("paddock.stores.failover")


class SharedSecret:
    """The secret of all servers, as this one knows it; `path` keeps it, None nowhere."""

    def __init__(self, known: bytes, shared: RedisStore, path: Path | None) -> None:
        self.value = known
        self._shared = shared
        self._path = path

    async def agree(self) -> None:
        """Take the one that Redis has, or give it this one.

        Raises:
            StoreUnavailable: it is not there now.
        """
        value = await self._shared.shared_secret(self.value)
        if value == self.value:
            return
        self.value = value
        log.warning("secret.taken_over", advice="restart this server when it suits, if it has been serving players")
        if self._path is not None:
            await asyncio.to_thread(_replace, self._path, value)


def _replace(path: Path, value: bytes) -> None:
    # A name of its own: several workers may do this on one folder in the same moment.
    descriptor, made = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(value)
    Path(made).replace(path)

"""Sessions in Redis: by hashed seat token, gone by themselves some time after their room would be."""

from __future__ import annotations

from typing import Final

import structlog

from paddock.stores.codec import Undecodable, decode_session, encode
from paddock.stores.contract import Session
from paddock.stores.redis import keys
from paddock.stores.redis.replies import Command, body
from paddock.stores.redis.scripts import Scripts
from paddock.stores.redis.servers import Servers, Step

log = structlog.get_logger("paddock.stores.redis")

KEPT_S: Final = 48 * 3600
"""No room is played in for that long without anybody connecting anew; a seat without session is found by its token."""


class Sessions:
    """Keeps sessions."""

    def __init__(self, servers: Servers, scripts: Scripts) -> None:
        self._servers = servers
        self._keys = servers.keys
        self._scripts = scripts

    async def put(self, token_hash: str, session: Session) -> None:
        """Save a session; see `SessionStore`."""
        await self._set(token_hash, encode(session))

    async def get(self, token_hash: str) -> Session | None:
        """Give a session, or None; see `SessionStore`."""
        question: Command = ("GET", self._keys.of_session(token_hash))
        (reply,) = await self._servers.ask([(keys.bucket_of(token_hash), question)])
        found = body(reply)
        if found is None:
            return None
        try:
            return decode_session(found)
        except Undecodable as error:
            log.warning("store.session_lost", reason=str(error))
            return None

    async def drop(self, token_hash: str) -> None:
        """Remove a session; see `SessionStore`."""
        await self._set(token_hash, b"")

    async def _set(self, token_hash: str, session: bytes) -> None:
        key = self._keys.of_session(token_hash)
        await self._servers.run(Step(keys.bucket_of(token_hash), self._scripts.put, (key,), (session, KEPT_S)))

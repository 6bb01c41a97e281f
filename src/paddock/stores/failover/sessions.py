"""Sessions of a server with a Redis: kept with their room, and looked up in its replica while Redis is unavailable."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from paddock.stores.contract import Session
from paddock.stores.failover.availability import Availability
from paddock.stores.failover.isolated_rooms import IsolatedRooms
from paddock.stores.failover.mode import Local, Offline, Shared, stored_mode
from paddock.stores.failover.replicas import Replicas
from paddock.stores.local import LocalStore
from paddock.stores.redis.store import RedisStore


class FailoverSessions:
    """A `SessionStore` over both stores; `drop_later` remembers a session to be dropped in Redis when it is back."""

    def __init__(
        self,
        shared: RedisStore,
        local: LocalStore,
        availability: Availability,
        replicas: Replicas,
        isolated: IsolatedRooms,
        drop_later: Callable[[str], None],
    ) -> None:
        self._shared = shared
        self._local = local
        self._availability = availability
        self._replicas = replicas
        self._isolated = isolated
        self._drop_later = drop_later

    async def put_session(self, token_hash: str, session: Session) -> None:
        """Save a session, replacing what was there."""
        self._replicas.note_session(token_hash, session)
        match stored_mode(self._availability.mode, is_isolated=session.room in self._isolated):
            case Local() | Offline():
                await self._local.put_session(token_hash, session)
            case Shared():
                await self._shared.put_session(token_hash, session)
            case never:
                assert_never(never)

    async def session(self, token_hash: str) -> Session | None:
        """Return the session of a token, or None; while Redis is unavailable, as far as the replicas tell."""
        here = await self._local.session(token_hash)
        match self._availability.mode:
            case Offline():
                return here or self._replicas.seats.get(token_hash) or await self._isolated.session_of(token_hash)
            case Shared():
                if here is not None and here.room in self._isolated:
                    return here
                found = await self._shared.session(token_hash)
            case never:
                assert_never(never)
        if found is None:
            # An emptied Redis has no sessions; what was written or read here is valid until they are put back.
            return self._replicas.seats.get(token_hash)
        self._replicas.note_session(token_hash, found)
        return found

    async def drop_session(self, token_hash: str) -> None:
        """Remove a session."""
        self._replicas.note_session(token_hash, None)
        match self._availability.mode:
            case Shared():
                await self._shared.drop_session(token_hash)
            case Offline():
                self._drop_later(token_hash)
            case never:
                assert_never(never)
        if await self._local.session(token_hash) is not None:
            await self._local.drop_session(token_hash)

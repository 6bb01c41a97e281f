"""The seats connected to this node, registered in Redis, and again when Redis is back; a `NodeStore`."""

from __future__ import annotations

from typing import assert_never

from paddock.stores.contract import HeldSeat
from paddock.stores.failover.mode import Offline, RecoveryPhase, Shared
from paddock.stores.failover.store import FailoverStore
from paddock.stores.redis.store import RedisStore


class FailoverSeatRegistry:
    """The seats of this node, with or without Redis."""

    def __init__(self, shared: RedisStore, store: FailoverStore) -> None:
        self._shared = shared
        self._store = store
        self._here: set[HeldSeat] = set()
        store.when_returned(self._register_all)

    async def hold_seat(self, seat: HeldSeat) -> None:
        """Register a seat as connected to this node; see `NodeStore`."""
        self._here.add(seat)
        match self._store.mode:
            case Shared():
                await self._shared.held.hold_seat(seat)
            case Offline():
                pass  # registered when Redis is back
            case never:
                assert_never(never)

    async def let_go(self, seat: HeldSeat, node: str | None = None) -> None:
        """Remove a seat of a node; see `NodeStore`."""
        if node is None:
            self._here.discard(seat)
        match self._store.mode:
            case Shared():
                await self._shared.held.let_go(seat, node)
            case Offline():
                pass
            case never:
                assert_never(never)

    async def orphans(self) -> tuple[tuple[str, HeldSeat], ...]:
        """Return the seats of dead nodes; while Redis is unavailable, only those of earlier processes of this node.

        When Redis has just come back, every node seems dead until it has registered again.
        """
        here = await self._store.orphans()
        match self._store.mode:
            case Shared(RecoveryPhase.SETTLED):
                return (*here, *await self._shared.held.orphans())
            case Shared() | Offline():
                return here
            case never:
                assert_never(never)

    async def _register_all(self) -> None:
        for seat in tuple(self._here):
            await self._shared.held.hold_seat(seat)

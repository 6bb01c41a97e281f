"""Which seats this node holds, told to Redis while it is there, and again when it is back; a `NodeStore`."""

from __future__ import annotations

from typing import assert_never

from paddock.stores.contract import HeldSeat
from paddock.stores.failover.mode import Offline, RecoveryPhase, Shared
from paddock.stores.failover.store import FailoverStore
from paddock.stores.redis.store import RedisStore


class HeldHere:
    """The seats of this node, whether Redis is there or not."""

    def __init__(self, shared: RedisStore, store: FailoverStore) -> None:
        self._shared = shared
        self._store = store
        self._here: set[HeldSeat] = set()
        store.when_returned(self._say_all)

    async def hold_seat(self, seat: HeldSeat) -> None:
        """Note that this node has the connection of a seat; see `NodeStore`."""
        self._here.add(seat)
        match self._store.mode:
            case Shared():
                await self._shared.held.hold_seat(seat)
            case Offline():
                pass  # said when Redis is back
            case never:
                assert_never(never)

    async def let_go(self, seat: HeldSeat, node: str | None = None) -> None:
        """Note that a node has it no longer; see `NodeStore`."""
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
        """Give the seats of nodes that are no more; while Redis is away nobody can tell which those are.

        When it has just come back, every node seems to be gone until it has said that it is not.
        """
        here = await self._store.orphans()
        match self._store.mode:
            case Shared(RecoveryPhase.SETTLED):
                return (*here, *await self._shared.held.orphans())
            case Shared() | Offline():
                return here
            case never:
                assert_never(never)

    async def _say_all(self) -> None:
        for seat in tuple(self._here):
            await self._shared.held.hold_seat(seat)

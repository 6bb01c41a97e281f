"""Which seats this node holds, told to Redis while it is there, and again when it is back; a `NodeStore`."""

from __future__ import annotations

from paddock.stores.contract import HeldSeat
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
        if self._shared.trouble is None:
            await self._shared.held.hold_seat(seat)

    async def let_go(self, seat: HeldSeat, node: str | None = None) -> None:
        """Note that a node has it no longer; see `NodeStore`."""
        if node is None:
            self._here.discard(seat)
        if self._shared.trouble is None:
            await self._shared.held.let_go(seat, node)

    async def orphans(self) -> tuple[tuple[str, HeldSeat], ...]:
        """Give the seats of nodes that are no more; while Redis is away nobody can tell which those are.

        When it has just come back, every node seems to be gone until it has said that it is not.
        """
        here = await self._store.orphans()
        return here if self._store.settling else (*here, *await self._shared.held.orphans())

    async def _say_all(self) -> None:
        for seat in tuple(self._here):
            await self._shared.held.hold_seat(seat)

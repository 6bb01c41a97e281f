"""Which rooms are due, over all buckets, and which node looks after one at the moment; it does nothing that is owed.

A claim is a courtesy: duties may run twice. It spares two schedulers the same work, and after a node died the others
take over within `LEASE_MS`.
"""

from __future__ import annotations

from typing import Final

from paddock.domain.ids import Millis, RoomId
from paddock.stores.redis import keys
from paddock.stores.redis.replies import Command, bodies
from paddock.stores.redis.scripts import Scripts
from paddock.stores.redis.servers import Servers, Step

LEASE_MS: Final = 3_000


class DueRooms:
    """The due index of all rooms, as one node sees it."""

    def __init__(self, servers: Servers, scripts: Scripts, node: str) -> None:
        self._servers = servers
        self._keys = servers.keys
        self._scripts = scripts
        self._node = node

    async def due(self, now: Millis, limit: int) -> tuple[RoomId, ...]:
        """Give rooms that are due and that no other node looks after, longest due first."""
        if limit < 1:
            return ()
        found = await self._first("-inf", str(now), limit)
        rooms = [room for _, room in sorted(found)[:limit]]
        if not rooms:
            return ()
        steps = [
            Step(
                bucket,
                self._scripts.claim,
                (f"{self._keys.of_bucket('claim', bucket)}:{room}",),
                (self._node, LEASE_MS),
            )
            for room, bucket in ((room, keys.bucket_of(room)) for room in rooms)
        ]
        claims = await self._servers.run_all(steps)
        return tuple(room for room, claimed in zip(rooms, claims, strict=True) if claimed == 1)

    async def filed(self) -> tuple[RoomId, ...]:
        """Give all rooms of the index, soonest due first; it claims none."""
        return tuple(room for _, room in sorted(await self._first("-inf", "+inf", -1)))

    async def next_due(self) -> Millis | None:
        """Give the earliest due time of any room."""
        found = await self._first("-inf", "+inf", 1)
        return Millis(int(min(found)[0])) if found else None

    async def _first(self, low: str, high: str, limit: int) -> list[tuple[float, RoomId]]:
        questions: list[tuple[int, Command]] = [
            (
                bucket,
                (
                    "ZRANGEBYSCORE",
                    self._keys.of_bucket("due", bucket),
                    low,
                    high,
                    "WITHSCORES",
                    "LIMIT",
                    0,
                    limit,
                ),
            )
            for bucket in range(keys.BUCKETS)
        ]
        found: list[tuple[float, RoomId]] = []
        for reply in await self._servers.ask(questions):
            flat = bodies(reply)
            found.extend((float(at), RoomId(room.decode())) for room, at in zip(flat[::2], flat[1::2], strict=True))
        return found

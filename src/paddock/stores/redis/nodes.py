"""Which nodes there are: each says so with every beat, and is gone seconds after its last word; it judges nobody."""

from __future__ import annotations

from typing import Final

from paddock.stores.redis import keys
from paddock.stores.redis.clock import StoreClock
from paddock.stores.redis.replies import Command, bodies, body
from paddock.stores.redis.servers import Servers

LEASE_MS: Final = 5_000
"""Long enough for a frozen moment, short enough that a dead node's players are seen to be away."""
FORGOTTEN_MS: Final = 3_600_000
BUCKET: Final = 0
"""All nodes are asked for together, so they lie together."""


class Nodes:
    """The register of nodes; `node` is this one's name."""

    def __init__(self, servers: Servers, clock: StoreClock, node: str) -> None:
        self._servers = servers
        self._clock = clock
        self._node = node
        self.about = b""
        """What this node tells of itself to the others, for example how it can be reached."""

    async def hold(self) -> None:
        """Renew the lease of this node.

        Raises:
            StoreUnavailable: it cannot be renewed now.
        """
        now = self._clock.exact()
        register = keys.of_bucket("nodes", BUCKET)
        held: list[Command] = [
            ("SET", self._key(self._node), self.about, "PX", LEASE_MS),
            ("ZADD", register, now, self._node),
            ("ZREMRANGEBYSCORE", register, "-inf", now - FORGOTTEN_MS),
        ]
        await self._servers.ask([(BUCKET, command) for command in held])

    async def drop(self) -> None:
        """Say that this node is going, so that nobody waits for its lease to end.

        Raises:
            StoreUnavailable: it cannot be said now.
        """
        gone: list[Command] = [
            ("DEL", self._key(self._node)),
            ("ZREM", keys.of_bucket("nodes", BUCKET), self._node),
        ]
        await self._servers.ask([(BUCKET, command) for command in gone])

    async def alive(self) -> dict[str, bytes]:
        """Give the nodes whose lease has not run out, with what they tell of themselves.

        Raises:
            StoreUnavailable: it cannot be read now.
        """
        since = self._clock.exact() - LEASE_MS
        listing: Command = ("ZRANGEBYSCORE", keys.of_bucket("nodes", BUCKET), since, "+inf")
        (found,) = await self._servers.ask([(BUCKET, listing)])
        names = [name.decode() for name in bodies(found)]
        replies = await self._servers.ask([(BUCKET, ("GET", self._key(name))) for name in names])
        told = {name: body(reply) for name, reply in zip(names, replies, strict=True)}
        return {name: about for name, about in told.items() if about is not None}

    def _key(self, node: str) -> str:
        return f"{keys.of_bucket('node', BUCKET)}:{node}"

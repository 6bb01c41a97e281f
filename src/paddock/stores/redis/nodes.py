"""Which nodes there are: each says so with every beat, and is gone seconds after its last word; it judges nobody."""

from __future__ import annotations

from typing import Final

import msgspec
import structlog

from paddock.stores.contract import NodeAbout
from paddock.stores.redis.address import parse_address
from paddock.stores.redis.clock import StoreClock, now_us
from paddock.stores.redis.dialer import Limits
from paddock.stores.redis.replies import Command, bodies, body
from paddock.stores.redis.servers import Servers

log = structlog.get_logger("paddock.stores.redis")

LEASE_MS: Final = 5_000
"""Long enough for a frozen moment, short enough that a dead node's players are seen to be away."""
FORGOTTEN_MS: Final = 3_600_000
BUCKET: Final = 0
"""All nodes are asked for together, so they lie together."""


class Nodes:
    """A `NodeRegister`; `node` is this one's name."""

    def __init__(self, servers: Servers, clock: StoreClock, node: str) -> None:
        self._servers = servers
        self._keys = servers.keys
        self._clock = clock
        self._node = node
        self._about = NodeAbout()

    async def tell(self, about: NodeAbout) -> None:
        """Tell the others about this node from now on; see `NodeRegister`."""
        self._about = about
        await self.hold()

    async def hold(self) -> None:
        """Renew the lease of this node.

        Raises:
            StoreUnavailable: it cannot be renewed now.
        """
        now = self._clock.exact()
        register = self._keys.of_bucket("nodes", BUCKET)
        held: list[Command] = [
            ("SET", self._key(self._node), msgspec.json.encode(self._about), "PX", LEASE_MS),
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
            ("ZREM", self._keys.of_bucket("nodes", BUCKET), self._node),
        ]
        await self._servers.ask([(BUCKET, command) for command in gone])

    async def alive(self) -> dict[str, NodeAbout]:
        """Give the nodes whose lease has not run out; see `NodeRegister`."""
        # What seems to have been said in the future was said before the clock was set back, like the lease's own end.
        now = self._clock.exact()
        register = self._keys.of_bucket("nodes", BUCKET)
        listing: Command = ("ZRANGEBYSCORE", register, now - LEASE_MS, now + LEASE_MS)
        (found,) = await self._servers.ask([(BUCKET, listing)])
        names = [name.decode() for name in bodies(found)]
        replies = await self._servers.ask([(BUCKET, ("GET", self._key(name))) for name in names])
        told = {name: body(reply) for name, reply in zip(names, replies, strict=True)}
        return {name: _about(name, said) for name, said in told.items() if said is not None}

    def _key(self, node: str) -> str:
        return f"{self._keys.of_bucket('node', BUCKET)}:{node}"


async def registered(url: str, prefix: str) -> dict[str, NodeAbout]:
    """Give the nodes that share the Redis at a URL under a prefix, without being one of them.

    Raises:
        StoreUnavailable: it cannot be read now.
        ValueError: the URL cannot be read; the text is a sentence for the operator.
    """
    clock = StoreClock()
    servers = Servers(parse_address(url), clock, Limits(), prefix)
    try:
        await servers.open()
        asked = now_us()
        (told,) = await servers.ask([(BUCKET, ("TIME",))])
        seconds, microseconds = bodies(told)
        clock.sample(asked, now_us(), int(seconds) * 1_000_000 + int(microseconds))
        return await Nodes(servers, clock, "").alive()
    finally:
        await servers.close()


def _about(name: str, said: bytes) -> NodeAbout:
    try:
        return msgspec.json.decode(said, type=NodeAbout)
    except msgspec.DecodeError as error:
        # It lives, and that is what most want to know; it can be told nothing and handed nothing.
        log.warning("nodes.unreadable", node=name, reason=str(error))
        return NodeAbout()

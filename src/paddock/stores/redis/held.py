"""Which seats each node holds; the seats of a node whose lease has run out are there for the others to look after."""

from __future__ import annotations

from paddock.domain.ids import PlayerId, RoomId
from paddock.stores.contract import HeldSeat
from paddock.stores.redis.nodes import BUCKET, Nodes
from paddock.stores.redis.replies import Command, Reply, bodies
from paddock.stores.redis.servers import Servers


class Held:
    """A `NodeStore`; one set of seats per node, and one of the nodes that have such a set."""

    def __init__(self, servers: Servers, nodes: Nodes, node: str) -> None:
        self._servers = servers
        self._keys = servers.keys
        self._nodes = nodes
        self._node = node
        self._holders = self._keys.of_bucket("holders", BUCKET)

    async def hold_seat(self, seat: HeldSeat) -> None:
        """Note that this node has the connection of a seat; see `NodeStore`."""
        await self._ask(("SADD", self._holders, self._node), ("SADD", self._key(self._node), _text(seat)))

    async def let_go(self, seat: HeldSeat, node: str | None = None) -> None:
        """Note that a node has it no longer; see `NodeStore`."""
        await self._ask(("SREM", self._key(node or self._node), _text(seat)))

    async def orphans(self) -> tuple[tuple[str, HeldSeat], ...]:
        """Give the seats noted for nodes that are no more; see `NodeStore`."""
        (found,) = await self._ask(("SMEMBERS", self._holders))
        alive = await self._nodes.alive()
        dead = [name for name in (body.decode() for body in bodies(found)) if name not in alive and name != self._node]
        if not dead:
            return ()
        held = await self._ask(*(("SMEMBERS", self._key(name)) for name in dead))
        seats = [(name, _seat(body)) for name, reply in zip(dead, held, strict=True) for body in bodies(reply)]
        buried = [name for name, reply in zip(dead, held, strict=True) if not bodies(reply)]
        if buried:
            await self._ask(("SREM", self._holders, *buried))
        return tuple(seats)

    async def _ask(self, *commands: Command) -> list[Reply]:
        return await self._servers.ask([(BUCKET, command) for command in commands])

    def _key(self, node: str) -> str:
        return f"{self._keys.of_bucket('held', BUCKET)}:{node}"


def _text(seat: HeldSeat) -> str:
    return f"{seat.room} {seat.player}"


def _seat(body: bytes) -> HeldSeat:
    room, _, player = body.decode().partition(" ")
    return HeldSeat(RoomId(room), PlayerId(player))

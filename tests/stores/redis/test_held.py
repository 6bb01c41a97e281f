"""Held seats: what a dead node held is there for the others, until somebody has looked after it."""

from __future__ import annotations

import asyncio

import pytest
from tests.servers.redis_server import RedisServer
from tests.stores.redis.conftest import OpenNode

from paddock.domain.ids import PlayerId, RoomId
from paddock.stores.contract import HeldSeat

pytestmark = pytest.mark.processes

MINA = HeldSeat(RoomId("AAAAA"), PlayerId("mina000000"))
JUN = HeldSeat(RoomId("BBBBB"), PlayerId("jun0000000"))


async def test_the_seats_of_a_dead_node_are_orphans_until_they_are_let_go(
    shared: RedisServer, open_node: OpenNode
) -> None:
    a, b = await open_node(shared, "node-a"), await open_node(shared, "node-b")
    await asyncio.gather(a.nodes.hold(), b.nodes.hold())
    for seat in (MINA, JUN):
        await a.held.hold_seat(seat)
    await a.held.let_go(JUN)
    assert await b.held.orphans() == (), "node a lives"
    await a.nodes.drop()
    assert await b.held.orphans() == (("node-a", MINA),)
    assert await b.held.orphans() == (("node-a", MINA),), "whoever looked may have died before telling"
    await b.held.let_go(MINA, "node-a")
    assert await b.held.orphans() == ()


async def test_a_node_does_not_take_itself_for_dead(shared: RedisServer, open_node: OpenNode) -> None:
    a = await open_node(shared, "node-a")
    await a.held.hold_seat(MINA)
    await a.nodes.drop()
    assert await a.held.orphans() == ()


async def test_all_nodes_share_one_secret(shared: RedisServer, open_node: OpenNode) -> None:
    a, b = await open_node(shared, "node-a"), await open_node(shared, "node-b")
    assert await a.shared_secret(b"first") == b"first"
    assert await b.shared_secret(b"second") == b"first"

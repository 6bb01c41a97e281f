"""Owners that die, freeze or vanish while they are needed: clients learn it soon, and nobody waits for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from msgspec.structs import replace
from tests.servers.fault_proxy import FaultProxy
from tests.servers.redis_server import free_port
from tests.socketio.harness import within
from tests.waiting import until

from paddock.peers import PeerLimits

from .house import UNKNOWN, House, Node
from .test_forwarding import move_up

QUICK = PeerLimits(backoff_s=0.5, response_s=1.0, upgrade_s=1.0, silence_s=1.0, linger_s=0.3)


@pytest.fixture
async def proxies() -> AsyncIterator[list[FaultProxy]]:
    """Bad networks, closed with the test."""
    opened: list[FaultProxy] = []
    yield opened
    for proxy in opened:
        await proxy.close()


async def far(house: House, owner: Node, proxies: list[FaultProxy]) -> FaultProxy:
    """Put a bad network before a node's inner door."""
    about = house.register.nodes[owner.peers.key]
    proxy = FaultProxy(about.port)
    await proxy.open()
    proxies.append(proxy)
    house.register.nodes[about.key] = replace(about, port=proxy.port)
    return proxy


@asynccontextmanager
async def frozen() -> AsyncIterator[int]:
    """A port where connections are taken, as the system does for a frozen process, and nothing is said."""
    callers: list[asyncio.StreamWriter] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        callers.append(writer)

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for caller in callers:
            caller.transport.abort()


async def test_a_waiting_poll_is_answered_when_its_owner_is_killed(house: House, proxies: list[FaultProxy]) -> None:
    a, b = await house.node(), await house.node()
    network = await far(house, a, proxies)
    sid = await a.through(b).connect_polling()
    poll = asyncio.create_task(b.poll(sid))
    await until(
        lambda: len(network.passages) == 1 and network.passages[0].said.endswith(b"\r\n\r\n"), "the request is through"
    )
    network.passages[0].cut()
    assert await within(poll) == UNKNOWN
    assert b.peers.stats.failures == {"connection_lost": 1}


async def test_half_an_answer_is_passed_on_as_a_broken_one(house: House, proxies: list[FaultProxy]) -> None:
    a, b = await house.node(), await house.node()
    network = await far(house, a, proxies)
    sid = await a.connect_polling()
    assert await a.post(sid, f'42["message","{"x" * 900_000}"]') == (200, "ok")
    network.cut_after = 300_000
    with pytest.raises(aiohttp.ClientError):
        await b.poll(sid)
    await until(lambda: b.peers.stats.failures == {"connection_lost": 1}, "the request is broken off")


async def test_a_dead_owner_fails_at_once(house: House) -> None:
    b = await house.node(PeerLimits(backoff_s=30.0))
    dead = replace(house.register.nodes[b.peers.key], key="deadnode", port=free_port())
    house.register.nodes["deadnode"] = dead
    for _ in range(5):
        assert await b.poll("deadnode" + "A" * 20) == UNKNOWN
    assert b.peers.stats.failures == {"connect_refused": 3}, "then it is left alone for a while"


async def test_a_frozen_owner_ties_nobody_up(house: House) -> None:
    async with frozen() as port:
        b = await house.node(QUICK)
        house.register.nodes["frozenon"] = replace(house.register.nodes[b.peers.key], key="frozenon", port=port)
        answers = await within(asyncio.gather(*(b.poll("frozenon" + f"{number:020}") for number in range(50))))
        assert answers == [UNKNOWN] * 50
        assert set(b.peers.stats.failures) == {"auth_timeout"}
        assert await b.poll("frozenon" + "A" * 20) == UNKNOWN, "left alone"
        assert await b.connect_polling(), "its own clients feel nothing"


async def test_a_node_that_came_back_to_life_is_tried_again(house: House, proxies: list[FaultProxy]) -> None:
    a, b = await house.node(), await house.node(QUICK)
    sid = await a.through(b).connect_polling()
    network = await far(house, a, proxies)
    b.peers._forwarder._directory._peers.clear()
    network.delay_s = 10.0
    for _ in range(4):
        assert await b.poll(sid) == UNKNOWN
    network.delay_s = 0.0
    assert await a.post(sid, '42["message"]') == (200, "ok")

    async def is_reached() -> bool:
        return await b.poll(sid) != UNKNOWN

    await until(is_reached, "the owner is tried again")


async def test_an_owner_that_freezes_in_a_poll_is_waited_for_a_limited_time(
    house: House, proxies: list[FaultProxy]
) -> None:
    a, b = await house.node(), await house.node(QUICK)
    network = await far(house, a, proxies)
    sid = await a.connect_polling()
    poll = asyncio.create_task(b.poll(sid))
    await until(
        lambda: len(network.passages) == 1 and network.passages[0].said.endswith(b"\r\n\r\n"), "the request is through"
    )
    network.passages[0].black_hole()
    assert await within(poll) == UNKNOWN
    assert b.peers.stats.failures == {"response_timeout": 1}


async def test_a_tunnel_to_an_owner_that_vanished_is_cut(house: House, proxies: list[FaultProxy]) -> None:
    a, b = await house.node(), await house.node(QUICK)
    network = await far(house, a, proxies)
    sid = await a.connect_polling()
    async with b.websocket(sid) as wire:
        await move_up(wire)
        await wire.send('42["message"]')
        assert await wire.text() == '42["message-back"]'
        network.passages[0].black_hole()
        assert await wire.ended() == 1006
    assert b.peers.stats.failures == {"owner_silent": 1}
    assert b.peers.stats.open_tunnels == 0


async def test_a_tunnel_ends_with_its_owner(house: House, proxies: list[FaultProxy]) -> None:
    a, b = await house.node(), await house.node()
    network = await far(house, a, proxies)
    sid = await a.connect_polling()
    async with b.websocket(sid) as wire:
        await move_up(wire)
        await until(lambda: a.sio.stats().websocket == 1, "one session is on WebSocket")
        network.passages[0].cut()
        assert await wire.ended() == 1006
    await until(lambda: b.peers.stats.open_tunnels == 0, "the tunnel is gone")
    await until(lambda: a.sessions == 0, "every session is gone")


async def test_a_client_that_leaves_in_a_poll_ends_its_session_at_the_owner(house: House) -> None:
    a, b = await house.node(), await house.node()
    sid = await a.through(b).connect_polling()
    poll = asyncio.create_task(b.poll(sid))
    await until(lambda: a.peers.stats.accepted == 3, "3 requests were taken")
    poll.cancel()
    await until(lambda: b.peers.stats.failures == {"connection_lost": 1}, "the request is broken off")
    # As at its own door, the owner notices when it has something to say.
    a.sio.of("/").emit("news", 1)
    await until(lambda: a.ends == ["transport error"], "the session ends: transport error")


async def test_tunnels_end_with_the_node_they_run_through(house: House) -> None:
    a = await house.node()
    async with house.open() as b:
        sid = await a.through(b).connect_polling()
        wire = await b.http.ws_connect(f"{a.through(b).endpoint}?EIO=4&transport=websocket&sid={sid}")
        await wire.send_str("2probe")
        assert (await within(wire.receive_str())) == "3probe"
        await wire.send_str("5")
        await until(lambda: a.sio.stats().websocket == 1, "one session is on WebSocket")
    await until(lambda: a.ends == ["transport close"], "the session ends: transport close")


async def test_no_more_hand_overs_at_once_than_allowed(house: House) -> None:
    a, b = await house.node(), await house.node(PeerLimits(max_forwarded=1))
    sid, other = await a.connect_polling(), await a.connect_polling()
    poll = asyncio.create_task(b.poll(sid))
    await until(lambda: a.peers.stats.accepted == 1, "1 requests were taken")
    status, _ = await b.poll(other)
    assert status == 503
    assert await a.post(sid, '42["message"]') == (200, "ok")
    assert await within(poll) == (200, '42["message-back"]')
    assert b.peers.stats.failures == {"too_many": 1}

"""Sessions of one server whose requests land on another: they go on as if nothing were odd."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from msgspec.structs import replace
from tests.socketio.harness import Wire, within
from tests.waiting import until

from paddock.peers import PeerLimits
from paddock.peers.peer_auth import peer_secret
from paddock.peers.peer_connection import dial
from paddock.peers.peer_directory import Peer

from .house import SECRET, UNKNOWN, House


async def move_up(wire: Wire) -> None:
    """Take the steps of a transport upgrade."""
    await wire.send("2probe")
    assert await wire.text() == "3probe"
    await wire.send("5")


def handshake(sid: str) -> bytes:
    """Write a WebSocket handshake by hand."""
    return (
        f"GET /socket.io/?EIO=4&transport=websocket&sid={sid} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ).encode()


async def test_a_polling_session_lives_at_the_wrong_door(house: House) -> None:
    a, b = await house.node(), await house.node()
    wrong = a.through(b)
    sid = await wrong.connect_polling()
    assert await wrong.post(sid, '42["message","둘",{"x":null}]') == (200, "ok")
    assert await wrong.poll(sid) == (200, '42["message-back","둘",{"x":null}]')
    assert (a.sessions, b.sessions) == (1, 0)
    assert b.peers.stats.forwarded_requests == 4


async def test_many_packets_and_attachments_in_one_post_arrive_in_order(house: House) -> None:
    a, b = await house.node(), await house.node()
    wrong = a.through(b)
    sid = await wrong.connect_polling()
    events = [f'42["message",{number}]' for number in range(40)]
    attached = '451-["message",{"_placeholder":true,"num":0}]\x1ebAQID'
    assert await wrong.post(sid, "\x1e".join([*events, attached])) == (200, "ok")
    _, body = await wrong.poll(sid)
    backs = [f'42["message-back",{number}]' for number in range(40)]
    assert body.split("\x1e") == [*backs, '451-["message-back",{"_placeholder":true,"num":0}]', "bAQID"]


@pytest.mark.parametrize("size", [70_000, 900_000])
async def test_large_bodies_pass_both_ways(house: House, size: int) -> None:
    a, b = await house.node(), await house.node()
    wrong = a.through(b)
    sid = await wrong.connect_polling()
    assert await wrong.post(sid, f'42["message","{"x" * size}"]') == (200, "ok")
    assert await wrong.poll(sid) == (200, f'42["message-back","{"x" * size}"]')


async def test_a_body_of_unknown_length_passes(house: House) -> None:
    a, b = await house.node(), await house.node()
    sid = await a.connect_polling()

    async def pieces() -> object:
        for piece in (b'42["mess', b'age",1]\x1e42["message"', b",2]"):
            yield piece

    url = f"{b.endpoint}?EIO=4&transport=polling&sid={sid}"
    async with b.http.post(url, data=pieces(), headers={"Content-Type": "text/plain"}) as answer:
        assert (answer.status, await answer.text()) == (200, "ok")
    assert await b.poll(sid) == (200, '42["message-back",1]\x1e42["message-back",2]')


async def test_a_body_over_the_limit_is_refused_as_its_owner_refuses_it(house: House) -> None:
    a, b = await house.node(max_payload=1_000), await house.node(max_payload=1_000)
    sid = await a.connect_polling()
    status, _ = await b.post(sid, "4" + "x" * 2_000_000)
    assert status == 413
    await until(lambda: a.ends == ["parse error"], "the session ends: parse error")


async def test_a_session_moves_up_to_a_websocket_through_the_wrong_door(house: House) -> None:
    a, b = await house.node(), await house.node()
    sid = await a.through(b).connect_polling()
    async with b.websocket(sid) as wire:
        await move_up(wire)
        for size in (1, 70_000, 900_000):
            await wire.send(f'42["message","{"x" * size}"]')
            assert await wire.text() == f'42["message-back","{"x" * size}"]'
        await wire.send('451-["message",{"_placeholder":true,"num":0}]', b"\x00\xff")
        assert await wire.text() == '451-["message-back",{"_placeholder":true,"num":0}]'
        assert await wire.receive() == b"\x00\xff"
        assert b.peers.stats.open_tunnels == 1
        assert (a.sio.stats().websocket, b.sessions) == (1, 0)
    await until(lambda: a.ends == ["transport close"], "the session ends: transport close")
    await until(lambda: b.peers.stats.open_tunnels == 0, "the tunnel is gone")


async def test_the_owners_close_reaches_the_client_with_its_reason(house: House) -> None:
    a, b = await house.node(), await house.node()
    sid = await a.through(b).connect_polling()
    async with b.websocket(sid) as wire:
        await move_up(wire)
        await wire.send("4?")
        assert await wire.ended() == 1008
    await until(lambda: a.ends == ["parse error"], "the session ends: parse error")
    await until(lambda: b.peers.stats.open_tunnels == 0, "the tunnel is gone")


async def test_a_second_websocket_is_refused_through_any_door(house: House) -> None:
    a, b = await house.node(), await house.node()
    sid = await a.through(b).connect_polling()
    async with b.websocket(sid) as wire, b.websocket(sid) as second:
        assert await second.ended() == 1008
        await move_up(wire)
        await wire.send('42["message"]')
        assert await wire.text() == '42["message-back"]'


async def test_a_client_that_does_not_read_fills_its_owners_budget_and_no_more(house: House) -> None:
    a, b = await house.node(), await house.node(PeerLimits(buffer_bytes=16_384, body_s=1.0))
    sid = await a.through(b).connect_polling()
    reader, writer = await asyncio.open_connection("127.0.0.1", b.port, limit=1_000)
    writer.write(handshake(sid))
    assert b" 101 " in await within(reader.readuntil(b"\r\n\r\n"))
    for packet in ("2probe", "5", '42["flood",50000]'):
        writer.write(bytes([0x81, 0x80 | len(packet), 0, 0, 0, 0]) + packet.encode())
    await until(lambda: a.ends == ["slow reader"], "the session ends: slow reader")
    await until(lambda: b.peers.stats.open_tunnels == 0, "the tunnel is gone")
    writer.transport.abort()


@pytest.mark.parametrize("forge", ["x{sid}", "{sid}x", "{key}", "{key}{rest}", "zzzzzzzz{end}", "{end}"])
async def test_a_forged_id_gets_the_reference_answer(house: House, forge: str) -> None:
    a, b = await house.node(), await house.node()
    sid = await a.connect_polling()
    fake = forge.format(sid=sid, key=sid[:8], end=sid[8:], rest="A" * 20)
    assert await b.poll(fake) == UNKNOWN
    assert await b.post(fake, '42["message"]') == UNKNOWN
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with b.websocket(fake):
            pass
    assert refused.value.status == 400
    assert a.sessions == 1 and b.peers.stats.open_tunnels == 0


async def test_a_refused_upgrade_joins_nobody_to_anybody(house: House) -> None:
    # Were it joined to the owner whatever that answered, a client could speak to the inner door in another node's name.
    a, b = await house.node(), await house.node()
    sid = await a.through(b).connect_polling()
    reader, writer = await asyncio.open_connection("127.0.0.1", b.port)
    writer.write(handshake(sid[:8] + "A" * 20))
    assert b" 400 " in await within(reader.readuntil(b"\r\n\r\n"))
    writer.write(b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
    assert await b.post(sid, '42["message"]') == (200, "ok")
    assert await b.poll(sid) == (200, '42["message-back"]')
    assert (a.sessions, b.peers.stats.open_tunnels) == (1, 0), "no session was opened by what came after"
    writer.close()


async def test_a_forwarded_request_is_never_forwarded_again(house: House) -> None:
    a, b = await house.node(), await house.node()
    # By the register the sessions of a third node are at a.
    nodes = house.register.nodes
    nodes["thirdone"] = replace(nodes[a.peers.key], key="thirdone")
    assert await b.poll("thirdone" + "A" * 20) == UNKNOWN
    assert await a.poll("thirdone" + "A" * 20) == UNKNOWN
    assert a.peers.stats.accepted == 0, "a proves to be a, which is not the third"
    assert a.peers.stats.failures == b.peers.stats.failures == {"wrong_node": 1}


async def test_an_inner_request_for_a_third_node_is_refused(house: House) -> None:
    a, b = await house.node(), await house.node()
    about = house.register.nodes[a.peers.key]
    peer = Peer(a.peers.key, about.host, about.port)
    connection = await dial(peer, peer_secret(SECRET), PeerLimits())
    connection.write(
        f"GET /socket.io/?EIO=4&transport=polling&sid={b.peers.key}{'A' * 20} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    )
    assert (await connection.read_head()).status == 400
    assert b"Session ID unknown" in await connection.read_some(1_000)
    assert (a.peers.stats.accepted, b.peers.stats.accepted) == (1, 0)
    connection.abort()


async def test_a_node_that_learns_the_secret_later_is_one_of_them_then(house: House) -> None:
    known = [b"its own"]
    a, b = await house.node(), await house.node(secret=lambda: known[-1])
    sid = await a.through(b).open_polling()
    assert await b.post(sid, "40") == UNKNOWN
    known.append(SECRET)
    assert await b.post(sid, "40") == (200, "ok")
    sid = await b.open_polling()
    assert await a.post(sid, "40") == (200, "ok")


async def test_a_node_with_another_secret_gets_nothing_and_gives_nothing(house: House) -> None:
    a, b = await house.node(), await house.node(secret=lambda: b"another")
    sid = await a.connect_polling()
    assert await b.poll(sid) == UNKNOWN
    assert b.peers.stats.failures == {"wrong_node": 1}
    assert a.peers.stats.accepted == 0 and a.sessions == 1

"""The inner listener: whoever cannot prove to be a node gets no word, little time and no place."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web
from tests.servers.redis_server import free_port
from tests.socketio.harness import within
from tests.waiting import LIMIT_S, until

from paddock.peers import PeerLimits
from paddock.peers.peer_auth import CODE_BYTES, MAGIC, NONCE_BYTES, REPLY_BYTES, client_code, owner_code, peer_secret
from paddock.peers.peer_connection import dial
from paddock.peers.peer_directory import Peer
from paddock.peers.peer_listener import PeerListener
from paddock.peers.source import HEADER, forwarded_source, nearest
from paddock.peers.stats import ForwardingStats
from paddock.socketio import Options, Server
from paddock.stores.contract import NodeAbout

from .house import SECRET, House, Node, shared

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def connect_to(house: House, node: Node) -> Ends:
    about = house.register.nodes[node.peers.key]
    return await asyncio.open_connection(about.host, about.port)


async def ends(reader: asyncio.StreamReader) -> bytes:
    """Read to the end, however it comes."""
    try:
        return await within(reader.read())
    except ConnectionError:
        return b""


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n", "not_a_peer"),
        (b"\0", "not_a_peer"),
        (b"paddock2" + bytes(16), "not_a_peer"),
        (MAGIC, "auth_timeout"),
        (b"", "auth_timeout"),
    ],
)
async def test_who_does_not_begin_as_nodes_do_gets_no_word(house: House, said: bytes, reason: str) -> None:
    a = await house.node(PeerLimits(auth_s=0.2 if reason == "auth_timeout" else LIMIT_S))
    reader, writer = await connect_to(house, a)
    writer.write(said)
    assert await ends(reader) == b""
    assert a.peers.stats.rejected == {reason: 1}
    writer.close()


@pytest.mark.parametrize("fault", ["zeros", "echo", "other secret", "other node", "said before"])
async def test_a_wrong_code_is_no_proof(house: House, fault: str) -> None:
    a = await house.node()
    secret, key = peer_secret(SECRET), a.peers.key
    client_nonce = b"n" * NONCE_BYTES
    reader, writer = await connect_to(house, a)
    writer.write(MAGIC + client_nonce)
    said = await within(reader.readexactly(REPLY_BYTES))
    server_nonce, code = said[:NONCE_BYTES], said[NONCE_BYTES:]
    assert code == owner_code(secret, key, client_nonce, server_nonce)
    codes = {
        "zeros": bytes(CODE_BYTES),
        "echo": code,
        "other secret": client_code(peer_secret(b"x"), key, client_nonce, server_nonce),
        "other node": client_code(secret, "another1", client_nonce, server_nonce),
        "said before": client_code(secret, key, client_nonce, bytes(NONCE_BYTES)),
    }
    writer.write(codes[fault] + b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n")
    assert await ends(reader) == b""
    assert a.peers.stats.rejected == {"auth_failed": 1}
    assert a.peers.stats.accepted == 0 and a.sessions == 0
    writer.close()


async def test_the_proof_may_come_byte_by_byte(house: House) -> None:
    a = await house.node()
    client_nonce = b"n" * NONCE_BYTES
    reader, writer = await connect_to(house, a)
    for byte in MAGIC + client_nonce:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0)
    said = await within(reader.readexactly(REPLY_BYTES))
    for byte in client_code(peer_secret(SECRET), a.peers.key, client_nonce, said[:NONCE_BYTES]):
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0)
    writer.write(b"GET /socket.io/?EIO=4&transport=polling&sid=x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert b"Session ID unknown" in await ends(reader)
    writer.close()


async def test_only_so_many_connections_wait_for_authentication(house: House) -> None:
    a = await house.node(PeerLimits(max_pending=3, auth_s=30.0))
    callers = [await connect_to(house, a) for _ in range(5)]
    await until(lambda: a.peers.stats.rejected == {"too_many": 2}, "two are refused")
    for reader, _ in callers[:2]:
        assert await ends(reader) == b""
    b = await house.node()
    sid = await a.connect_polling()
    assert (await b.post(sid, '42["message"]')) == (200, "ok"), "a node finds its place among them"
    for _, writer in callers:
        writer.close()


async def test_who_asks_is_believed_when_a_node_says_it_and_no_client_can(house: House) -> None:
    heard: list[str] = []
    rule = forwarded_source(nearest)

    async def listen(request: web.Request, sid: str) -> None:
        heard.append(rule(request))

    b = await house.node()
    listener = PeerListener(
        Server(Options(forward=listen)), "listener", lambda: peer_secret(SECRET), ForwardingStats(), PeerLimits()
    )
    await house.register.tell(NodeAbout(key="listener", host="127.0.0.1", port=await listener.open("127.0.0.1", 0)))
    try:
        query = "?EIO=4&transport=polling&sid=listener" + "A" * 20
        await b.get(query, **{HEADER: "9.9.9.9", "X-Forwarded-For": "9.9.9.9"})
        assert heard == ["127.0.0.1"]
        connection = await dial(
            Peer("listener", "127.0.0.1", house.register.nodes["listener"].port), listener.secret(), PeerLimits()
        )
        connection.write(f"GET /socket.io/{query} HTTP/1.1\r\nHost: x\r\n{HEADER}: 10.9.8.7\r\n\r\n".encode())
        assert (await within(connection.read_head())).status == 400
        assert heard == ["127.0.0.1", "10.9.8.7"]
        connection.abort()
    finally:
        await listener.close()


async def test_a_port_that_is_taken_leaves_the_next_ones() -> None:
    first = free_port()
    listeners = [
        PeerListener(Server(), f"node{number}key", shared, ForwardingStats(), PeerLimits()) for number in range(2)
    ]
    try:
        ports = [await listener.open("127.0.0.1", first) for listener in listeners]
        assert ports[0] >= first and ports[1] > ports[0]
    finally:
        for listener in listeners:
            await listener.close()


async def test_an_address_of_another_machine_is_refused_with_a_reason() -> None:
    listener = PeerListener(Server(), "nodexkey", shared, ForwardingStats(), PeerLimits())
    with pytest.raises(OSError, match=r"192\.0\.2\.1"):
        await listener.open("192.0.2.1", 0)
    await listener.close()

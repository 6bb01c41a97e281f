"""WebSockets of servers on one machine: the connection goes to the owner, and nothing runs through the wrong one."""

from __future__ import annotations

import asyncio
import os
import socket

import pytest
from tests.socketio.harness import within
from tests.waiting import LIMIT_S, until

from paddock.peers import PeerLimits
from paddock.peers.peer_auth import CODE_BYTES, MAGIC, NONCE_BYTES, REPLY_BYTES, client_code, owner_code, peer_secret
from paddock.peers.peer_connection import PeerUnreachable
from paddock.peers.socket_handoff import address, connect_handoff, send_connection
from paddock.stores.contract import NodeAbout

from .house import SECRET, UNKNOWN, House
from .test_forwarding import handshake, move_up

KEY = peer_secret(SECRET)


async def test_the_connection_goes_to_its_owner(house: House) -> None:
    a, b = await house.node(is_local=True), await house.node(is_local=True)
    sid = await a.through(b).connect_polling()
    async with b.websocket(sid) as wire:
        await move_up(wire)
        for size in (1, 70_000, 900_000):
            await wire.send(f'42["message","{"x" * size}"]')
            assert await wire.text() == f'42["message-back","{"x" * size}"]'
        assert (b.peers.stats.websocket_handoffs, b.peers.stats.open_tunnels) == (1, 0)
        assert a.sio.stats().websocket == 1
    await until(lambda: a.ends == ["transport close"], "the session ends: transport close")


async def test_it_stays_when_the_server_it_first_came_to_ends(house: House) -> None:
    a = await house.node(is_local=True)
    async with house.open(is_local=True) as b:
        sid = await a.through(b).connect_polling()
        wire = await a.http.ws_connect(f"{b.endpoint}?EIO=4&transport=websocket&sid={sid}")
        await wire.send_str("2probe")
        assert await within(wire.receive_str()) == "3probe"
        await wire.send_str("5")
    await wire.send_str('42["message"]')
    assert await within(wire.receive_str()) == '42["message-back"]'
    await wire.close()


async def test_the_owner_sees_where_it_comes_from(house: House) -> None:
    a, b = await house.node(is_local=True), await house.node(is_local=True)
    sid = await a.connect_polling()
    async with b.websocket(sid) as wire:
        await move_up(wire)
        await until(lambda: a.sio.stats().websocket == 1, "one session is on WebSocket")
        (session,) = a.sio.engine.sessions.values()
        transport = session.transport._transport  # type: ignore[attr-defined]
        assert transport.get_extra_info("peername") == wire.ws.get_extra_info("sockname")


async def test_a_forged_id_is_refused_by_its_owner_and_the_connection_is_a_strangers(house: House) -> None:
    a, b = await house.node(is_local=True), await house.node(is_local=True)
    reader, writer = await asyncio.open_connection("127.0.0.1", b.port)
    writer.write(handshake(a.peers.key + "A" * 20))
    head = await within(reader.readuntil(b"\r\n\r\n"))
    assert b" 400 " in head
    assert b"Session ID unknown" in await within(reader.readuntil(b"}"))
    assert a.peers.stats.accepted == 1 and b.peers.stats.websocket_handoffs == 1
    writer.close()


async def test_without_a_handoff_listener_there_is_a_tunnel(house: House) -> None:
    a, b = await house.node(), await house.node(is_local=True)
    sid = await a.connect_polling()
    async with b.websocket(sid) as wire:
        await move_up(wire)
        await wire.send('42["message"]')
        assert await wire.text() == '42["message-back"]'
        assert (b.peers.stats.websocket_handoffs, b.peers.stats.open_tunnels) == (0, 1)


async def test_polls_and_posts_are_passed_on_as_ever(house: House) -> None:
    a, b = await house.node(is_local=True), await house.node(is_local=True)
    sid = await a.through(b).connect_polling()
    assert await b.post(sid, '42["message"]') == (200, "ok")
    assert await b.poll(sid) == (200, '42["message-back"]')


async def test_a_frozen_owner_ties_nobody_up(house: House) -> None:
    b = await house.node(PeerLimits(auth_s=0.2), is_local=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(address("frozenon"))
        listener.listen(8)
        reader, writer = await asyncio.open_connection("127.0.0.1", b.port)
        await house.register.tell(NodeAbout(key="frozenon", host="127.0.0.1", port=1))
        writer.write(handshake("frozenon" + "A" * 20))
        assert b"Session ID unknown" in await within(reader.readuntil(b"}"))
        assert b.peers.stats.failures == {"auth_timeout": 1}
        writer.close()


async def test_somebody_else_at_the_address_gets_no_connection(house: House) -> None:
    a = await house.node(is_local=True)
    with pytest.raises(PeerUnreachable, match="wrong_node"):
        await connect_handoff(a.peers.key, peer_secret(b"another"), PeerLimits())
    assert a.peers.stats.accepted == 0


async def caller(key: str) -> socket.socket:
    line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    line.setblocking(False)
    line.connect(address(key))
    return line


async def said(line: socket.socket) -> bytes:
    async with asyncio.timeout(LIMIT_S):
        return await asyncio.get_running_loop().sock_recv(line, 1_000)


@pytest.mark.parametrize(
    ("words", "reason"),
    [(b"x", "not_a_peer"), (b"paddock2" + bytes(16), "not_a_peer"), (MAGIC, "not_a_peer"), (None, "auth_timeout")],
)
async def test_who_does_not_begin_as_nodes_do_gets_no_word(house: House, words: bytes | None, reason: str) -> None:
    a = await house.node(PeerLimits(auth_s=0.2 if reason == "auth_timeout" else LIMIT_S), is_local=True)
    line = await caller(a.peers.key)
    if words is not None:
        line.send(words)
    assert await said(line) == b""
    assert a.peers.stats.rejected == {reason: 1}
    line.close()


@pytest.mark.parametrize("fault", ["auth_failed", "no connection", "a pipe"])
async def test_what_is_no_proof_or_no_connection_gets_nowhere(house: House, fault: str) -> None:
    a = await house.node(is_local=True)
    client_nonce = b"n" * NONCE_BYTES
    line = await caller(a.peers.key)
    line.send(MAGIC + client_nonce)
    answer = await said(line)
    assert len(answer) == REPLY_BYTES and answer[NONCE_BYTES:] == owner_code(
        KEY, a.peers.key, client_nonce, answer[:NONCE_BYTES]
    )
    right = client_code(KEY, a.peers.key, client_nonce, answer[:NONCE_BYTES])
    ours, theirs = socket.socketpair()
    pipe = os.pipe()
    if fault == "no connection":
        line.send(right + b"GET / HTTP/1.1\r\n\r\n")
        assert await said(line) == b""
    else:
        handle = pipe[0] if fault == "a pipe" else theirs.fileno()
        code = right if fault == "a pipe" else bytes(CODE_BYTES)
        assert send_connection(line, code, b"GET / HTTP/1.1\r\n\r\n", handle)
    theirs.close()
    os.close(pipe[0])
    # Whatever came is closed again: the other end of each sees that nobody holds it any more.
    ours.setblocking(False)
    assert await said(ours) == b""
    await until(lambda: not readable(pipe[1]), "nothing is left to read")
    assert a.peers.stats.accepted == 0
    os.close(pipe[1])
    ours.close()


def readable(end: int) -> bool:
    """Say whether anybody holds the reading end of a pipe."""
    try:
        os.write(end, b"x")
    except BrokenPipeError:
        return False
    return True


async def test_only_so_many_wait_at_it(house: House) -> None:
    a = await house.node(PeerLimits(max_pending=3, auth_s=30.0), is_local=True)
    lines = [await caller(a.peers.key) for _ in range(3)]
    await until(
        lambda: a.peers._handoff is not None and len(a.peers._handoff.pending) == 3, "three wait at the handoff"
    )
    lines += [await caller(a.peers.key) for _ in range(2)]
    await until(lambda: a.peers.stats.rejected == {"too_many": 2}, "two are refused")
    for line in lines[:2]:
        assert await said(line) == b""
    for line in lines:
        line.close()


async def test_a_closed_handoff_listener_cannot_be_reached(house: House) -> None:
    async with house.open(is_local=True) as a:
        key = a.peers.key
        there = await connect_handoff(key, KEY, PeerLimits())
        assert there is not None
        there[0].close()
    assert await connect_handoff(key, KEY, PeerLimits()) is None
    b = await house.node(is_local=True)
    assert await b.poll(key + "A" * 20) == UNKNOWN


async def test_clients_that_leave_at_once_raise_no_doubts_about_the_owner(house: House) -> None:
    # They did: three of them, and everybody else's sessions there were unknown for a second.
    a, b = await house.node(is_local=True), await house.node(PeerLimits(backoff_s=30.0), is_local=True)
    sid = await a.connect_polling()
    for _ in range(20):
        _, writer = await asyncio.open_connection("127.0.0.1", b.port)
        writer.write(handshake(a.peers.key + "A" * 20))
        await writer.drain()
        writer.transport.abort()
    assert await b.post(sid, '42["message"]') == (200, "ok")
    assert await b.poll(sid) == (200, '42["message-back"]')
    assert b.peers.stats.failures == {}

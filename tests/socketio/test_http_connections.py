"""Connections that ask nothing, or wait: each address has so many, and they make room for each other.

Clients of other addresses come from other addresses of the loopback network.
"""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest
from aiohttp import web
from tests.waiting import until

from paddock.socketio import Options, Server, Site

from .harness import Stand, running
from .level import HANDSHAKE, Raw, answered, echo_server, get, same_level

ASK = get("EIO=4&transport=wrong")
"""Is answered at once, and the connection kept."""
OTHER = "127.0.0.2"
THIRD = "127.0.0.3"
PEM = Path(__file__).parent / "tls" / "localhost.pem"


async def comes(stand: Stand, source: str = "127.0.0.1") -> Raw:
    return Raw(*await asyncio.open_connection("127.0.0.1", stand.port, local_addr=(source, 0)))


async def asks(caller: Raw) -> None:
    caller.send(ASK)
    await caller.until(b"}")


async def idle(stand: Stand, source: str = "127.0.0.1") -> Raw:
    """Ask something and keep the connection."""
    caller = await comes(stand, source)
    await asks(caller)
    return caller


async def test_of_too_many_idle_connections_of_an_address_the_one_idle_for_longest_has_to_go() -> None:
    """One address could hold every connection that the process may have, asking something once a minute."""
    sio = echo_server(Options(max_idle_per_source=3))
    async with running(sio) as stand, same_level(sio, stand) as (bystander, _):
        neighbour = await idle(stand, OTHER)
        first, second, third = [await idle(stand, THIRD) for _ in range(3)]
        await asks(first)  # so that it is the second one that has been idle for longest
        silent = await comes(stand, THIRD)
        assert await second.ended() == b""
        for caller in (first, third, neighbour):
            await asks(caller)
        silent.send(ASK)
        await silent.until(b"}")
        assert sio.stats().refused["idle"] == 1
        for caller in (first, third, neighbour, silent):
            caller.close()
        await answered(bystander)


async def test_a_new_connection_over_the_limit_takes_the_place_of_an_idle_one_or_is_closed() -> None:
    sio = echo_server(Options(max_http_per_source=3))
    async with running(sio) as stand:
        polls = []
        for _ in range(2):
            sid = await stand.open_polling()
            poll = await comes(stand, OTHER)
            poll.send(get(f"EIO=4&transport=polling&sid={sid}"))
            polls.append(poll)
        await until_polled(sio, 2)
        resting = await idle(stand, OTHER)
        newest = await idle(stand, OTHER)
        assert await resting.ended() == b"", "it made room"
        sid = await stand.open_polling()
        newest.send(get(f"EIO=4&transport=polling&sid={sid}"))
        await until(lambda: len(sio.engine.sessions) == 3, "3 sessions")
        await until_polled(sio, 3)
        refused = await comes(stand, OTHER)
        assert await refused.ended() == b"", "three wait for something, so none makes room"
        assert sio.stats().refused["too many of source"] == 1
        await asks(await comes(stand, THIRD))


async def until_polled(sio: Server, number: int) -> None:
    def polled() -> int:
        return sum(bool(getattr(session.transport, "polled", False)) for session in sio.engine.sessions.values())

    await until(lambda: polled() == number, f"{number} polls wait")


async def test_websockets_do_not_count_whichever_way_they_came() -> None:
    sio = echo_server(Options(max_http_per_source=2))
    async with running(sio) as stand:
        callers = []
        for _ in range(5):
            caller = await comes(stand, OTHER)
            caller.send(HANDSHAKE["websocket"])
            await caller.until(b'"maxPayload":1000000}')
            callers.append(caller)
        for _ in range(5):
            sid = await stand.open_polling()
            caller = await comes(stand, OTHER)
            caller.send(
                HANDSHAKE["websocket"].replace(b"transport=websocket", f"transport=websocket&sid={sid}".encode())
            )
            await caller.until(b"\r\n\r\n")
            callers.append(caller)
        await asks(await comes(stand, OTHER))
        assert "too many of source" not in sio.stats().refused


async def test_the_connections_of_a_proxy_are_of_many() -> None:
    sio = echo_server(
        Options(
            max_http_per_source=2, max_idle_per_source=2, connection_source=lambda peer: None if peer == OTHER else peer
        )
    )
    async with running(sio) as stand:
        callers = [await idle(stand, OTHER) for _ in range(6)]
        for caller in callers:
            await asks(caller)


async def test_a_connection_counts_while_tls_is_agreed_on() -> None:
    """Connections that never said anything were not seen by anybody until TLS was agreed on, or given up."""
    sio = Server(Options(max_http_per_source=3, header_timeout=1))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(PEM)
    app = web.Application()
    sio.attach(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await Site(runner, sio, "127.0.0.1", 0, ssl_context=context).start()
    try:
        callers = [Raw(*await asyncio.open_connection(*runner.addresses[0])) for _ in range(4)]
        assert await callers.pop().ended() == b""
        assert sio.stats().refused == {"too many of source": 1}
        for caller in callers:
            assert await caller.ended() == b"", "those who say nothing have their time"
        caller = Raw(*await asyncio.open_connection(*runner.addresses[0]))
        caller.send(b"\x16\x03\x01")
        assert await caller.ended() == b""
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("said", [b"", b"GET /", ASK])
async def test_what_ended_is_not_counted(said: bytes) -> None:
    sio = echo_server(Options(max_http_per_source=1))
    async with running(sio) as stand:
        for _ in range(5):
            caller = await comes(stand, OTHER)
            caller.send(said)
            if said == ASK:
                await caller.until(b"}")
            caller.close()
        await asks(await comes(stand, OTHER))

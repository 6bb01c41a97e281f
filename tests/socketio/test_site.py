"""Connections before their first request: silence, dribbled and oversized headers, too many of them."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from paddock.socketio import Options, Server, Site

from .harness import running, until
from .level import HANDSHAKE, Raw, answered, echo_server, get, same_level

MANY = 50


async def test_connections_that_say_nothing_are_closed_in_time() -> None:
    sio = echo_server(Options(header_timeout=0.2))
    async with running(sio) as stand, same_level(sio, stand) as (bystander, _):
        callers = [await Raw.open(stand) for _ in range(MANY)]
        await answered(bystander)
        assert await asyncio.gather(*(caller.ended() for caller in callers)) == [b""] * MANY
        assert sio.stats().refused == {"headers late": MANY}


@pytest.mark.parametrize("transport", HANDSHAKE)
async def test_headers_that_dribble_in_are_given_up_in_time(transport: str) -> None:
    sio = echo_server(Options(header_timeout=0.2))
    async with running(sio) as stand, same_level(sio, stand) as (bystander, _):
        callers = [await Raw.open(stand) for _ in range(MANY)]
        writing = [asyncio.create_task(caller.dribble(HANDSHAKE[transport], 0.02)) for caller in callers]
        await answered(bystander)
        # Who goes on writing may lose the answer.
        said = await asyncio.gather(*(caller.ended() for caller in callers))
        assert {answer[:12] for answer in said} <= {b"HTTP/1.1 408", b""}
        await asyncio.gather(*writing)
        assert sio.stats().refused == {"headers late": MANY}


@pytest.mark.parametrize("transport", HANDSHAKE)
async def test_headers_in_single_bytes_are_put_together(transport: str) -> None:
    sio = echo_server()
    async with running(sio) as stand, same_level(sio, stand):
        caller = await Raw.open(stand)
        await caller.dribble(HANDSHAKE[transport], 0.0)
        assert b'0{"sid":"' in await caller.until(b'"maxPayload":1000000}')
        await until(lambda: len(sio.engine.sessions) == 2)
        end_newest(sio)
        caller.close()


def end_newest(sio: Server) -> None:
    list(sio.engine.sessions.values())[-1].close("the test is over")


@pytest.mark.parametrize("cut", [b"\r", b"\r\n", b"\r\n\r"])
async def test_the_end_of_the_headers_may_come_in_pieces(cut: bytes) -> None:
    sio = echo_server()
    request = HANDSHAKE["polling"]
    async with running(sio) as stand:
        caller = await Raw.open(stand)
        caller.send(request[:-4] + cut)
        await asyncio.sleep(0.02)
        caller.send(request[len(request) - 4 + len(cut) :])
        assert (await caller.until(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
        caller.close()


@pytest.mark.parametrize(
    "headers",
    [["X: " + "x" * 20_000], [f"X-{number}: {'x' * 100}" for number in range(200)], ["X" * 20_000 + ": x"]],
    ids=["one long header", "many headers", "a long name"],
)
async def test_headers_over_the_limit_are_refused(headers: list[str]) -> None:
    sio = echo_server()
    async with running(sio) as stand, same_level(sio, stand):
        caller = await Raw.open(stand)
        caller.send(get("EIO=4&transport=polling", *headers))
        assert (await caller.ended()).startswith(b"HTTP/1.1 431 ")
        assert sio.stats().refused == {"headers too large": 1}


async def test_headers_without_an_end_are_refused_at_the_limit() -> None:
    sio = echo_server(Options(max_header=1000))
    async with running(sio) as stand, same_level(sio, stand) as (_, peak):
        callers = [await Raw.open(stand) for _ in range(MANY)]
        for caller in callers:
            caller.send(b"GET / HTTP/1.1\r\nX: " + b"x" * 1000)
        for caller in callers:
            assert (await caller.ended()).startswith(b"HTTP/1.1 431 ")
    # Both ends of the connections are in this process.
    assert peak.bytes < MANY * 20_000


async def test_a_long_address_is_refused_and_fills_no_log(caplog: pytest.LogCaptureFixture) -> None:
    sio = echo_server()
    async with running(sio) as stand, same_level(sio, stand):
        caller = await Raw.open(stand)
        caller.send(get("EIO=4&transport=polling&x=" + "x" * 9_000, "Connection: close"))
        assert (await caller.ended())[8:13] == b" 400 "
        assert len(sio.engine.sessions) == 1
    assert caplog.records == []


async def test_later_requests_of_a_connection_have_their_limits_from_aiohttp() -> None:
    sio = echo_server()
    app = web.Application()
    sio.attach(app)
    runner = web.AppRunner(app, access_log=None, keepalive_timeout=0.3)
    await runner.setup()
    await Site(runner, sio, "127.0.0.1", 0).start()
    try:
        for second in (b"", HANDSHAKE["polling"][:30]):
            reader, writer = await asyncio.open_connection(*runner.addresses[0])
            caller = Raw(reader, writer)
            caller.send(get("EIO=4&transport=wrong"))
            await caller.until(b"}")
            caller.send(second)
            assert await caller.ended() == b""
        reader, writer = await asyncio.open_connection(*runner.addresses[0])
        caller = Raw(reader, writer)
        caller.send(get("EIO=4&transport=wrong"))
        await caller.until(b"}")
        caller.send(get("EIO=4&transport=polling", "X: " + "x" * 20_000))
        assert (await caller.ended())[8:13] == b" 400 "
    finally:
        await runner.cleanup()


async def test_when_too_many_wait_the_one_that_waits_longest_has_to_go() -> None:
    sio = echo_server(Options(max_waiting=3))
    async with running(sio) as stand, same_level(sio, stand) as (bystander, _):
        callers = []
        for refused in (0, 0, 0, 1, 2):
            callers.append(await Raw.open(stand))
            callers[-1].send(b"G")
            await refusals(sio, refused)
        assert [await caller.ended() for caller in callers[:2]] == [b"", b""]
        for caller in callers[2:]:
            caller.send(get("EIO=4&transport=wrong", "Connection: close")[1:])
            assert (await caller.ended()).startswith(b"HTTP/1.1 400 ")
        assert sio.stats().refused == {"too many waiting": 2, "UNKNOWN_TRANSPORT": 3}
        # Nobody waits any more: others come in as ever.
        async with stand.connected() as wire:
            await answered(wire)
        await answered(bystander)


async def refusals(sio: Server, number: int) -> None:
    await until(lambda: sum(sio.stats().refused.values()) == number, f"{number} are refused")


async def test_a_connection_that_ends_before_it_asked_is_forgotten() -> None:
    sio = echo_server()
    async with running(sio) as stand, same_level(sio, stand):
        for said in (b"", b"GET /"):
            caller = await Raw.open(stand)
            caller.send(said)
            await asyncio.sleep(0.01)
            caller.close()


async def test_a_site_that_stops_lets_those_go_who_have_not_asked() -> None:
    sio = Server()
    app = web.Application()
    sio.attach(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = Site(runner, sio, "127.0.0.1", 0)
    await site.start()
    assert site.name == "http://127.0.0.1:0"
    caller = Raw(*await asyncio.open_connection(*runner.addresses[0]))
    await until(lambda: site.waiting == 1)
    before = asyncio.get_running_loop().time()
    await runner.cleanup()
    assert await caller.ended() == b""
    assert asyncio.get_running_loop().time() - before < 2

"""Connections before their first request: silence, dribbled and oversized headers, too many of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from tests.service.skipping import passes, run_skipping
from tests.waiting import LIMIT_S, until

from paddock.socketio import Options, Server, Site
from paddock.socketio.site import PendingRequests

from .harness import Stand, running, within
from .level import HANDSHAKE, Raw, answered, echo_server, get, same_level

MANY = 50
OTHER = "127.0.0.2"


async def test_connections_that_say_nothing_are_closed_in_time() -> None:
    sio = echo_server(Options(header_timeout=1))
    async with running(sio) as stand, same_level(sio, stand) as (bystander, _):
        callers = [await Raw.open(stand) for _ in range(MANY)]
        await answered(bystander)
        assert await asyncio.gather(*(caller.ended() for caller in callers)) == [b""] * MANY
        assert sio.stats().refused == {"headers late": MANY}


class Link(asyncio.Transport):
    """A connection to nobody that remembers what was written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.said = b""
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.said += bytes(data)

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("transport", HANDSHAKE)
def test_headers_that_dribble_in_are_given_up_in_time(transport: str) -> None:
    """Each byte comes in time, and all of them would take too long."""

    async def play() -> None:
        async def unasked(request: web.BaseRequest) -> web.StreamResponse:
            raise AssertionError(request)

        sio = echo_server(Options(header_timeout=2))
        pending = PendingRequests(web.Server(unasked), sio.engine, headers={})
        connection = pending.connections.admit(OTHER)
        assert connection is not None
        link, caller = Link(), pending.open(connection)
        caller.connection_made(link)
        heard = 0
        while not link.closed:
            caller.data_received(HANDSHAKE[transport][heard : heard + 1])
            heard += 1
            await passes(0.1)
        assert heard in (20, 21), "two seconds of one byte every tenth"
        assert link.said.startswith(b"HTTP/1.1 408 ")
        assert sio.stats().refused == {"headers late": 1}

    run_skipping(play())


@pytest.mark.parametrize("transport", HANDSHAKE)
async def test_headers_in_single_bytes_are_put_together(transport: str) -> None:
    sio = echo_server()
    async with running(sio) as stand, same_level(sio, stand):
        caller = await Raw.open(stand)
        await caller.dribble(HANDSHAKE[transport])
        assert b'0{"sid":"' in await caller.until(b'"maxPayload":1000000}')
        await until(lambda: len(sio.engine.sessions) == 2, "2 sessions")
        end_newest(sio)
        caller.close()


def end_newest(sio: Server) -> None:
    list(sio.engine.sessions.values())[-1].close("the test is over")


async def heard(stand: Stand, said: bytes) -> None:
    """Wait until the server has read so much of the one connection that has not asked."""
    site = stand.site
    assert site is not None and site._pending is not None
    callers = site._pending.requests
    await until(lambda: [bytes(caller.said) for caller in callers] == [said], f"{said!r} was read")


@pytest.mark.parametrize("cut", [b"\r", b"\r\n", b"\r\n\r"])
async def test_the_end_of_the_headers_may_come_in_pieces(cut: bytes) -> None:
    sio = echo_server()
    request = HANDSHAKE["polling"]
    async with running(sio) as stand:
        caller = await Raw.open(stand)
        caller.send(request[:-4] + cut)
        await heard(stand, request[:-4] + cut)
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


@asynccontextmanager
async def kept_alive(seconds: float) -> AsyncIterator[Raw]:
    """Yield a connection that has asked once, to a server that keeps it for so long."""
    sio = echo_server()
    app = web.Application()
    sio.attach(app)
    runner = web.AppRunner(app, access_log=None, keepalive_timeout=seconds)
    await runner.setup()
    await Site(runner, sio, "127.0.0.1", 0).start()
    try:
        caller = Raw(*await asyncio.open_connection(*runner.addresses[0]))
        caller.send(get("EIO=4&transport=wrong"))
        await caller.until(b"}")
        yield caller
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("second", [b"", HANDSHAKE["polling"][:30]])
async def test_a_second_request_that_does_not_come_is_not_waited_for(second: bytes) -> None:
    async with kept_alive(0.1) as caller:
        caller.send(second)
        assert await caller.ended() == b""


async def test_a_second_request_has_its_limits_from_aiohttp() -> None:
    async with kept_alive(LIMIT_S) as caller:
        caller.send(get("EIO=4&transport=polling", "X: " + "x" * 20_000))
        assert (await caller.ended())[8:13] == b" 400 "


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
            await heard(stand, said)
            caller.close()
            await until(lambda: stand.site is not None and stand.site.waiting == 0, "nobody waits")


async def test_a_site_that_stops_lets_those_go_who_have_not_asked() -> None:
    sio = Server(Options(header_timeout=10 * LIMIT_S))
    app = web.Application()
    sio.attach(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = Site(runner, sio, "127.0.0.1", 0)
    await site.start()
    assert site.name == "http://127.0.0.1:0"
    caller = Raw(*await asyncio.open_connection(*runner.addresses[0]))
    await until(lambda: site.waiting == 1, "the connection waits for its request")
    await within(runner.cleanup())
    assert await caller.ended() == b""

"""Over TLS, ended by this process: the same protocol on another kind of transport."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import aiohttp
import pytest
from aiohttp import web
from tests.waiting import LIMIT_S, until

from paddock.socketio import Options, Server, Site, http_logger

from .harness import Stand
from .level import answered, echo_server

uvloop = pytest.importorskip("uvloop")

PEM = Path(__file__).parent / "tls" / "localhost.pem"


@asynccontextmanager
async def secure(sio: Server) -> AsyncIterator[Stand]:
    """Serve HTTPS on a free port; the stand trusts the server's certificate and no other."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(PEM)
    app = web.Application()
    sio.attach(app)
    runner = web.AppRunner(app, access_log=None, logger=http_logger(), shutdown_timeout=1.0)
    await runner.setup()
    site = Site(runner, sio, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    assert site.name.startswith("https://")
    port = int(runner.addresses[0][1])
    trusting = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=str(PEM)))
    try:
        async with aiohttp.ClientSession(connector=trusting) as http:
            stand = Stand(port, "/socket.io", http)
            stand.endpoint = f"https://localhost:{port}/socket.io/"
            yield stand
            # A TLS connection of aiohttp's client takes a turn of the loop to close.
            await asyncio.sleep(0)
    finally:
        await runner.cleanup()


async def websocket_polling_and_broadcast() -> None:
    sio = echo_server()
    main = sio.of("/")
    async with secure(sio) as stand, stand.connected() as wire:
        await answered(wire)
        sid = await stand.connect_polling()
        large = "x" * 300_000
        main.room("all").emit("news", large)
        main.room("all").emit("more", b"\x00\x01")
        for packet in (f'42["news","{large}"]', '451-["more",{"_placeholder":true,"num":0}]', b"\x00\x01"):
            assert await wire.receive() == packet
        status, body = await stand.poll(sid)
        assert status == 200
        assert body.split("\x1e") == [
            f'42["news","{large}"]',
            '451-["more",{"_placeholder":true,"num":0}]',
            "bAAE=",
        ]
        # A message of many TLS records from the client.
        await wire.send(f'427["echo","{large}"]')
        assert await wire.text() == f'437["{large}"]'


async def upgrade() -> None:
    sio = echo_server()
    async with secure(sio) as stand:
        sid = await stand.connect_polling()
        async with stand.websocket(sid) as wire:
            await wire.send("2probe")
            assert await wire.text() == "3probe"
            assert await stand.poll(sid) == (200, "6")
            sio.of("/").emit("while it moves")
            await wire.send("5")
            assert await wire.text() == '42["while it moves"]'
            await answered(wire)
        await until(lambda: not sio.engine.sessions, "every session is gone")
        assert sio.stats().upgrades == 1


async def slow_reader() -> None:
    """A reader that stops is cut off at its budget, though the bytes wait inside TLS."""
    sio = echo_server(Options(write_budget=500_000))
    async with secure(sio) as stand, stand.connected() as wire, stand.connected() as slow:
        # uvloop's TLS transport is no subclass of asyncio's.
        transport = cast("asyncio.Transport", slow.ws._response.connection.transport)  # type: ignore[union-attr]
        transport.pause_reading()
        frame = sio.of("/").frame("news", json.dumps("x" * 200_000).encode())
        for _ in range(200):
            sio.of("/").room("all").send(frame)
            await wire.text()
            if len(sio.engine.sessions) == 1:
                break
        assert sio.stats().closed == {"slow reader": 1}
        await answered(wire)
        transport.abort()


async def no_tls() -> None:
    """Bytes that are no TLS reach nobody, and the handshake has a time limit."""
    sio = echo_server(Options(header_timeout=1))
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    async with secure(sio) as stand, stand.connected() as wire:
        for said in (b"GET / HTTP/1.1\r\n\r\n", b""):
            reader, writer = await asyncio.open_connection("127.0.0.1", stand.port)
            writer.write(said)
            async with asyncio.timeout(LIMIT_S):
                try:
                    await reader.read()
                except ConnectionError:
                    pass
            writer.close()
        await answered(wire)


@pytest.mark.parametrize("loop", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
@pytest.mark.parametrize("play", [websocket_polling_and_broadcast, upgrade, slow_reader, no_tls])
def test_tls(
    play: Callable[[], Coroutine[object, object, None]],
    loop: Callable[[Coroutine[object, object, None]], None],
) -> None:
    loop(play())

"""A server on a free port and the simplest clients that can be had: HTTP requests and WebSockets by hand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Protocol, TypeVar

import aiohttp
from aiohttp import web
from tests.waiting import LIMIT_S

from paddock.socketio import Engine, Frame, Handshake, Listener, Options, Server, Session, Site, Socket, http_logger
from paddock.socketio.packet import BinaryFrame

T = TypeVar("T")


class Attachable(Protocol):
    def attach(self, app: web.Application) -> None: ...


class Stand:
    """A running server and how it is reached."""

    def __init__(self, port: int, path: str, http: aiohttp.ClientSession, site: Site | None = None) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.endpoint = f"{self.url}{path}/"
        self.port = port
        self.http = http
        self.site = site

    async def get(self, query: str, **headers: str) -> tuple[int, str]:
        async with asyncio.timeout(LIMIT_S):
            async with self.http.get(self.endpoint + query, headers=headers) as answer:
                return answer.status, await answer.text()

    async def post(self, sid: str, body: str | bytes, **headers: str) -> tuple[int, str]:
        async with asyncio.timeout(LIMIT_S):
            url = f"{self.endpoint}?EIO=4&transport=polling&sid={sid}"
            kind = {"Content-Type": "text/plain;charset=UTF-8"} if isinstance(body, str) else {}
            # The HTTP client warns of large bodies that are not streams.
            data = BytesIO(body.encode() if isinstance(body, str) else body)
            async with self.http.post(url, data=data, headers={**kind, **headers}) as answer:
                return answer.status, await answer.text()

    async def poll(self, sid: str) -> tuple[int, str]:
        return await self.get(f"?EIO=4&transport=polling&sid={sid}")

    async def open_polling(self) -> str:
        status, body = await self.get("?EIO=4&transport=polling")
        assert status == 200, body
        return str(json.loads(body[1:])["sid"])

    async def connect_polling(self) -> str:
        """Open a session and enter the default namespace."""
        sid = await self.open_polling()
        assert await self.post(sid, "40") == (200, "ok")
        status, body = await self.poll(sid)
        assert status == 200 and body.startswith("40{")
        return sid

    @asynccontextmanager
    async def websocket(self, sid: str | None = None) -> AsyncIterator[Wire]:
        query = "?EIO=4&transport=websocket" + ("" if sid is None else f"&sid={sid}")
        async with self.http.ws_connect(self.endpoint + query, autoping=False, max_msg_size=0) as ws:
            yield Wire(ws)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Wire]:
        """A WebSocket session whose open packet was read."""
        async with self.websocket() as wire:
            wire.sid = str(json.loads((await wire.text())[1:])["sid"])
            yield wire

    @asynccontextmanager
    async def connected(self, packet: str = "40") -> AsyncIterator[Wire]:
        """A WebSocket session in the default namespace."""
        async with self.opened() as wire:
            await wire.send(packet)
            answer = await wire.text()
            assert answer.startswith("40{"), answer
            yield wire


class Wire:
    """One WebSocket, packet by packet. Pings of the server are answered while waiting."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse[bool]) -> None:
        self.ws = ws
        self.sid = ""

    async def send(self, *packets: str | bytes) -> None:
        for packet in packets:
            if isinstance(packet, str):
                await self.ws.send_str(packet)
            else:
                await self.ws.send_bytes(packet)

    async def receive(self) -> str | bytes | None:
        """Return the next packet other than a ping, or None at the end of the connection."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                message = await self.ws.receive()
                if message.type is aiohttp.WSMsgType.TEXT:
                    if message.data != "2":
                        return str(message.data)
                    await self.ws.send_str("3")
                elif message.type is aiohttp.WSMsgType.BINARY:
                    return bytes(message.data)
                else:
                    return None

    async def next_ping(self) -> None:
        """Wait for a ping and answer it; nothing else may come before it."""
        async with asyncio.timeout(LIMIT_S):
            assert (await self.ws.receive()).data == "2"
        await self.ws.send_str("3")

    async def text(self) -> str:
        packet = await self.receive()
        assert isinstance(packet, str), packet
        return packet

    async def ended(self) -> int | None:
        """Read to the end of the connection and return the close code."""
        while await self.receive() is not None:
            pass
        return self.ws.close_code


@asynccontextmanager
async def running(server: Attachable, path: str = "/socket.io") -> AsyncIterator[Stand]:
    """Serve on a free port for the time of a test."""
    app = web.Application()
    server.attach(app)
    runner = web.AppRunner(app, access_log=None, logger=http_logger(), shutdown_timeout=1.0, lingering_time=0.2)
    await runner.setup()
    # An Engine.IO server alone has no site of its own.
    site = (
        Site(runner, server, "127.0.0.1", 0, direct=True)
        if isinstance(server, Server)
        else web.TCPSite(runner, "127.0.0.1", 0)
    )
    await site.start()
    address: tuple[str, int] = runner.addresses[0]
    try:
        async with aiohttp.ClientSession() as http:
            yield Stand(address[1], path, http, site if isinstance(site, Site) else None)
    finally:
        await runner.cleanup()


class Echo:
    """An Engine.IO listener that sends everything back and remembers how it ended."""

    ends: list[str]

    def __init__(self, session: Session, ends: list[str]) -> None:
        self.session = session
        self.ends = ends

    def text(self, message: bytes, now: float) -> None:
        self.session.send(Frame(b"4" + message))

    def binary(self, message: bytes, now: float) -> None:
        self.session.send(BinaryFrame(message))

    def closed(self, reason: str) -> None:
        self.ends.append(reason)

    def wake(self, now: float) -> float | None:
        return None


def echo_engine(options: Options) -> tuple[Engine, list[str]]:
    """An Engine.IO server that echoes; the list gets the reasons of ended sessions."""
    ends: list[str] = []

    def accept(session: Session, handshake: Handshake) -> Listener:
        return Echo(session, ends)

    return Engine(options, accept), ends


def reference_server(options: Options | None = None) -> Server:
    """The Socket.IO server that the protocol document describes."""
    sio = Server(options or Options(ping_interval=0.3, ping_timeout=LIMIT_S, allow_origin=lambda origin: True))

    def greet(socket: Socket, auth: object) -> None:
        socket.emit("auth", {} if auth is None else auth)

    main = sio.of("/")
    main.on_connect(greet)
    sio.of("/custom").on_connect(greet)

    @main.on("message")
    def back(socket: Socket, *args: object) -> None:
        socket.emit("message-back", *args)

    @main.on("message-with-ack")
    def acknowledge(socket: Socket, *args: object) -> tuple[object, ...]:
        return args

    return sio


async def within(promise: Awaitable[T]) -> T:
    """Wait for something, but not for ever."""
    async with asyncio.timeout(LIMIT_S):
        return await promise

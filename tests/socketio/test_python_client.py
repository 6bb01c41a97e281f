"""python-socketio's client, a witness written by other people."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.waiting import LIMIT_S, until

import socketio  # type: ignore[import-untyped]
from paddock.socketio import ConnectRefused, Options, Server, Socket

from .harness import reference_server, running, within

TRANSPORTS = (["polling"], ["websocket"], None)


@asynccontextmanager
async def witness() -> AsyncIterator[socketio.AsyncClient]:
    client = socketio.AsyncClient(reconnection=False)
    try:
        yield client
    finally:
        await within(client.disconnect())


@pytest.mark.parametrize("transports", TRANSPORTS, ids=str)
async def test_it_talks_over_every_transport(transports: list[str] | None) -> None:
    sio = reference_server(Options(ping_interval=0.1, ping_timeout=LIMIT_S))
    async with running(sio) as stand, witness() as client:
        back: asyncio.Queue[tuple[object, ...]] = asyncio.Queue()

        client.on("message-back", lambda *args: back.put_nowait(args))

        await within(client.connect(stand.url, transports=transports, auth={"token": "t"}))
        await client.emit("message", (1, "둘", {"three": [True]}, b"\x01\x02"))
        assert await within(back.get()) == (1, "둘", {"three": [True]}, b"\x01\x02")
        assert await client.call("message-with-ack", {"a": b"\x07"}, timeout=LIMIT_S) == {"a": b"\x07"}
        assert client.transport() == ("polling" if transports == ["polling"] else "websocket")
        # Nothing but pings is sent any more, and none before the one before it was answered.
        sent = sio.stats().packets_out
        await until(lambda: sio.stats().packets_out >= sent + 3, "heartbeats")
        assert client.connected
    await until(lambda: not sio.engine.sessions, "every session is gone")


async def test_it_answers_calls() -> None:
    sio = Server(Options())
    async with running(sio) as stand, witness() as client:
        client.on("ask", lambda question: {"asked": question, "blob": b"\x01"})
        await within(client.connect(stand.url))
        [socket] = sio.of("/").sockets.values()
        assert await socket.call("ask", "how many?", timeout=LIMIT_S) == {"asked": "how many?", "blob": b"\x01"}


async def test_it_uses_several_namespaces_and_leaves_them() -> None:
    sio = reference_server()
    async with running(sio) as stand, witness() as client:
        await within(client.connect(stand.url, namespaces=["/", "/custom"]))
        assert len(sio.of("/custom").sockets) == 1
        sid = client.get_sid("/custom")
        assert sid in sio.of("/custom").sockets
        await client.disconnect()
        await until(lambda: not sio.of("/custom").sockets, "the namespace is empty")


async def test_it_is_refused() -> None:
    sio = Server(Options())

    @sio.of("/").on_connect
    async def guard(socket: Socket, auth: object) -> None:
        raise ConnectRefused("not you", data=[1])

    async with running(sio) as stand, witness() as client:
        told: list[object] = []
        client.on("connect_error", told.append)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await within(client.connect(stand.url))
        assert told == [{"message": "not you", "data": [1]}]


async def test_it_learns_that_the_server_sent_it_away() -> None:
    sio = Server(Options())
    async with running(sio) as stand, witness() as client:
        gone = asyncio.Event()
        client.on("disconnect", lambda reason: gone.set())
        await within(client.connect(stand.url))
        next(iter(sio.of("/").sockets.values())).disconnect(close=True)
        await within(gone.wait())

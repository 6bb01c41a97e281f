"""The level a server has to come back to: what it holds before hostile clients come, and after they are gone."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from tests.waiting import LIMIT_S, until

from paddock.socketio import Options, Server
from paddock.socketio.admission import _Source

from .harness import Stand, Wire, running

OURS = ("paddock.socketio", "aiohttp.web")
SLACK = 100_000
"""Bytes that may be in use more than before: caches of the standard library, not what 50 clients leave behind."""


@dataclass(frozen=True)
class Level:
    """Sessions and sockets of the server; tasks, open files and live objects of the process that belong to them."""

    sessions: int
    sockets: int
    rooms: int
    tasks: int
    files: int
    objects: int


REMEMBERED = (_Source,)
"""What is known of sources that came lately: it stays for a while, and is bounded."""


def level(sio: Server) -> Level:
    ns = sio.of("/")
    gc.collect()
    kinds = (type(thing) for thing in gc.get_objects())
    objects = sum(str(kind.__module__).startswith(OURS) and kind not in REMEMBERED for kind in kinds)
    return Level(len(sio.engine.sessions), len(ns.sockets), len(ns.rooms), len(asyncio.all_tasks()), files(), objects)


def kept() -> int:
    """Return the bytes allocated since tracing began and still there, but for those of this file and of `abc`.

    The list of all objects that `level` asks for has megabytes, and was at times still there and taken for a leak. An
    abstract class remembers every class it was ever asked about: tens of kilobytes, once in a process.
    """
    ours = [tracemalloc.Filter(False, place) for place in (__file__, "<frozen abc>")]
    others = tracemalloc.take_snapshot().filter_traces(ours)
    return sum(trace.size for trace in others.traces)


def within(after: Level, before: Level) -> bool:
    return all(now <= then for now, then in zip(astuple(after), astuple(before), strict=True))


def is_level(sio: Server, before: Level) -> bool:
    """Return whether the server holds no more than before, and print what it holds if it does."""
    after, left = level(sio), kept()
    if not within(after, before) or left >= SLACK:
        print(f"{after}, {left} bytes are left")
        return False
    return True


def files() -> int:
    """Return how many files and sockets the process has open."""
    return sum(1 for _ in Path("/dev/fd").iterdir())


class Peak:
    """Bytes of Python objects that were allocated at most while the block ran, above what there was before it."""

    bytes = 0


@asynccontextmanager
async def same_level(sio: Server, stand: Stand) -> AsyncIterator[tuple[Wire, Peak]]:
    """A bystander, who is answered before and after; afterwards everything must be as it was, memory too."""
    peak = Peak()
    async with stand.connected() as bystander:
        await answered(bystander)
        # A kept-alive connection of the tests' own HTTP client has a task and a file of its own.
        await asked(stand)
        before = level(sio)
        tracemalloc.start()
        try:
            start, _ = tracemalloc.get_traced_memory()
            yield bystander, peak
            peak.bytes = tracemalloc.get_traced_memory()[1] - start
            await until(lambda: len(sio.engine.sessions) <= before.sessions, "the hostile sessions are gone")
            await asked(stand)
            await until(lambda: files() <= before.files, "files are closed")
            await until(lambda: len(asyncio.all_tasks()) <= before.tasks, "tasks are done")
            await answered(bystander)
            await until(lambda: is_level(sio, before), f"the level of before: {before}")
        finally:
            tracemalloc.stop()


async def asked(stand: Stand) -> None:
    """Send an HTTP request that leaves no trace."""
    async with stand.http.options(stand.endpoint) as answer:
        assert answer.status == 204


async def answered(bystander: Wire) -> None:
    """See that somebody who does nothing wrong is served."""
    await bystander.send('421["echo","still here"]')
    assert await bystander.text() == '431["still here"]'


class Raw:
    """A TCP connection, byte by byte."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def open(cls, stand: Stand) -> Raw:
        return cls(*await asyncio.open_connection("127.0.0.1", stand.port))

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def dribble(self, data: bytes) -> None:
        """Send byte by byte until the connection is closed."""
        writer = self.writer
        for at in range(len(data)):
            if writer.transport.is_closing():
                return
            writer.write(data[at : at + 1])
            await asyncio.sleep(0)

    async def until(self, end: bytes) -> bytes:
        async with asyncio.timeout(LIMIT_S):
            return await self.reader.readuntil(end)

    async def ended(self) -> bytes:
        """Read until the server closes the connection; return what it said."""
        async with asyncio.timeout(LIMIT_S):
            try:
                said = await self.reader.read()
            except ConnectionError:
                said = b""
        self.close()
        return said

    def close(self) -> None:
        """Close the connection, and hold nothing of it: it would count as the server's."""
        self.writer.close()
        del self.reader, self.writer


@asynccontextmanager
async def on_stage(sio: Server) -> AsyncIterator[tuple[Server, Stand, Wire, Peak]]:
    """A running server, a bystander, and the same level afterwards.

    Objects from before are left out of the count: a run of all tests has millions, and each count would take seconds.
    """
    gc.freeze()
    try:
        async with running(sio) as stand, same_level(sio, stand) as (bystander, peak):
            yield sio, stand, bystander, peak
    finally:
        gc.unfreeze()


def echo_server(options: Options | None = None, *, ping_interval: float = 60.0, ping_timeout: float = 5.0) -> Server:
    """A server whose sockets are in one room and whose events are answered."""
    sio = Server(replace(options or Options(), ping_interval=ping_interval, ping_timeout=ping_timeout, linger=0.1))
    ns = sio.of("/")
    ns.on_connect(lambda socket, auth: socket.join("all"))
    ns.on("echo")(lambda socket, *args: args)
    return sio


def get(query: str, *headers: str) -> bytes:
    """Return a GET request for the server's path."""
    return "\r\n".join([f"GET /socket.io/?{query} HTTP/1.1", "Host: h", *headers, "\r\n"]).encode()


HANDSHAKE = {
    "polling": get("EIO=4&transport=polling"),
    "websocket": get(
        "EIO=4&transport=websocket",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    ),
}

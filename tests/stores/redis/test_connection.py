"""Ways in: who is let in, who is not, and servers that are none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from tests.servers.redis_server import RedisServer, free_port
from tests.stores.builders import code, entry, filed, room
from tests.stores.redis.conftest import MEASURED

from paddock.stores.contract import Stored, StoreUnavailable
from paddock.stores.redis.store import RedisStore

pytestmark = pytest.mark.processes

Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[RedisStore]:
    store = RedisStore(url, "node-a", MEASURED)
    await store.open()
    yield store
    await store.close()


@asynccontextmanager
async def impostor(speak: Speak) -> AsyncIterator[str]:
    """A server that is none; gives its URL."""
    port = free_port()
    server = await asyncio.start_server(speak, "127.0.0.1", port)
    yield f"redis://127.0.0.1:{port}"
    server.close()


async def test_a_password_lets_in(server: RedisServer) -> None:
    server.ask("CONFIG", "SET", "requirepass", "open-sesame")

    async with opened(f"redis://:open-sesame@127.0.0.1:{server.port}") as store:
        await store.create(room(), entry(1), filed())
        assert await store.load(code(1)) == Stored(1, room())


async def test_a_wrong_password_is_told_without_repeating_it(
    server: RedisServer, capfd: pytest.CaptureFixture[str]
) -> None:
    server.ask("CONFIG", "SET", "requirepass", "open-sesame")

    async with opened(f"redis://:open-barley@127.0.0.1:{server.port}") as store:
        with pytest.raises(StoreUnavailable):
            await store.load(code(1))
        assert store.trouble is not None

    assert "barley" not in "".join(capfd.readouterr())


async def test_databases_are_apart(server: RedisServer) -> None:
    async with opened(f"{server.url}/1") as one, opened(f"{server.url}/2") as two:
        await one.create(room(), entry(1), filed())

        assert await two.load(code(1)) is None
        assert await one.load(code(1)) == Stored(1, room())


async def test_something_else_on_the_port_is_no_redis() -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await reader.read()
        writer.close()

    async with impostor(speak) as url, opened(url) as store:
        with pytest.raises(StoreUnavailable):
            await store.load(code(1))


async def test_a_server_that_says_nothing_costs_one_time_limit() -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with impostor(speak) as url, opened(url) as store:
        with pytest.raises(StoreUnavailable):
            await store.load(code(1))


async def test_a_server_that_answers_nonsense_disturbs_no_task() -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(b"+PONG\r\n" * data.count(b"*"))
        writer.close()

    async with impostor(speak) as url, opened(url) as store:
        for call in (
            store.load(code(1)),
            store.rooms(),
            store.count(),
            store.create(room(), entry(1), filed()),
            store.next_due(),
        ):
            with pytest.raises(StoreUnavailable):
                await call


async def test_who_waits_when_the_store_is_closed_is_told(server: RedisServer) -> None:
    async with opened(server.url) as store:
        server.stop()
        waiting = asyncio.ensure_future(store.load(code(1)))
        await asyncio.sleep(0)
    server.cont()

    with pytest.raises(StoreUnavailable):
        await waiting
    with pytest.raises(StoreUnavailable):
        await store.load(code(1))

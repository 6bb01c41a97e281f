"""A Redis of one's own for each play, and nodes that share it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from tests.servers.fault_proxy import FaultProxy
from tests.servers.redis_server import RedisServer, shared_redis

from paddock.stores.redis.dialer import Limits
from paddock.stores.redis.store import RedisStore

MEASURED = Limits(call_s=2.0, silent_s=1.5, connect_s=1.5)
"""Limits for tests in which one is reached: longer than a Redis that answers takes on a machine whose cores are all
busy, and long enough to tell one of them from many, one after the other."""
OpenNode = Callable[..., Awaitable[RedisStore]]
"""Opens the store of a named node on the server of the play."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    """A server that may be killed, frozen and started again, and has on the disk what it has acknowledged."""
    server = RedisServer(tmp_path, "--appendfsync", "always")
    server.start()
    yield server
    server.kill()


@pytest.fixture
async def proxy(server: RedisServer) -> AsyncIterator[FaultProxy]:
    """A bad network on the way to the server."""
    proxy = FaultProxy(server.port)
    await proxy.open()
    yield proxy
    await proxy.close()


@pytest.fixture
def shared() -> RedisServer:
    """An empty server that stays as it is."""
    server = shared_redis()
    server.ask("FLUSHALL")
    return server


@pytest.fixture
async def open_node() -> AsyncIterator[OpenNode]:
    """Opens stores and closes them again."""
    async with AsyncExitStack() as stack:

        async def open_one(
            server: RedisServer | FaultProxy, node: str = "node-a", limits: Limits = MEASURED
        ) -> RedisStore:
            store = RedisStore(f"redis://127.0.0.1:{server.port}", node, limits)
            await store.open()
            stack.push_async_callback(store.close)
            return store

        yield open_one

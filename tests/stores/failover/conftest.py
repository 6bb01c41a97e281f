"""Stores over a Redis of one's own, each with a journal beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from tests.contracts.backends import failing_over
from tests.servers.redis_server import RedisServer

from paddock.stores.failover.store import FailoverStore
from paddock.stores.redis.store import RedisStore

OpenStore = Callable[[str], Awaitable[FailoverStore]]
"""Opens the store of a named node."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path, "--appendfsync", "always")
    server.start()
    yield server
    server.kill()


@pytest.fixture
async def open_store(server: RedisServer, tmp_path: Path) -> AsyncIterator[OpenStore]:
    async with AsyncExitStack() as stack:

        async def open_one(node: str) -> FailoverStore:
            folder = tmp_path / node
            folder.mkdir()
            return await stack.enter_async_context(failing_over(RedisStore(server.url, node), folder))

        yield open_one

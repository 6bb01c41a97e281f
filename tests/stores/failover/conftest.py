"""Stores over a Redis of one's own, each with a journal beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.contracts.backends import PATIENT, failing_over
from tests.contracts.ear import Ear
from tests.servers.fault_proxy import FaultProxy
from tests.servers.redis_server import RedisServer
from tests.stores.builders import ANNA, code, entry, filed, ready, room
from tests.waiting import until

from paddock.domain.ids import CommandKey
from paddock.domain.room import Room
from paddock.stores.failover.store import FailoverStore
from paddock.stores.redis.store import RedisStore

OpenStore = Callable[[str], Awaitable[FailoverStore]]
"""Opens the store of a named node."""
TOGETHER, OURS, THEIRS = CommandKey("together-1"), CommandKey("cut-off-1"), CommandKey("at-the-other-1")


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
            return await stack.enter_async_context(failing_over(RedisStore(server.url, node, PATIENT), folder))

        yield open_one


def at_home(title: str) -> Room:
    """The room, with Anna connected to node A."""
    made = room(title=title)
    return replace(made, members={**made.members, ANNA: replace(made.members[ANNA], node="node-a")})


@pytest.fixture
async def proxy(server: RedisServer) -> AsyncIterator[FaultProxy]:
    """The way of node A to Redis."""
    proxy = FaultProxy(server.port)
    await proxy.open()
    yield proxy
    await proxy.close()


@pytest.fixture
async def nodes(
    server: RedisServer, proxy: FaultProxy, tmp_path: Path
) -> AsyncIterator[tuple[FailoverStore, FailoverStore]]:
    """Node A behind the proxy, and node B; both hold a room in which one command was applied."""
    async with AsyncExitStack() as stack:
        made = []
        for node, url in (("node-a", proxy.url), ("node-b", server.url)):
            folder = tmp_path / node
            folder.mkdir()
            made.append(
                await stack.enter_async_context(failing_over(RedisStore(url, node, PATIENT), folder, node=node))
            )
        a, b = made
        await a.create(at_home("before"), entry(1), filed())
        await a.commit(at_home("together"), entry(2, ready(True), command=TOGETHER), filed())
        for store in made:
            store.subscribe(code(1), Ear().entry)
        await until(lambda: code(1) in a.replicas and code(1) in b.replicas, "both nodes have a replica")
        yield a, b

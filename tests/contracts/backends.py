"""The stores that the contract suite runs on: each opens fresh and empty, and is closed again. Add a backend here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol

from tests.servers.redis_server import free_port, shared_redis

from paddock.service.rooms import filing
from paddock.stores.allowances import LocalAllowances
from paddock.stores.contract import AllowanceStore, RoomStore, SessionStore
from paddock.stores.failover.store import FailoverStore
from paddock.stores.local import LocalStore
from paddock.stores.redis.dialer import Limits
from paddock.stores.redis.store import RedisStore


class Store(RoomStore, SessionStore, Protocol):
    """A store of rooms and sessions."""


PATIENT = Limits(call_s=10.0, connect_s=5.0)
"""What a store does is tested here, not how busy the machine is; time limits have tests of their own."""
OpenStore = Callable[[Path], AbstractAsyncContextManager[Store]]
"""Opens an empty store; the folder is free for whatever it writes."""


@asynccontextmanager
async def memory(folder: Path) -> AsyncIterator[Store]:
    store = LocalStore(None)
    await store.open()
    yield store
    await store.close()


@asynccontextmanager
async def journal(folder: Path) -> AsyncIterator[Store]:
    store = LocalStore(folder / "journal.db")
    await store.open()
    yield store
    await store.close()


@asynccontextmanager
async def redis(folder: Path) -> AsyncIterator[Store]:
    server = shared_redis()
    server.ask("FLUSHALL")
    store = RedisStore(server.url, "node-a", PATIENT)
    await store.open()
    yield store
    await store.close()


OpenAllowances = Callable[[], AbstractAsyncContextManager[AllowanceStore]]
"""Opens allowances of which nothing is used up."""


@asynccontextmanager
async def own_allowances() -> AsyncIterator[AllowanceStore]:
    yield LocalAllowances()


@asynccontextmanager
async def shared_allowances() -> AsyncIterator[AllowanceStore]:
    server = shared_redis()
    server.ask("FLUSHALL")
    store = RedisStore(server.url, "node-a", PATIENT)
    await store.open()
    yield store.allowances
    await store.close()


ALLOWANCES: dict[str, OpenAllowances] = {"memory": own_allowances, "redis": shared_allowances}


@asynccontextmanager
async def failover(folder: Path) -> AsyncIterator[Store]:
    """What a server with a Redis uses, with the Redis there."""
    server = shared_redis()
    server.ask("FLUSHALL")
    async with failing_over(RedisStore(server.url, "node-a", PATIENT), folder) as store:
        assert not store.degraded
        yield store


@asynccontextmanager
async def failover_away(folder: Path) -> AsyncIterator[Store]:
    """The same, and no Redis is there."""
    async with failing_over(RedisStore(f"redis://127.0.0.1:{free_port()}", "node-a"), folder) as store:
        assert store.degraded
        yield store


@asynccontextmanager
async def failing_over(shared: RedisStore, folder: Path) -> AsyncIterator[FailoverStore]:
    local = LocalStore(folder / "apart.db")
    await local.open()
    store = FailoverStore(shared, local, "node-a", filing)
    await store.open()
    yield store
    await store.close()


BACKENDS: dict[str, OpenStore] = {
    "memory": memory,
    "journal": journal,
    "redis": redis,
    "failover": failover,
    "failover-away": failover_away,
}

"""The stores that the contract suite runs on: each opens fresh and empty, and is closed again. Add a backend here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Final, Protocol

import pytest
from tests.servers.redis_server import free_port, shared_redis

from paddock.domain.chat import ChatMessage
from paddock.domain.events import Entry, Event
from paddock.domain.finished import FinishedRace
from paddock.domain.ids import CommandKey, Millis, RaceId, RoomId
from paddock.domain.record import RaceRecord
from paddock.domain.room import Room
from paddock.service.rooms import filing
from paddock.stores.allowances import LocalAllowances
from paddock.stores.contract import (
    AllowanceStore,
    Filing,
    NoSuchRoom,
    RoomStore,
    SessionStore,
    Stored,
    StoreUnavailable,
)
from paddock.stores.failover.store import FailoverStore
from paddock.stores.local import LocalStore
from paddock.stores.redis.dialer import Limits
from paddock.stores.redis.store import RedisStore


class Store(RoomStore, SessionStore, Protocol):
    """A store of rooms and sessions."""


PATIENT = Limits(call_s=10.0, silent_s=10.0, connect_s=5.0)
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


class Alone(FailoverStore):
    """A store without its Redis, told that nothing was ever in it: what nobody can tell is then not there."""

    async def load(self, room: RoomId) -> Stored | None:
        return await super().load(room) if room in self._isolated else None

    async def applied(self, room: RoomId, command: CommandKey) -> int | None:
        return await super().applied(room, command) if room in self._isolated else None

    async def since(self, room: RoomId, version: int) -> tuple[Entry, ...] | None:
        return await super().since(room, version) if room in self._isolated else None

    async def chat(self, room: RoomId) -> tuple[ChatMessage, ...]:
        return await super().chat(room) if room in self._isolated else ()

    async def race(self, race: RaceId) -> RaceRecord | None:
        try:
            return await super().race(race)
        except StoreUnavailable:
            return None

    async def commit(
        self, room: Room, entry: Entry, filing: Filing, race: FinishedRace | None = None, mark: str = ""
    ) -> Entry:
        if room.room not in self._isolated:
            raise NoSuchRoom(room.room)
        return await super().commit(room, entry, filing, race, mark)

    async def append(self, room: RoomId, events: tuple[Event, ...], at: Millis, command: CommandKey | None) -> Entry:
        if room not in self._isolated:
            raise NoSuchRoom(room)
        return await super().append(room, events, at, command)

    async def forget(self, room: RoomId, version: int) -> None:
        if room in self._isolated:
            await super().forget(room, version)


@asynccontextmanager
async def failover_away(folder: Path) -> AsyncIterator[Store]:
    """The same, and no Redis is there."""
    shared = RedisStore(f"redis://127.0.0.1:{free_port()}", "node-a", Limits(open_s=0.01))
    async with failing_over(shared, folder, Alone) as store:
        assert store.degraded
        yield store


@asynccontextmanager
async def failing_over(
    shared: RedisStore, folder: Path, kind: type[FailoverStore] = FailoverStore, node: str = "node-a"
) -> AsyncIterator[FailoverStore]:
    local = LocalStore(folder / "failover.db")
    await local.open()
    store = kind(shared, local, node, filing)
    await store.open()
    yield store
    await store.close()


WITH_REDIS: Final = frozenset({"redis", "failover"})
BACKENDS: dict[str, OpenStore] = {
    "memory": memory,
    "journal": journal,
    "redis": redis,
    "failover": failover,
    "failover-away": failover_away,
}


def parameters(backends: Iterable[str]) -> list[object]:
    """Return backends as parameters of a fixture; those with a Redis carry the marker `processes`."""
    return [pytest.param(name, marks=[pytest.mark.processes] if name in WITH_REDIS else []) for name in backends]

"""Servers as processes of their own; their output is shown when a test fails."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from pathlib import Path

import pytest
from tests.cluster.books import brisk, sprint, written
from tests.cluster.door import Door
from tests.cluster.process import Server
from tests.servers.redis_server import RedisServer

from paddock.domain.book import Book

PACE: dict[str, str | int] = {
    "pace_reason_ms": 800,
    "pace_roulette_ms": 1500,
    "pace_hold_ms": 500,
    "pace_countdown_ms": 800,
    "pace_tail_ms": 300,
    "pace_replay_hold_ms": 800,
    "pace_runoff_ms": 800,
    "limits_rooms_per_minute": 10_000,
    "limits_commands_per_second": 1_000,
    "limits_commands_burst": 10_000,
    # All of a test come from one address, and as fast as they are answered.
    "limits_source_commands_per_second": 100_000,
    "limits_source_commands_burst": 1_000_000,
    "limits_source_connections": 10_000,
    # Each server of a test keeps its races in its own folder.
    "separate_archives": "true",
}


@contextmanager
def serving(folder: Path, book: Book, **settings: str | int) -> Iterator[Server]:
    """A running server; ended with the test that started it, its output left for whoever reads a failure."""
    server = Server(folder, book=written(book, folder / "book.json"), **{**PACE, **settings})
    try:
        server.start()
        yield server
    finally:
        server.kill()
        print(server.output)


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with races of three seconds."""
    with serving(tmp_path_factory.mktemp("quick"), sprint()) as server:
        yield server


@pytest.fixture(scope="module")
def steady(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with races of about ten seconds, long enough to be killed in the middle of one."""
    with serving(tmp_path_factory.mktemp("steady"), brisk()) as server:
        yield server


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis with an append-only file."""
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.kill()


@contextmanager
def sharing(redis: RedisServer, folder: Path, **settings: str | int) -> Iterator[tuple[Server, Server]]:
    """Two servers that share a Redis, with races of about ten seconds."""
    with ExitStack() as stack:
        folders = [folder / name for name in ("a", "b")]
        for one in folders:
            one.mkdir()
        a, b = [stack.enter_context(serving(one, brisk(), **{"redis": redis.url, **settings})) for one in folders]
        yield a, b


@pytest.fixture
def nodes(redis: RedisServer, tmp_path: Path) -> Iterator[tuple[Server, Server]]:
    """Two servers on one Redis, to be killed."""
    with sharing(redis, tmp_path) as pair:
        yield pair


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    """Give a way in; guests leave when the test ends."""
    async with AsyncExitStack() as stack:
        yield Door(stack)

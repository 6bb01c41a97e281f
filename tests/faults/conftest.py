"""Sets of servers for the long plays; `pytest tests/faults/plays_*.py` runs them, `make test` does not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.contracts.backends import PATIENT
from tests.faults.report import Report
from tests.servers.redis_cluster import RedisCluster, RedisSentinels
from tests.servers.redis_server import RedisServer

from paddock.stores.redis.store import RedisStore

Together = RedisCluster | RedisSentinels


@pytest.fixture(scope="session", params=[RedisCluster, RedisSentinels], ids=["cluster", "sentinel"])
def servers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Together]:
    """Three masters, or a watched master with its replica, for plays that leave them as they are."""
    made: Together = request.param(tmp_path_factory.mktemp("servers"))
    made.start()
    yield made
    made.kill()


@pytest.fixture
async def store(servers: Together) -> AsyncIterator[RedisStore]:
    """An empty store on them."""
    servers.empty()
    store = RedisStore(servers.url, "node-a", PATIENT)
    await store.open()
    yield store
    await store.close()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[RedisCluster]:
    """A cluster that may be changed."""
    cluster = RedisCluster(tmp_path)
    cluster.start()
    yield cluster
    cluster.kill()


@pytest.fixture
def sentinels(tmp_path: Path) -> Iterator[RedisSentinels]:
    """A watched master that may be killed."""
    sentinels = RedisSentinels(tmp_path)
    sentinels.start()
    yield sentinels
    sentinels.kill()


@pytest.fixture
def report() -> Iterator[Report]:
    """Keep what a play found, however it ends."""
    report = Report()
    yield report
    report.save()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis that keeps everything it acknowledges."""
    folder = tmp_path / "redis"
    folder.mkdir()
    server = RedisServer(folder, "--appendfsync", "always")
    server.start()
    yield server
    server.kill()

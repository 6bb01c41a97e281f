"""What is wrong with the settings of a Redis, as the operator is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.servers.redis_server import RedisServer
from tests.stores.redis.conftest import OpenNode

pytestmark = pytest.mark.processes

SAMPLE = Path(__file__).parents[3] / "deploy" / "redis.conf"


async def test_a_server_set_up_as_it_should_be_has_no_problems(server: RedisServer, open_node: OpenNode) -> None:
    store = await open_node(server)

    assert store.problems == ()


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("appendonly", "no", "keeps nothing on disk"),
        ("appendfsync", "everysec", "may lose what it acknowledged"),
        ("maxmemory-policy", "allkeys-lru", "throws rooms away"),
    ],
)
async def test_a_setting_that_loses_rooms_is_told(
    server: RedisServer, open_node: OpenNode, setting: str, value: str, says: str
) -> None:
    server.ask("CONFIG", "SET", "maxmemory", "100mb")
    server.ask("CONFIG", "SET", setting, value)

    store = await open_node(server)

    (problem,) = store.problems
    assert says in problem
    assert store.trouble is None


async def test_the_sample_is_a_server_without_problems(tmp_path: Path, open_node: OpenNode) -> None:
    lines = [line for line in SAMPLE.read_text().splitlines() if line and not line.startswith("#")]
    own = [line for line in lines if line.split()[0] not in {"bind", "port", "dir"}]
    config = tmp_path / "redis.conf"
    config.write_text("\n".join(own))
    server = RedisServer(tmp_path, config=config)
    server.start()
    try:
        store = await open_node(server)
        assert store.problems == ()
        assert store.trouble is None
    finally:
        server.kill()

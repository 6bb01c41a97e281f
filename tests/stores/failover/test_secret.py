"""One secret for all servers of a Redis, also for one that had to start without it."""

from __future__ import annotations

from pathlib import Path

from tests.servers.redis_server import RedisServer

from paddock.stores.failover.secret import SharedSecret
from paddock.stores.redis.store import RedisStore


async def test_the_first_ones_secret_is_everybodys_and_is_kept_for_the_next_start(
    server: RedisServer, tmp_path: Path
) -> None:
    shared = RedisStore(server.url, "node-a")
    await shared.open()
    first, second = SharedSecret(b"first", shared, None), SharedSecret(b"second", shared, tmp_path / "secret")
    await first.agree()
    await second.agree()
    assert first.value == second.value == b"first"
    assert (tmp_path / "secret").read_bytes() == b"first"
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    server.ask("FLUSHALL")
    await second.agree()
    third = SharedSecret(b"third", shared, None)
    await third.agree()
    assert third.value == b"first", "an emptied Redis is told it again"
    await shared.close()

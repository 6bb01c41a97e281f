"""One secret for all servers of a Redis, also for one that had to start without it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.contracts.backends import PATIENT
from tests.servers.redis_server import RedisServer

from paddock.stores.failover.secret import SharedSecret
from paddock.stores.redis.store import RedisStore

pytestmark = pytest.mark.processes

FIRST, SECOND, THIRD = (name * 8 for name in (b"frst", b"scnd", b"thrd"))


async def test_the_first_ones_secret_is_everybodys_and_is_kept_for_the_next_start(
    server: RedisServer, tmp_path: Path
) -> None:
    shared = RedisStore(server.url, "node-a", PATIENT)
    await shared.open()
    first, second = SharedSecret(FIRST, shared, None), SharedSecret(SECOND, shared, tmp_path / "secret")
    await first.agree()
    await second.agree()
    assert first.value == second.value == FIRST
    assert (tmp_path / "secret").read_bytes() == FIRST
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    server.ask("FLUSHALL")
    await second.agree()
    third = SharedSecret(THIRD, shared, None)
    await third.agree()
    assert third.value == FIRST, "an emptied Redis is told it again"
    await shared.close()


async def test_a_short_secret_in_redis_is_not_taken_over(server: RedisServer, tmp_path: Path) -> None:
    """Whoever wrote it there by hand could know the hashed addresses of everybody, and speak as a server."""
    shared = RedisStore(server.url, "node-a", PATIENT)
    await shared.open()
    assert await shared.shared_secret(b"guess me") == b"guess me"
    own = SharedSecret(FIRST, shared, tmp_path / "secret")

    await own.agree()

    assert (own.value, (tmp_path / "secret").exists()) == (FIRST, False)
    await shared.close()

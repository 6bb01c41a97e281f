"""The room list of a node that starts when there are rooms already."""

from __future__ import annotations

import pytest
from tests.contracts.ear import Ear
from tests.servers.redis_server import RedisServer
from tests.stores.builders import code, entry, filed, line, room
from tests.stores.failover.conftest import OpenStore
from tests.waiting import until

pytestmark = pytest.mark.processes


async def test_rooms_from_before_the_start_leave_the_list(open_store: OpenStore) -> None:
    """A node that started later went on listing such a room for a minute, until it read the whole list again."""
    first = await open_store("node-a")
    await first.create(room(), entry(1), filed(summary=line()))
    later, ear = await open_store("node-b"), Ear()
    later.watch(ear.change)

    await first.forget(code(1), 1)

    await ear.until(lambda: [change.room for change in ear.changes if change.summary is None] == [code(1)])


async def test_rooms_from_before_the_start_stay_on_the_list_without_redis(
    server: RedisServer, open_store: OpenStore
) -> None:
    first = await open_store("node-a")
    await first.create(room(), entry(1), filed(summary=line()))
    later = await open_store("node-b")

    server.kill()
    await until(lambda: later.degraded, "Redis is missed")

    assert [summary.room for summary in await later.listed()] == [code(1)]

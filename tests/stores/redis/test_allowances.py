"""Allowances over nodes and outages: shared while Redis answers, each node's own while it does not, never open."""

from __future__ import annotations

import asyncio

import pytest
from tests.contracts.backends import PATIENT
from tests.servers.redis_server import RedisServer
from tests.stores.builders import NOON
from tests.stores.redis.conftest import OpenNode
from tests.waiting import LIMIT_S, until

from paddock.domain.allowance import Rate
from paddock.stores.redis.store import RedisStore

pytestmark = pytest.mark.processes

TEN = Rate(per_minute=10, burst=10)


async def taken(store: RedisStore, times: int, key: str = "mina") -> int:
    """Try to take so often at once and say how often it was granted."""
    return sum(await asyncio.gather(*(store.allowances.take("guesses", key, TEN, NOON) for _ in range(times))))


async def one_by_one(store: RedisStore, times: int) -> int:
    """Try to take so often, each time when the time before is answered, and say how often it was granted."""
    return sum([await store.allowances.take("guesses", "mina", TEN, NOON) for _ in range(times)])


async def test_two_nodes_grant_one_burst_between_them(shared: RedisServer, open_node: OpenNode) -> None:
    a, b = await open_node(shared, "node-a", PATIENT), await open_node(shared, "node-b", PATIENT)

    granted = await asyncio.gather(one_by_one(a, 30), one_by_one(b, 30))

    assert sum(granted) == 10
    assert min(granted) > 0, "they took at the same time, or this shows nothing"


async def test_what_one_node_gives_back_the_other_can_grant(shared: RedisServer, open_node: OpenNode) -> None:
    a, b = await open_node(shared, "node-a", PATIENT), await open_node(shared, "node-b", PATIENT)
    await taken(a, 10)
    assert await taken(b, 1) == 0

    await a.allowances.give_back("guesses", "mina", TEN, NOON)

    assert await taken(b, 2) == 1


async def test_a_node_that_starts_anew_refills_nothing(shared: RedisServer, open_node: OpenNode) -> None:
    first = await open_node(shared, "node-a", PATIENT)
    await taken(first, 10)
    await first.close()

    second = await open_node(shared, "node-a2", PATIENT)

    assert await taken(second, 5) == 0


async def test_what_is_full_again_is_no_key_any_more(shared: RedisServer, open_node: OpenNode) -> None:
    store = await open_node(shared, "node-a", PATIENT)
    fast = Rate(per_minute=60_000, burst=1)
    await store.allowances.take("guesses", "mina", fast, NOON)
    await taken(store, 1, "jun")
    await store.allowances.give_back("guesses", "jun", TEN, NOON)

    await until(lambda: b"allow" not in shared.ask("KEYS", "*:allow:*"), "no key is left")

    await taken(store, 10)
    (key,) = [word for word in shared.ask("KEYS", "*:allow:*").decode().split() if ":allow:" in word]
    assert 0 < int(shared.ask("PTTL", key)[1:]) <= 60_000


async def test_without_redis_each_node_limits_by_itself_and_a_used_up_allowance_stays_used_up(
    server: RedisServer, open_node: OpenNode
) -> None:
    """An outage was a way to a fresh allowance: a node has to count what it granted while all was well."""
    a, b = await open_node(server, "node-a"), await open_node(server, "node-b")
    assert await taken(a, 10) == 10

    server.kill()

    assert await taken(a, 10) == 0, "used up here before"
    assert await taken(b, 30) == 10, "limited by itself, one burst"
    assert await taken(b, 10, "jun") == 10, "not closed to others"


async def test_a_frozen_redis_is_not_waited_for_longer_than_a_call_takes(
    server: RedisServer, open_node: OpenNode
) -> None:
    store = await open_node(server, "node-a")
    server.stop()
    try:
        # One call that had no limit of its own would wait until the server is continued, which is never.
        async with asyncio.timeout(LIMIT_S):
            assert await taken(store, 12) == 10
    finally:
        server.cont()


async def test_a_value_that_is_none_counts_as_full(shared: RedisServer, open_node: OpenNode) -> None:
    store = await open_node(shared, "node-a", PATIENT)
    await taken(store, 1)
    (key,) = [word for word in shared.ask("KEYS", "*:allow:*").decode().split() if ":allow:" in word]
    shared.ask("SET", key, "damaged")

    assert await taken(store, 3) == 3

"""Two servers that change one room at the same time, far from Redis: both come to their turn."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.servers.fault_proxy import FaultProxy
from tests.servers.redis_server import RedisServer
from tests.stores.builders import code, entry, filed, room
from tests.stores.redis.conftest import MEASURED

from paddock.stores.contract import Conflict
from paddock.stores.redis import store as redis_store
from paddock.stores.redis.store import RedisStore

pytestmark = pytest.mark.processes

FAR_S = 0.1
TURN_S = FAR_S * 10 * redis_store.TURN
"""How long a turn may be kept free on a busy machine, where the way to Redis seems longer than it is."""


@pytest.fixture
async def far(server: RedisServer) -> AsyncIterator[RedisStore]:
    """A store that every answer reaches late."""
    proxy = FaultProxy(server.port)
    await proxy.open()
    store = RedisStore(proxy.url, "far", MEASURED)
    await store.open()
    proxy.slow(FAR_S)
    yield store
    await store.close()
    await proxy.close()


@pytest.fixture
async def near(server: RedisServer) -> AsyncIterator[RedisStore]:
    store = RedisStore(server.url, "near", MEASURED)
    await store.open()
    yield store
    await store.close()


async def refused(store: RedisStore, version: int) -> Conflict:
    with pytest.raises(Conflict) as caught:
        await store.commit(room(title="too late"), entry(version), filed())
    return caught.value


async def test_a_conflict_tells_the_room_as_it_is(near: RedisStore) -> None:
    await near.create(room(), entry(1), filed())
    await near.commit(room(title="as it is"), entry(2), filed())
    conflict = await refused(near, 2)
    assert conflict.found == await near.look(code(1))
    assert conflict.wait_s == 0.0


async def test_whoever_was_too_late_from_afar_is_next(far: RedisStore, near: RedisStore) -> None:
    """Of two servers with a slow way to Redis, the one that was in time once was so again and again."""
    await far.create(room(), entry(1), filed())
    await far.commit(room(), entry(2), filed())
    await near.commit(room(), entry(3), filed())
    await refused(far, 3)

    put_off = await refused(near, 4)
    assert 0.0 < put_off.wait_s <= TURN_S
    assert (await far.commit(room(title="from afar"), entry(4), filed())).version == 4
    assert (await near.commit(room(title="from near"), entry(5), filed())).version == 5


async def test_a_turn_that_is_not_taken_is_over_after_a_while(
    far: RedisStore, near: RedisStore, server: RedisServer
) -> None:
    await far.create(room(), entry(1), filed())
    await far.commit(room(), entry(2), filed())
    await refused(far, 2)
    conflicts = 0
    while True:
        try:
            await near.commit(room(), entry(3), filed())
            break
        except Conflict as conflict:
            conflicts += 1
            assert conflict.wait_s <= TURN_S
    assert conflicts > 0


async def test_nobody_asks_for_a_turn_on_a_quick_way(
    near: RedisStore, server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever was too late may find that nothing is left to do: others would wait for nothing."""
    monkeypatch.setattr(redis_store, "FAR_S", 5.0)  # a busy machine is quick as well
    await near.create(room(), entry(1), filed())
    await near.commit(room(), entry(2), filed())
    await refused(near, 2)
    other = RedisStore(server.url, "other", MEASURED)
    await other.open()
    try:
        assert (await other.commit(room(), entry(3), filed())).version == 3
    finally:
        await other.close()

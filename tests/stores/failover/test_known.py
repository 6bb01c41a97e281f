"""What a node knows of a room without asking: led on by the feed, good for a commit, and never in place of a look."""

from __future__ import annotations

import pytest
from tests.contracts.ear import Ear
from tests.servers.redis_server import RedisServer
from tests.stores.builders import code, entry, filed, ready, room, said
from tests.stores.failover.conftest import OpenStore
from tests.waiting import until

from paddock.domain.room import Room
from paddock.stores.change import mark
from paddock.stores.contract import Conflict, Known
from paddock.stores.failover.replica import apply_entry
from paddock.stores.failover.store import FailoverStore
from paddock.stores.redis.keys import Keys

pytestmark = pytest.mark.processes


async def following(store: FailoverStore) -> Ear:
    """Follow the room, and wait until the node has a replica and has been read."""
    ear = Ear()
    store.subscribe(code(1), ear.entry)
    await until(lambda: code(1) in store.replicas, "the node has a replica")
    assert store.known(code(1)) is None
    assert await store.load(code(1)) is not None
    return ear


def unready(version: int) -> Room:
    return apply_entry(room(), entry(version, ready(False)))


async def test_what_is_known_is_what_is_kept_whoever_leads_the_room_on(open_store: OpenStore) -> None:
    a, b = await open_store("node-a"), await open_store("node-b")
    await a.create(room(), entry(1), filed())
    ears = [await following(store) for store in (a, b)]
    second = entry(2, ready(False), command="command-2")

    await a.commit(unready(2), second, filed())
    assert a.known(code(1)) == Known(2, unready(2), mark(second)), "at once: it was kept by this node"
    await b.append(code(1), (said("hello"),), entry(1).at, None)
    for store, ear in zip((a, b), ears, strict=True):
        await ear.hear_version(3)
        assert store.known(code(1)) == Known(3, unready(2), mark(second))

    known = b.known(code(1))
    assert known is not None
    third = entry(4, ready(True))
    assert (await b.commit(room(), third, filed(), None, known.mark)).version == 4
    await ears[0].hear_version(4)
    stored, known = await a.load(code(1)), a.known(code(1))
    assert stored is not None
    assert known == Known(4, stored.room, mark(third))


async def test_what_is_known_of_a_room_that_was_lost_is_put_back_and_then_led_on(
    server: RedisServer, open_store: OpenStore
) -> None:
    """Nobody looks before a commit any more, so the commit has to find out."""
    store = await open_store("node-a")
    await store.create(room(), entry(1), filed())
    ear = await following(store)
    await store.commit(unready(2), entry(2, ready(False)), filed())
    await ear.hear_version(2)
    known = store.known(code(1))
    assert known is not None
    server.ask("DEL", Keys().of_room(code(1)).room)

    with pytest.raises(Conflict):
        await store.commit(room(), entry(3, ready(True)), filed(), None, known.mark)
    stored = await store.load(code(1))
    assert stored is not None
    assert (stored.version, stored.room) == (2, unready(2))
    assert (await store.commit(room(), entry(3, ready(True)), filed())).version == 3


async def test_nothing_is_known_of_a_room_that_is_not_held_nor_while_redis_is_away(
    server: RedisServer, open_store: OpenStore
) -> None:
    store = await open_store("node-a")
    await store.create(room(), entry(1), filed())
    assert store.known(code(1)) is None
    await following(store)
    assert store.known(code(1)) is not None
    server.kill()
    await until(lambda: store.degraded, "the store goes on without Redis")
    assert store.known(code(1)) is None

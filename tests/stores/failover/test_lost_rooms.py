"""Redis is there, but has less than it had: whoever holds a room puts it back before anybody is told otherwise."""

from __future__ import annotations

import pytest
from tests.contracts.ear import Ear
from tests.servers.redis_server import RedisServer
from tests.stores.builders import ANNA, code, entry, filed, line, ready, room, said
from tests.stores.failover.conftest import OpenStore
from tests.waiting import until

from paddock.stores.contract import Conflict, NotHome, Session, StoreUnavailable
from paddock.stores.failover.store import FailoverStore
from paddock.stores.redis.keys import Keys

pytestmark = pytest.mark.processes


async def held(store: FailoverStore, ear: Ear) -> None:
    """Follow the room, and wait until the node has a replica."""
    store.subscribe(code(1), ear.entry)
    await until(lambda: code(1) in store.replicas, "the node has a replica")


async def insisted(store: FailoverStore) -> int:
    """Talk as soon as the room may be changed again; nobody is at home in this one, so that takes some seconds."""
    versions: list[int] = []

    async def talks() -> bool:
        try:
            versions.append((await store.append(code(1), (said("more"),), entry(1).at, None)).version)
        except NotHome:
            return False
        return True

    await until(talks, "the room may be changed by a node that is not its home")
    return versions[0]


async def test_a_room_that_was_evicted_is_put_back_by_the_next_who_asks(
    server: RedisServer, open_store: OpenStore
) -> None:
    store, ear = await open_store("node-a"), Ear()
    await store.create(room(), entry(1), filed(summary=line()))
    await held(store, ear)
    await store.commit(room(title="after"), entry(2, ready(False), command="command-2"), filed(due=5, summary=line()))
    await ear.hear_version(2)
    server.ask("DEL", Keys().of_room(code(1)).room)

    stored = await store.load(code(1))

    assert stored is not None
    assert (stored.version, stored.room.settings.title) == (2, "after")
    assert await store.applied(code(1), "command-2") == 2  # type: ignore[arg-type]
    assert (await store.commit(room(title="later"), entry(3, ready(True)), filed())).version == 3
    await ear.hear_version(3)
    assert ear.versions == [2, 3]


async def test_a_room_lost_between_reading_and_writing_is_read_again(
    server: RedisServer, open_store: OpenStore
) -> None:
    """It used to be refused as `no_room`, and the client forgot the seat."""
    store, ear = await open_store("node-a"), Ear()
    await store.create(room(), entry(1), filed())
    await held(store, ear)
    server.ask("DEL", Keys().of_room(code(1)).room)
    with pytest.raises(Conflict):
        await store.commit(room(title="after"), entry(2, ready(False)), filed())
    with pytest.raises(StoreUnavailable):
        await store.append(code(1), (said("hello"),), entry(1).at, None)
    assert await store.load(code(1)) is not None
    assert (await store.commit(room(title="after"), entry(2, ready(False)), filed())).version == 2


async def test_of_two_who_hold_it_the_one_who_heard_most_wins(server: RedisServer, open_store: OpenStore) -> None:
    a, b = await open_store("node-a"), await open_store("node-b")
    ears = (Ear(), Ear())
    await a.create(room(), entry(1), filed())
    await a.put_session("hash", Session(code(1), ANNA, "node-a"))
    for store, ear in zip((a, b), ears, strict=True):
        await held(store, ear)
    for version in range(2, 6):
        await a.append(code(1), (said(f"line {version}"),), entry(1).at, None)
    for ear in ears:
        await ear.hear_version(5)
    server.ask("FLUSHALL")

    await until(lambda: server.ask("EXISTS", Keys().of_room(code(1)).room) == b":1\r\n", "the room is put back")

    for store in (a, b):
        stored = await store.load(code(1))
        assert stored is not None
        assert stored.version == 5
        assert [message.text for message in await store.chat(code(1))] == [f"line {version}" for version in range(2, 6)]
    assert await insisted(a) == 6
    for ear in ears:
        await ear.hear_version(6)
        assert ear.versions == [2, 3, 4, 5, 6]


async def test_a_room_that_nobody_holds_may_be_about_to_be_put_back(server: RedisServer, open_store: OpenStore) -> None:
    """Nobody is told that a room does not exist when Redis was just emptied: clients would forget the seat."""
    a, b = await open_store("node-a"), await open_store("node-b")
    ear = Ear()
    await a.create(room(), entry(1), filed())
    await held(a, ear)
    server.ask("FLUSHALL")

    async def found() -> bool:
        try:
            stored = await b.load(code(1))
        except StoreUnavailable as error:
            assert "brought back" in str(error)
            return False
        assert stored is not None, "not even before the next beat, which finds Redis emptied"
        return stored.version == 1

    await until(found, "the room is put back")
    assert not b.degraded

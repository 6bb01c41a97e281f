"""Damaged or foreign contents cost what they hold, and nothing else."""

from __future__ import annotations

import pytest
from tests.contracts.backends import PATIENT
from tests.servers.redis_server import RedisServer
from tests.stores.builders import ANNA, NOON, code, entry, filed, finished, line, race, room, said
from tests.stores.redis.conftest import OpenNode

from paddock.domain.finished import unattributed
from paddock.stores.codec import encode
from paddock.stores.contract import Session, Stored, StoreUnavailable
from paddock.stores.redis.keys import Keys
from paddock.stores.redis.store import RedisStore
from paddock.stores.upgrades import SCHEMA

pytestmark = pytest.mark.processes

ROOM = Keys().of_room(code(1))


@pytest.fixture
async def store(shared: RedisServer, open_node: OpenNode) -> RedisStore:
    return await open_node(shared, "node-a", PATIENT)


@pytest.mark.parametrize(("field", "value"), [("n", str(SCHEMA + 1)), ("s", '{"room":')])
async def test_a_room_that_cannot_be_read_is_out_of_reach_alone(
    store: RedisStore, shared: RedisServer, field: str, value: str
) -> None:
    await store.create(room(), entry(1), filed())
    await store.create(room(2), entry(1), filed())

    shared.ask("HSET", ROOM.room, field, value)

    with pytest.raises(StoreUnavailable):
        await store.load(code(1))
    assert await store.load(code(2)) == Stored(1, room(2))
    # Whoever can read it, for example a newer server, still has all of it.
    assert await store.since(code(1), 0) == (entry(1),)


async def test_a_message_that_cannot_be_read_is_left_out(store: RedisStore, shared: RedisServer) -> None:
    await store.create(room(), entry(1), filed())
    await store.append(code(1), (said("one"),), NOON, None)
    shared.ask("RPUSH", ROOM.chat, "3 {broken", "no version")
    await store.append(code(1), (said("two"),), NOON, None)

    assert [message.text for message in await store.chat(code(1))] == ["one", "two"]


async def test_a_line_that_cannot_be_read_is_left_out(store: RedisStore, shared: RedisServer) -> None:
    await store.create(room(), entry(1), filed(summary=line()))
    shared.ask("HSET", ROOM.lobby, "ZZZZZ", "1 1 {broken", "YYYYY", "x")

    assert await store.listed() == (line(),)


async def test_an_entry_that_cannot_be_read_makes_a_fresh_view_necessary(
    store: RedisStore, shared: RedisServer
) -> None:
    await store.create(room(), entry(1), filed())
    shared.ask("XADD", ROOM.log, "2-0", "t", "0", "e", "{broken")
    shared.ask("HSET", ROOM.room, "v", "2")

    assert await store.since(code(1), 0) is None


async def test_a_session_that_cannot_be_read_is_none(store: RedisStore, shared: RedisServer) -> None:
    await store.put_session("hash", Session(code(1), ANNA, "node-a"))
    shared.ask("SET", Keys().of_session("hash"), "{broken")

    assert await store.session("hash") is None


async def test_a_race_that_cannot_be_read_holds_up_no_other(store: RedisStore, shared: RedisServer) -> None:
    await store.create(room(), entry(1), filed())
    for number in (1, 2):
        await store.commit(room(), entry(number + 1, at=NOON + number), filed(), finished(number))
    name = race(1).card.race
    shared.ask("SET", Keys().of_race(name), "{broken")
    shared.ask("HSET", ROOM.owed, name, "{broken")

    assert await store.race(name) is None
    assert await store.races(code(1), 10) == (race(2),)
    assert await store.unrecorded(10) == (finished(2),)


async def test_a_race_that_the_first_version_kept_is_still_owed(store: RedisStore, shared: RedisServer) -> None:
    await store.create(room(), entry(1), filed())
    await store.commit(room(), entry(2), filed(), finished(1))
    shared.ask("HSET", ROOM.owed, race(1).card.race, encode(race(1)).decode())

    assert await store.unrecorded(10) == (unattributed(race(1)),)


async def test_a_key_of_another_kind_is_refused_and_harms_nobody(store: RedisStore, shared: RedisServer) -> None:
    shared.ask("SET", ROOM.room, "not a room")

    with pytest.raises(StoreUnavailable):
        await store.load(code(1))
    with pytest.raises(StoreUnavailable):
        await store.commit(room(), entry(2), filed())
    await store.create(room(2), entry(1), filed())


async def test_a_clock_of_redis_that_was_set_costs_no_change(store: RedisStore) -> None:
    await store.create(room(), entry(1), filed())

    # As if the clock of Redis had been set forward by an hour since it was last asked.
    store.clock.correct(store.clock.exact() - 3_600_000)

    await store.commit(room(), entry(2), filed())
    assert await store.load(code(1)) == Stored(2, room())

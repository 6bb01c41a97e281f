"""Two nodes on one Redis: the same order everywhere, nothing missing, and each may do what the other began."""

from __future__ import annotations

import asyncio

import pytest
from tests.contracts.backends import PATIENT
from tests.contracts.ear import Ear
from tests.servers.redis_server import RedisServer
from tests.stores.builders import ANNA, NOON, code, entry, filed, finished, line, race, room, said
from tests.stores.redis.conftest import OpenNode
from tests.waiting import until

from paddock.domain.ids import CommandKey, Millis
from paddock.stores.contract import AlreadyApplied, CodeTaken, Conflict, LobbyChange, NodeAbout, Session, Stored
from paddock.stores.redis.keys import Keys
from paddock.stores.redis.nodes import BUCKET
from paddock.stores.redis.store import RedisStore

pytestmark = pytest.mark.processes


@pytest.fixture
async def two(shared: RedisServer, open_node: OpenNode) -> tuple[RedisStore, RedisStore]:
    return await open_node(shared, "node-a", PATIENT), await open_node(shared, "node-b", PATIENT)


async def play(store: RedisStore, turns: int) -> None:
    """Commit `turns` times, deciding again on a conflict."""
    for _ in range(turns):
        while True:
            stored = await store.load(code(1))
            assert stored is not None
            count = int(stored.room.settings.title) + 1
            try:
                await store.commit(room(title=str(count)), entry(stored.version + 1), filed())
            except Conflict:
                continue
            break


async def talk(store: RedisStore, name: str, turns: int) -> None:
    for turn in range(turns):
        await store.append(code(1), (said(f"{name} {turn}"),), NOON, CommandKey(f"{name}-command-{turn}"))


async def test_writers_on_two_nodes_are_heard_in_one_order_without_gaps(two: tuple[RedisStore, RedisStore]) -> None:
    a, b = two
    await a.create(room(title="0"), entry(1), filed())
    ears = [Ear(), Ear()]
    for store, ear in zip(two, ears, strict=True):
        store.subscribe(code(1), ear.entry)
        await store.load(code(1))

    await asyncio.gather(play(a, 40), talk(b, "Ben", 60), play(b, 40), talk(a, "Anna", 60))

    for ear in ears:
        await ear.hear_version(201)
    assert ears[0].versions == list(range(2, 202))
    assert ears[0].entries == ears[1].entries
    assert await b.load(code(1)) == Stored(201, room(title="80"))


async def test_a_room_made_here_can_be_led_on_there(two: tuple[RedisStore, RedisStore]) -> None:
    a, b = two
    await a.create(room(title="here"), entry(1), filed())

    with pytest.raises(CodeTaken):
        await b.create(room(), entry(1), filed())
    await b.commit(room(title="there"), entry(2, command="command-1"), filed())

    with pytest.raises(Conflict):
        await a.commit(room(title="late"), entry(2), filed())
    with pytest.raises(AlreadyApplied):
        await a.commit(room(title="again"), entry(3, command="command-1"), filed())
    assert await a.load(code(1)) == Stored(2, room(title="there"))


async def test_a_room_that_was_set_back_and_led_on_is_not_the_one_that_was_known(
    two: tuple[RedisStore, RedisStore], shared: RedisServer
) -> None:
    """Both have a version 2: what was decided on the one must not be kept on top of the other."""
    a, b = two
    await a.create(room(), entry(1), filed())
    await a.commit(room(title="ours"), entry(2, command="ours-2"), filed())
    ours = await a.look(code(1))
    assert ours is not None
    shared.ask("DEL", Keys().of_room(code(1)).room)
    await b.create(room(), entry(1), filed())
    await b.commit(room(title="theirs"), entry(2, command="theirs-2"), filed())

    with pytest.raises(Conflict):
        await a.commit(room(title="ours, on"), entry(3), filed(), None, ours.mark)
    theirs = await a.look(code(1))
    assert theirs is not None
    assert (theirs.version, theirs.room, theirs.mark != ours.mark) == (2, room(title="theirs"), True)
    assert (await a.commit(room(title="theirs, on"), entry(3), filed(), None, theirs.mark)).version == 3


async def test_what_comes_right_after_a_load_is_not_missed(two: tuple[RedisStore, RedisStore]) -> None:
    a, b = two
    await a.create(room(), entry(1), filed())
    late = 0
    for number in range(2, 40):
        ear = Ear()
        leave = a.subscribe(code(1), ear.entry)
        # The subscription is still on its way to the server when the other node writes.
        loaded, _ = await asyncio.gather(a.load(code(1)), b.commit(room(), entry(number), filed()))
        assert loaded is not None
        if loaded.version < number:
            late += 1
            await ear.hear_version(number)
        assert ear.versions in ([], [number])
        leave()
    assert late > 0


async def test_what_comes_right_after_asking_for_entries_is_not_missed(two: tuple[RedisStore, RedisStore]) -> None:
    """Only loading said where the feed begins: an entry between reading the log and the next look was never heard."""
    a, b = two
    await a.create(room(), entry(1), filed())
    for number in range(2, 20):
        ear = Ear()
        leave = a.subscribe(code(1), ear.entry)
        assert await a.since(code(1), 1) is not None
        await b.commit(room(), entry(number), filed())
        await a.load(code(1))
        await ear.hear_version(number)
        assert ear.versions == [number]
        leave()


async def test_the_room_list_is_told_on_both_nodes(two: tuple[RedisStore, RedisStore]) -> None:
    a, b = two
    ears = [Ear(), Ear()]
    a.watch(ears[0].change)
    b.watch(ears[1].change)

    await a.create(room(), entry(1), filed(summary=line(seated=1)))
    await b.commit(room(), entry(2), filed(summary=line(seated=2)))
    await a.forget(code(1), 2)

    expected = [LobbyChange(code(1), summary) for summary in (line(seated=1), line(seated=2), None)]
    for ear in ears:
        await ear.until(lambda ear=ear: len(ear.changes) >= 3)  # type: ignore[misc]
        assert ear.changes == expected


async def test_who_opens_late_knows_the_list_and_hears_what_is_new(shared: RedisServer, open_node: OpenNode) -> None:
    a = await open_node(shared, "node-a", PATIENT)
    await a.create(room(), entry(1), filed(summary=line()))
    await a.create(room(2), entry(1), filed(summary=line(2)))

    b = await open_node(shared, "node-b", PATIENT)
    ear = Ear()
    b.watch(ear.change)
    await a.commit(room(2), entry(2), filed())

    await ear.until(lambda: bool(ear.changes))
    assert ear.changes == [LobbyChange(code(2), None)]
    assert await b.listed() == (line(),)


async def test_a_due_room_is_given_to_one_node_until_its_lease_ends(two: tuple[RedisStore, RedisStore]) -> None:
    a, b = two
    for number in range(6):
        await a.create(room(number), entry(1), filed(due=100 + number))

    given = await asyncio.gather(*(store.due(Millis(200), 10) for store in (a, b, a, b)))

    assert given[0] == given[2]
    assert given[1] == given[3]
    assert sorted((*given[0], *given[1])) == sorted(code(number) for number in range(6))


async def test_a_dead_nodes_rooms_are_looked_after_by_another(shared: RedisServer, open_node: OpenNode) -> None:
    a, b = await open_node(shared, "node-a", PATIENT), await open_node(shared, "node-b", PATIENT)
    await a.create(room(), entry(1), filed(due=100))
    assert await a.due(Millis(200), 10) == (code(1),)
    assert await b.due(Millis(200), 10) == ()

    async def is_given_to_b() -> bool:
        return await b.due(Millis(200), 10) == (code(1),)

    await until(is_given_to_b, "the claim of node A has ended")


async def test_a_session_made_here_is_found_there(two: tuple[RedisStore, RedisStore]) -> None:
    a, b = two
    await a.put_session("hash", Session(code(1), ANNA, "node-a", 4))

    assert await b.session("hash") == Session(code(1), ANNA, "node-a", 4)


async def test_a_race_finished_here_is_recorded_there(two: tuple[RedisStore, RedisStore]) -> None:
    a, b = two
    await a.create(room(), entry(1), filed())
    await a.commit(room(), entry(2), filed(), finished(1))

    # Node b was never asked what is owed, so it has to look everywhere.
    await b.recorded([race(1).card.race])

    assert await a.unrecorded(10) == ()
    assert await b.race(race(1).card.race) == race(1)


async def test_the_nodes_know_each_other_and_who_has_left(two: tuple[RedisStore, RedisStore]) -> None:
    a, b = two
    about = NodeAbout(key="abcdefgh", host="10.0.0.1", port=9000)
    await asyncio.gather(a.nodes.tell(about), b.nodes.hold())
    assert await b.nodes.alive() == {"node-a": about, "node-b": NodeAbout()}

    await a.close()

    assert await b.nodes.alive() == {"node-b": NodeAbout()}


@pytest.mark.parametrize("said", ["", "x", "[1]", '{"port":"http"}', '{"key":"abcdefgh","newer":1}'])
async def test_a_node_that_tells_of_itself_in_other_words_lives_all_the_same(
    two: tuple[RedisStore, RedisStore], shared: RedisServer, said: str
) -> None:
    a, b = two
    await a.nodes.hold()
    shared.ask("SET", f"{Keys().of_bucket('node', BUCKET)}:node-a", said)
    assert (await b.nodes.alive())["node-a"] in (NodeAbout(), NodeAbout(key="abcdefgh"))


async def test_two_nodes_agree_on_the_time(two: tuple[RedisStore, RedisStore]) -> None:
    a, b = two
    assert abs(a.clock() - b.clock()) < 100

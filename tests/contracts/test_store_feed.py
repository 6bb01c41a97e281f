"""The feed of a room: every entry, once, in order, only when it is kept; and the changes of the room list likewise."""

from __future__ import annotations

import asyncio

import pytest
from tests.contracts.backends import Store
from tests.contracts.ear import Ear
from tests.stores.builders import NOON, code, entry, filed, line, ready, room, said

from paddock.domain.events import Entry
from paddock.domain.ids import RoomId
from paddock.stores.contract import Conflict, LobbyChange


async def test_a_subscriber_hears_commits_and_talk(store: Store) -> None:
    await store.create(room(), entry(1), filed())
    ear = Ear()
    store.subscribe(code(1), ear.entry)

    await store.commit(room(), entry(2, ready(True), command="command-1"), filed())
    talk = await store.append(code(1), (said("hello"),), NOON, None)

    await ear.hear_version(3)
    assert ear.entries == [entry(2, ready(True), command="command-1"), talk]
    assert ear.rooms == [code(1), code(1)]


async def test_who_subscribes_before_the_room_is_made_hears_it_begin(store: Store) -> None:
    ear = Ear()
    store.subscribe(code(1), ear.entry)

    await store.create(room(), entry(1), filed())

    await ear.hear_version(1)
    assert ear.versions == [1]


async def test_a_refused_change_is_not_heard(store: Store) -> None:
    await store.create(room(), entry(1), filed())
    ear = Ear()
    store.subscribe(code(1), ear.entry)

    with pytest.raises(Conflict):
        await store.commit(room(), entry(7), filed())
    await store.commit(room(), entry(2, ready(True)), filed())

    await ear.hear_version(2)
    assert ear.entries == [entry(2, ready(True))]


async def test_a_subscriber_hears_no_other_room(store: Store) -> None:
    ear = Ear()
    store.subscribe(code(1), ear.entry)

    await store.create(room(2), entry(1), filed())
    await store.create(room(1), entry(1), filed())

    await ear.hear_version(1)
    assert ear.rooms == [code(1)]


async def test_everybody_hears_the_same_row_whoever_writes(store: Store) -> None:
    await store.create(room(), entry(1), filed())
    ears = [Ear(), Ear()]
    for ear in ears:
        store.subscribe(code(1), ear.entry)

    async def talker(name: str) -> None:
        for turn in range(25):
            await store.append(code(1), (said(f"{name} {turn}"),), NOON, None)

    async def player() -> None:
        for _ in range(25):
            stored = await store.load(code(1))
            assert stored is not None
            await store.commit(room(), entry(stored.version + 1), filed())

    await asyncio.gather(talker("Anna"), talker("Ben"), talker("Cho"), player())

    for ear in ears:
        await ear.hear_version(101)
        assert ear.versions == list(range(2, 102))
        assert await store.since(code(1), 1) == tuple(ear.entries)


async def test_what_is_heard_can_be_loaded(store: Store) -> None:
    await store.create(room(), entry(1), filed())
    seen: list[asyncio.Task[tuple[int, int]]] = []

    async def look(version: int) -> tuple[int, int]:
        stored = await store.load(code(1))
        assert stored is not None
        return version, stored.version

    def deliver(room: RoomId, entry: Entry) -> None:
        seen.append(asyncio.create_task(look(entry.version)))

    ear = Ear()
    store.subscribe(code(1), deliver)
    store.subscribe(code(1), ear.entry)

    await asyncio.gather(*(store.append(code(1), (said("hello"),), NOON, None) for _ in range(20)))

    await ear.hear_version(21)
    looks = await asyncio.gather(*seen)
    assert [heard for heard, _ in looks] == list(range(2, 22))
    assert all(loaded >= heard for heard, loaded in looks)


async def test_who_unsubscribes_hears_no_more_and_the_others_do(store: Store) -> None:
    await store.create(room(), entry(1), filed())
    leaving, staying = Ear(), Ear()
    leave = store.subscribe(code(1), leaving.entry)
    store.subscribe(code(1), staying.entry)
    await store.commit(room(), entry(2), filed())
    await leaving.hear_version(2)

    leave()
    leave()
    await store.commit(room(), entry(3), filed())

    await staying.hear_version(3)
    assert leaving.versions == [2]
    assert staying.versions == [2, 3]


async def test_one_may_subscribe_twice_and_leave_once(store: Store) -> None:
    await store.create(room(), entry(1), filed())
    ear = Ear()
    leave = store.subscribe(code(1), ear.entry)
    store.subscribe(code(1), ear.entry)

    leave()
    await store.commit(room(), entry(2), filed())
    await store.commit(room(), entry(3), filed())

    await ear.hear_version(3)
    assert ear.versions == [2, 3]


async def test_the_room_list_tells_who_comes_changes_and_goes(store: Store) -> None:
    ear = Ear()
    store.watch(ear.change)

    await store.create(room(), entry(1), filed(summary=line(seated=1)))
    await store.commit(room(), entry(2), filed(summary=line(seated=2)))
    await store.commit(room(), entry(3), filed())

    expected = [LobbyChange(code(1), summary) for summary in (line(seated=1), line(seated=2), None)]
    await ear.until(lambda: len(ear.changes) >= 3)
    assert ear.changes == expected


async def test_what_leaves_a_line_as_it_is_tells_nothing(store: Store) -> None:
    ear = Ear()
    store.watch(ear.change)

    await store.create(room(), entry(1), filed())
    await store.commit(room(), entry(2), filed())
    await store.commit(room(), entry(3), filed(summary=line()))
    await store.commit(room(), entry(4), filed(summary=line()))
    await store.append(code(1), (said("hello"),), NOON, None)
    await store.commit(room(), entry(5), filed(summary=line(title="tea")))

    await ear.until(lambda: len(ear.changes) >= 2)
    assert ear.changes == [LobbyChange(code(1), line()), LobbyChange(code(1), line(title="tea"))]


async def test_a_forgotten_room_leaves_the_list(store: Store) -> None:
    await store.create(room(), entry(1), filed(summary=line()))
    ear = Ear()
    store.watch(ear.change)

    await store.forget(code(1), 1)

    await ear.until(lambda: len(ear.changes) >= 1)
    assert ear.changes == [LobbyChange(code(1), None)]
    assert await store.listed() == ()


async def test_who_stops_watching_hears_no_more(store: Store) -> None:
    gone, still = Ear(), Ear()
    stop = store.watch(gone.change)
    store.watch(still.change)

    stop()
    await store.create(room(), entry(1), filed(summary=line()))

    await still.until(lambda: len(still.changes) >= 1)
    assert gone.changes == []


async def test_all_listed_rooms_can_be_asked(store: Store) -> None:
    for number in (1, 2, 3):
        await store.create(room(number), entry(1), filed(summary=line(number)))
    await store.create(room(4), entry(1), filed())
    await store.commit(room(2), entry(2), filed())

    assert sorted(await store.listed(), key=lambda summary: summary.room) == [line(1), line(3)]

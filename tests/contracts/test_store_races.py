"""Finished races: kept for a day, told newest first, and owed to the archive until it confirms them."""

from __future__ import annotations

from tests.contracts.backends import Store
from tests.stores.builders import NOON, code, entry, filed, finished, race, room

from paddock.domain.ids import Millis, RaceId
from paddock.domain.settings import HOUR_MS
from paddock.stores.contract import Backlog


async def finish(store: Store, number: int, version: int, at: int = NOON) -> RaceId:
    """Let race `number` finish in room 1 with the entry `version`."""
    await store.commit(room(), entry(version, at=at), filed(), finished(number))
    return race(number).card.race


async def test_a_finished_race_can_be_asked_for(store: Store) -> None:
    await store.create(room(), entry(1), filed())

    name = await finish(store, 1, 2)

    assert await store.race(name) == race(1)
    assert await store.race(RaceId("never0000000run0")) is None


async def test_the_races_of_a_room_come_newest_first(store: Store) -> None:
    await store.create(room(), entry(1), filed())
    await store.create(room(2), entry(1), filed())
    for turn in range(4):
        await finish(store, turn, turn + 2, at=NOON + turn * 60_000)
    await store.commit(room(2), entry(2), filed(), finished(9, 2))

    assert await store.races(code(1), 3) == (race(3), race(2), race(1))
    assert await store.races(code(2), 10) == (race(9, 2),)
    assert await store.races(code(3), 10) == ()


async def test_races_of_one_moment_stand_in_the_order_in_which_they_finished(store: Store) -> None:
    await store.create(room(), entry(1), filed())
    for turn in range(3):
        await finish(store, turn, turn + 2)

    assert await store.races(code(1), 10) == (race(2), race(1), race(0))
    assert await store.unrecorded(10) == (finished(0), finished(1), finished(2))


async def test_a_race_outlives_its_room(store: Store) -> None:
    await store.create(room(), entry(1), filed())
    name = await finish(store, 1, 2)

    await store.forget(code(1), 2)

    assert await store.race(name) == race(1)
    assert await store.unrecorded(10) == (finished(1),)


async def test_a_race_is_owed_until_it_is_recorded(store: Store) -> None:
    await store.create(room(), entry(1), filed())
    names = [await finish(store, turn, turn + 2, at=NOON + turn) for turn in range(3)]

    assert await store.unrecorded(2) == (finished(0), finished(1))
    await store.recorded([names[0], names[2]])
    assert await store.unrecorded(10) == (finished(1),)
    assert await store.race(names[0]) == race(0)


async def test_recording_twice_or_something_unknown_changes_nothing(store: Store) -> None:
    await store.create(room(), entry(1), filed())
    name = await finish(store, 1, 2)

    await store.recorded([RaceId("never0000000run0")])
    assert await store.unrecorded(10) == (finished(1),)
    await store.recorded([name])
    await store.recorded([name, name])
    await store.recorded([])
    assert await store.unrecorded(10) == ()


async def test_a_race_that_finishes_twice_is_one_race(store: Store) -> None:
    await store.create(room(), entry(1), filed())
    name = await finish(store, 1, 2)
    await store.recorded([name])

    await finish(store, 1, 3)

    assert await store.races(code(1), 10) == (race(1),)
    assert await store.unrecorded(10) == ()


async def test_races_are_kept_for_a_day(store: Store) -> None:
    await store.create(room(), entry(1), filed())
    name = await finish(store, 1, 2)
    await store.recorded([name])

    await finish(store, 2, 3, at=NOON + 24 * HOUR_MS)

    assert await store.races(code(1), 10) == (race(2), race(1))


async def test_what_is_owed_to_the_archive_is_kept_for_longer(store: Store) -> None:
    await store.create(room(), entry(1), filed())
    await finish(store, 1, 2)

    await finish(store, 2, 3, at=NOON + 100 * HOUR_MS)

    assert await store.unrecorded(10) == (finished(1), finished(2))


async def test_how_much_is_owed_can_be_asked(store: Store) -> None:
    await store.create(room(), entry(1), filed())
    assert await store.backlog() == Backlog(0, None)

    names = [await finish(store, turn, turn + 2, at=NOON + turn) for turn in range(3)]

    assert await store.backlog() == Backlog(3, Millis(NOON))
    await store.recorded(names[:2])
    assert await store.backlog() == Backlog(1, Millis(NOON + 2))
    await store.recorded(names)
    assert await store.backlog() == Backlog(0, None)

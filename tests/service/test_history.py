"""A room's races from two places in one list: nothing twice, nothing missing, whichever of the two has it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.archive.archives import archive as archive_at
from tests.archive.archives import archive_on
from tests.archive.evenings import race_id, raced
from tests.stores.builders import NOON, code, entry, filed, room

from paddock.archive.contract import ArchiveUnavailable
from paddock.archive.database import Limits
from paddock.archive.sql import SqlArchive
from paddock.archive.sqlite import Sqlite
from paddock.domain.ids import Millis, RaceId
from paddock.service.history import History
from paddock.service.rooms import Rooms
from paddock.stores.local import LocalStore


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[SqlArchive]:
    async with archive_at("memory", tmp_path) as made:
        yield made


@pytest.fixture
async def away(tmp_path: Path) -> AsyncIterator[SqlArchive]:
    """An archive that cannot be reached."""
    made = archive_on(Sqlite(tmp_path / "nowhere" / "archive.sqlite3", Limits()))
    yield made
    await made.close()


async def finish(store: LocalStore, *numbers: int) -> None:
    await store.create(room(), entry(1), filed())
    for version, number in enumerate(numbers, 2):
        await store.commit(room(), entry(version), filed(), raced(number, "Mina", "Jun"))


async def told(history: History, limit: int) -> list[RaceId]:
    races: list[RaceId] = []
    cursor: str | None = None
    while True:
        page = await history.of_room(code(1), cursor, limit)
        assert len(page.items) <= limit
        races += [line.race for line in page.items]
        cursor = page.next
        if cursor is None:
            return races


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
async def test_each_race_comes_once_wherever_it_is(
    rooms: Rooms, store: LocalStore, archive: SqlArchive, limit: int
) -> None:
    dice = random.Random(limit)
    recorded = set(range(6)) | {number for number in range(6, 12) if dice.random() < 0.5}
    await finish(store, *range(4, 12))
    await archive.record([raced(number, "Mina", "Jun") for number in sorted(recorded)])

    assert await told(History(rooms, archive), limit) == [race_id(number) for number in reversed(range(12))]


async def test_lines_of_the_archive_know_profiles(rooms: Rooms, store: LocalStore, archive: SqlArchive) -> None:
    await finish(store, 0, 1)
    await archive.record([raced(0, "Mina", "Jun")])

    fresh, recorded = (await History(rooms, archive).of_room(code(1), None, 9)).items

    assert [runner.profile for runner in fresh.runners] == [None, None]
    assert None not in [runner.profile for runner in recorded.runners]
    known = replace(recorded, runners=tuple(replace(runner, profile=None) for runner in recorded.runners))
    assert (known.race, known.runners) == (race_id(0), tuple(replace(r) for r in fresh.runners))


async def test_races_of_an_earlier_room_of_the_code_are_not_shown(
    rooms: Rooms, store: LocalStore, archive: SqlArchive
) -> None:
    await archive.record([raced(0, "Ara", "Bora", at=NOON - 5, opened_at=NOON - 9)])

    assert await told(History(rooms, archive), 5) == [race_id(0)]
    await store.create(room(), entry(1), filed())
    assert await told(History(rooms, archive), 5) == []


async def test_without_the_archive_the_live_races_are_told_as_far_as_they_go(
    rooms: Rooms, store: LocalStore, away: SqlArchive
) -> None:
    await finish(store, *range(5))
    history = History(rooms, away)

    page = await history.of_room(code(1), None, 3)

    assert [line.race for line in page.items] == [race_id(4), race_id(3), race_id(2)]
    with pytest.raises(ArchiveUnavailable):
        await history.of_room(code(1), page.next, 3)
    assert await history.race(race_id(4)) == raced(4, "Mina", "Jun").record
    with pytest.raises(ArchiveUnavailable):
        await history.race(race_id(99))


async def test_a_race_is_found_in_either_place(rooms: Rooms, store: LocalStore, archive: SqlArchive) -> None:
    await finish(store, 1)
    await archive.record([raced(0, "Mina", "Jun")])
    history = History(rooms, archive)

    assert await history.race(race_id(0)) == raced(0, "Mina", "Jun").record
    assert await history.race(race_id(1)) == raced(1, "Mina", "Jun").record
    assert await history.race(race_id(2)) is None
    assert Millis(NOON) == room().opened_at


async def test_a_deleted_name_is_not_shown_though_the_race_is_still_live(
    rooms: Rooms, store: LocalStore, archive: SqlArchive
) -> None:
    # It was: the live store, which keeps races for a day as they were, was asked first.
    await finish(store, 0)
    await archive.record([raced(0, "Mina", "Jun")])
    history = History(rooms, archive)
    (line,) = (await history.of_room(code(1), None, 9)).items
    (mina,) = (runner for runner in line.runners if runner.name == "Mina")
    assert mina.profile is not None

    await archive.erase(mina.profile)

    record = await history.race(race_id(0))
    assert record is not None
    assert sorted(record.names.values()) == ["", "Jun"]
    (line,) = (await history.of_room(code(1), None, 9)).items
    assert sorted(runner.name for runner in line.runners) == ["", "Jun"]


async def test_many_live_races_are_read_in_slices(rooms: Rooms, store: LocalStore) -> None:
    """A page of a room with 200 live races held the event loop for 15 to 60 ms, for each who asked."""
    await finish(store, *range(1, 41))

    async def turns(most: int) -> int:
        """Count how often the loop goes round while so many races are read."""
        rounds = 0
        reading = asyncio.create_task(rooms.races(code(1), most))
        while not reading.done():
            rounds += 1
            await asyncio.sleep(0)
        assert len(await reading) == most
        return rounds

    assert await turns(40) >= await turns(1) + 2

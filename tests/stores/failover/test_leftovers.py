"""Journals of processes that are no more: the next one takes them up, and leaves those of the living alone."""

from __future__ import annotations

from pathlib import Path

from tests.stores.builders import ANNA, code, entry, filed, race, room, said

from paddock.domain.finished import unattributed
from paddock.service.rooms import filing
from paddock.stores.contract import Session
from paddock.stores.failover.leftovers import adopt, journal_of
from paddock.stores.local import LocalStore


async def opened(folder: Path, node: str) -> LocalStore:
    store = LocalStore(journal_of(folder, node))
    await store.open()
    return store


async def test_rooms_sessions_and_races_go_over_and_the_file_goes(tmp_path: Path) -> None:
    dead = await opened(tmp_path, "dead")
    await dead.create(room(), entry(1), filed())
    await dead.append(code(1), (said("hello"),), entry(1).at, None)
    await dead.put_session("hash", Session(code(1), ANNA, "dead"))
    await dead.owe(unattributed(race(1)))
    whole = await dead.whole(code(1))
    await dead.close()

    living = await opened(tmp_path, "living")
    await adopt(tmp_path, journal_of(tmp_path, "living"), living, filing)

    assert await living.whole(code(1)) == whole
    assert await living.session("hash") == Session(code(1), ANNA, "dead")
    assert [owed.race for owed in await living.unrecorded(9)] == [race(1).card.race]
    assert not journal_of(tmp_path, "dead").exists()
    await living.close()
    again = await opened(tmp_path, "living")
    assert await again.whole(code(1)) == whole, "kept, not only in memory"
    await again.close()


async def test_the_journal_of_a_living_process_is_left_alone(tmp_path: Path) -> None:
    other = await opened(tmp_path, "other")
    await other.create(room(), entry(1), filed())
    mine = await opened(tmp_path, "mine")
    await adopt(tmp_path, journal_of(tmp_path, "mine"), mine, filing)
    assert await mine.rooms() == ()
    assert await other.load(code(1)) is not None
    await other.commit(room(title="after"), entry(2), filed())
    await mine.close()
    await other.close()


async def test_of_two_journals_with_one_room_the_one_that_went_further_counts(tmp_path: Path) -> None:
    for node, versions in (("a", 3), ("b", 5), ("c", 2)):
        left = await opened(tmp_path, node)
        await left.create(room(), entry(1), filed())
        for version in range(2, versions + 1):
            await left.commit(room(title=f"{node}{version}"), entry(version), filed())
        await left.close()
    mine = await opened(tmp_path, "mine")
    await adopt(tmp_path, journal_of(tmp_path, "mine"), mine, filing)
    stored = await mine.load(code(1))
    assert stored is not None
    assert (stored.version, stored.room.settings.title) == (5, "b5")
    await mine.close()

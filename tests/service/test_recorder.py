"""The recorder: what rooms owe gets into the archive, and an archive that is away delays it and stops nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.archive.archives import PATIENT, archive_on
from tests.archive.evenings import DAY, raced
from tests.service.conftest import HandClock
from tests.stores.builders import NOON, entry, filed, room
from tests.waiting import until

from paddock.archive.database import Limits
from paddock.archive.sql import SqlArchive
from paddock.archive.sqlite import Sqlite
from paddock.domain.ids import Millis
from paddock.service.recorder import BATCH, Recorder
from paddock.stores.contract import Backlog
from paddock.stores.local import LocalStore


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that is not there yet: while it is missing, the archive's database is away."""
    return tmp_path / "elsewhere"


@pytest.fixture
async def archive(folder: Path) -> AsyncIterator[SqlArchive]:
    made = archive_on(Sqlite(folder / "archive.sqlite3", Limits(5, 5)))
    yield made
    await made.close()


class Told:
    """What players hear of delays."""

    def __init__(self) -> None:
        self.now = False

    def __call__(self, delayed: bool) -> None:
        self.now = delayed


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def recorder(store: LocalStore, archive: SqlArchive, clock: HandClock, told: Told) -> Recorder:
    clock.now = NOON
    return Recorder(store, archive, clock, lambda: 0.0, told, late_s=10, tick_s=0.01)


async def finish(store: LocalStore, *numbers: int, bad: int = -1) -> None:
    for number in numbers:
        stored = await store.load(room().room)
        if stored is None:
            await store.create(room(), entry(1), filed())
        version = stored.version if stored is not None else 1
        race = raced(number, "Mina", "Jun", at=2**70 if number == bad else None)
        await store.commit(room(), entry(version + 1, at=NOON + number), filed(), race)


async def test_what_is_owed_is_recorded_in_order_and_owed_no_longer(
    store: LocalStore, archive: SqlArchive, recorder: Recorder, folder: Path
) -> None:
    folder.mkdir()
    await finish(store, *range(BATCH + 3))

    assert await recorder.step()
    assert (await store.backlog()).races == 3
    assert not await recorder.step()

    assert await store.backlog() == Backlog(0, None)
    assert (await archive.totals()).races == BATCH + 3
    assert recorder.state.recorded == BATCH + 3


async def test_while_the_archive_is_away_races_wait_and_players_are_told(
    store: LocalStore, archive: SqlArchive, recorder: Recorder, clock: HandClock, told: Told, folder: Path
) -> None:
    await finish(store, 0, 1)
    assert not await recorder.step()
    await recorder.refresh()
    assert (told.now, recorder.state.delayed, recorder.state.backlog) == (False, False, 2)

    clock.forward(11_000)
    await recorder.refresh()
    state = recorder.state
    assert (told.now, state.delayed, state.oldest_s, state.quarantined) == (True, True, 11.0, -1)
    assert state.away is not None and str(folder) not in state.away

    folder.mkdir()
    assert not await recorder.step()
    await recorder.refresh()
    assert (told.now, recorder.state.backlog, recorder.state.away) == (False, 0, None)
    assert recorder.state.quarantined == 0
    assert (await archive.totals()).races == 2


async def test_it_goes_on_by_itself_when_the_archive_is_back(
    store: LocalStore, archive: SqlArchive, recorder: Recorder, folder: Path
) -> None:
    running = asyncio.create_task(recorder.run())
    await finish(store, *range(5))
    await until(lambda: recorder.state.away is not None, "the archive is away")
    folder.mkdir()

    async def recorded() -> bool:
        return not (await store.backlog()).races

    await until(recorded, "every race is recorded")
    running.cancel()

    assert (await archive.totals()).races == 5


async def test_a_race_that_is_refused_holds_nobody_up_and_ends_in_quarantine(
    store: LocalStore, archive: SqlArchive, recorder: Recorder, folder: Path
) -> None:
    folder.mkdir()
    await finish(store, 0, 1, 2, bad=1)

    await recorder.step()
    assert (await archive.totals()).races == 2
    assert (await store.backlog()).races == 1
    await recorder.step()
    await recorder.step()

    assert await store.backlog() == Backlog(0, None)
    assert await archive.quarantined() == 1
    assert (recorder.state.recorded, recorder.state.refused) == (2, 1)


async def test_two_recorders_record_each_race_once(store: LocalStore, folder: Path, clock: HandClock) -> None:
    folder.mkdir()
    clock.now = NOON
    archives = [archive_on(Sqlite(folder / "archive.sqlite3", PATIENT)) for _ in range(2)]
    nodes = [Recorder(store, archive, clock, lambda: 0.0, lambda _: None, late_s=10) for archive in archives]
    await finish(store, *range(30))

    await asyncio.gather(*(node.step() for node in nodes for _ in range(2)))

    assert await store.backlog() == Backlog(0, None)
    assert (await archives[0].totals()).races == 30
    for archive in archives:
        await archive.close()


async def test_old_races_go_when_they_are_kept_for_a_time_only(
    store: LocalStore, archive: SqlArchive, clock: HandClock, folder: Path
) -> None:
    folder.mkdir()
    clock.now = Millis(NOON + 10 * DAY)
    recorder = Recorder(store, archive, clock, lambda: 0.0, lambda _: None, late_s=10, retention_days=5)
    await finish(store, *range(3))
    await recorder.step()
    assert (await archive.totals()).races == 3

    pruning = asyncio.create_task(recorder.prune())

    async def pruned() -> bool:
        return not (await archive.totals()).races

    await until(pruned, "old races are gone")
    pruning.cancel()

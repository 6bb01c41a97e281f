"""The file beside the rooms: locked by others, full, read-only, damaged, its process killed; the loop never waits."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from tests.archive.archives import PATIENT, archive_on, insist, recounted
from tests.archive.evenings import raced
from tests.stores.faults import full_disk
from tests.waiting import until

from paddock.archive.contract import ArchiveUnavailable
from paddock.archive.damage import set_aside_if_damaged
from paddock.archive.database import Limits
from paddock.archive.sql import SqlArchive
from paddock.archive.sqlite import Sqlite

QUICK = Limits(acquire_s=0.25, statement_s=0.3)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.sqlite3"


@pytest.fixture
async def archive(path: Path) -> AsyncIterator[SqlArchive]:
    patient = archive_on(Sqlite(path, PATIENT))
    await patient.open()
    await patient.close()
    made = archive_on(Sqlite(path, QUICK))
    await insist(made.open)
    yield made
    await made.close()


async def kept(archive: SqlArchive, *numbers: int) -> None:
    """Record races, again and again until they are kept."""
    races = [raced(number, "Mina", "Jun") for number in numbers]
    await insist(lambda: archive.record(races), f"the races {numbers} are kept")


async def test_locked_by_another_process(archive: SqlArchive, path: Path) -> None:
    await kept(archive, 1)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    looks = count()
    try:
        recording = asyncio.create_task(archive.record([raced(2, "Mina", "Jun")]))

        def is_answered() -> bool:
            next(looks)
            return recording.done()

        await until(is_answered, "the archive gives up")
        assert isinstance(recording.exception(), ArchiveUnavailable)
        assert (await insist(archive.totals)).races == 1
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert next(looks) > 5, "a statement that ran in the loop would hold it for all that time"

    await kept(archive, 2)
    assert (await insist(archive.totals)).races == 2


async def test_a_full_disk(archive: SqlArchive) -> None:
    await kept(archive, 1)

    with full_disk(), pytest.raises(ArchiveUnavailable):
        await archive.record([raced(number, "Mina", "Jun") for number in range(2, 60)])

    await kept(archive, *range(1, 60))
    assert (await insist(archive.totals)).races == 59
    assert await insist(archive.quarantined) == 0
    assert await insist(lambda: recounted(archive)) == ()


async def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    archive = archive_on(Sqlite(tmp_path / "nowhere" / "archive.sqlite3", QUICK))

    with pytest.raises(ArchiveUnavailable):
        await archive.open()
    with pytest.raises(ArchiveUnavailable):
        await archive.record([raced(1, "Mina", "Jun")])
    (tmp_path / "nowhere").mkdir()
    await kept(archive, 1)
    await archive.close()


@pytest.mark.parametrize(
    "damage", [b"this was a database once, believe me" * 100, b"SQLite format 3\0" + b"\xff" * 4096]
)
async def test_a_damaged_file_is_moved_aside_with_an_alarm(path: Path, damage: bytes) -> None:
    path.write_bytes(damage)

    with capture_logs() as logs:
        set_aside_if_damaged(path)

    assert [line["event"] for line in logs] == ["archive.moved_aside"]
    (aside,) = path.parent.glob("archive.sqlite3.broken-*")
    assert aside.read_bytes() == damage
    archive = archive_on(Sqlite(path, QUICK))
    await kept(archive, 1)
    await archive.close()


async def test_a_file_that_is_whole_stays_where_it_is(archive: SqlArchive, path: Path) -> None:
    await kept(archive, 1)

    set_aside_if_damaged(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    set_aside_if_damaged(path)
    other.execute("ROLLBACK")
    other.close()

    assert not list(path.parent.glob("*broken*"))
    assert (await insist(archive.totals)).races == 1


WRITER = """
import asyncio, sys
from pathlib import Path
from tests.archive.archives import PATIENT, archive_on
from tests.archive.evenings import raced
from paddock.archive.sqlite import Sqlite

async def write():
    archive = archive_on(Sqlite(Path(sys.argv[1]), PATIENT))
    await archive.open()
    for number in range(100000):
        await archive.record([raced(number, "Mina", "Jun", "Ara")])
        print(number, flush=True)

asyncio.run(write())
"""


@pytest.mark.processes
@pytest.mark.parametrize("after", [0, 3, 11])
async def test_killed_in_the_middle_of_writing(path: Path, after: int) -> None:
    root = Path(__file__).parents[2]
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env={"PYTHONPATH": f"{root}:{root / 'src'}"},
    )
    assert writer.stdout is not None
    said = -1
    while said < after:
        line = await asyncio.to_thread(writer.stdout.readline)
        said = int(line) if line.strip().isdecimal() else said
    writer.kill()
    said = max([said, *(int(line) for line in writer.stdout if line.strip().isdecimal())])
    writer.wait()
    writer.stdout.close()

    archive = archive_on(Sqlite(path, PATIENT))
    await archive.open()
    assert (await insist(archive.totals)).races in (said + 1, said + 2)
    assert await insist(lambda: recounted(archive)) == ()
    await kept(archive, *range(said + 3))
    assert (await insist(archive.totals)).races == said + 3
    await archive.close()

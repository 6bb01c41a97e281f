"""What can be wrong with a journal's file, and what an operator is told; nothing of theirs is destroyed."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from tests.stores.builders import entry, filed, room

from paddock.stores import tables
from paddock.stores.journal_file import JournalUnwritable, NotAJournal, open_file
from paddock.stores.local import LocalStore

GARBAGE = b"this was a journal once, and then the cat came" * 500


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


async def fill(path: Path, rooms: int = 30) -> None:
    store = LocalStore(path)
    await store.open()
    for number in range(rooms):
        await store.create(room(number, members=10), entry(1), filed())
    await store.close()


async def rooms_in(path: Path) -> int:
    store = LocalStore(path)
    await store.open()
    found = len(await store.rooms())
    await store.create(room(4242 + found), entry(1), filed())
    await store.close()
    return found


def asides(path: Path) -> list[Path]:
    return sorted(path.parent.glob("journal.db.corrupt-*"))


def test_a_journal_is_made_with_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "journal.db"

    open_file(path, full_sync=False).close()

    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA application_id").fetchone() == (tables.APPLICATION,)
    connection.close()


async def test_an_empty_file_is_a_new_journal(path: Path) -> None:
    path.touch()

    assert await rooms_in(path) == 0
    assert asides(path) == []


async def test_garbage_is_moved_aside_and_a_fresh_journal_begins(path: Path) -> None:
    path.write_bytes(GARBAGE)
    path.with_name("journal.db-wal").write_bytes(b"and its log")

    with capture_logs() as logs:
        assert await rooms_in(path) == 0

    (aside, wal) = asides(path)
    assert aside.read_bytes() == GARBAGE
    assert wal.name == f"{aside.name}-wal"
    (told,) = [log for log in logs if log["event"] == "store.journal_moved_aside"]
    assert told["log_level"] == "error"
    assert told["moved_to"] == str(aside)
    assert await rooms_in(path) == 1


async def test_a_truncated_journal_is_moved_aside(path: Path) -> None:
    await fill(path)
    os.truncate(path, path.stat().st_size // 2)

    assert await rooms_in(path) == 0
    assert len(asides(path)) == 1


async def test_a_journal_with_a_damaged_page_is_moved_aside(path: Path) -> None:
    await fill(path)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 4096 // 2 * 4096)
        file.write(b"\xff" * 4096)

    assert await rooms_in(path) == 0
    assert len(asides(path)) == 1


async def test_damage_that_no_read_would_meet_is_found(path: Path) -> None:
    await fill(path)
    with path.open("r+b") as file:
        file.seek(36)  # the number of free pages, in the file's header
        file.write((5).to_bytes(4, "big"))

    with capture_logs() as logs:
        assert await rooms_in(path) == 0

    assert "store.journal_moved_aside" in [log["event"] for log in logs]
    assert len(asides(path)) == 1


async def test_two_broken_journals_are_both_kept(path: Path) -> None:
    for text in (b"first " * 1000, b"second" * 1000):
        path.write_bytes(text)
        os.utime(path, (1_800_000_000, 1_800_000_000))
        await rooms_in(path)
        path.unlink()

    assert [aside.name for aside in asides(path)] == [
        "journal.db.corrupt-20270115T080000Z",
        "journal.db.corrupt-20270115T080000Z-2",
    ]


async def test_the_database_of_something_else_is_left_alone(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE invoices (total INTEGER)")
    connection.close()
    before = path.read_bytes()

    with pytest.raises(NotAJournal, match="not a journal of Paddock"):
        await LocalStore(path).open()

    assert path.read_bytes() == before
    assert asides(path) == []


async def test_a_path_that_cannot_be_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(JournalUnwritable, match="Make its folder writable"):
        await LocalStore(tmp_path / "file" / "journal.db").open()


async def test_a_journal_that_is_a_folder_is_told(path: Path) -> None:
    path.mkdir()

    with pytest.raises(JournalUnwritable, match="cannot be written"):
        await LocalStore(path).open()


@pytest.fixture
def public_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


OPEN = """
import os, sys
from pathlib import Path
from paddock.stores.journal_file import JournalUnwritable, open_file
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    open_file(Path(sys.argv[1]), full_sync=False)
except JournalUnwritable as told:
    print(told)
"""


@pytest.mark.processes
@pytest.mark.parametrize("existing", [True, False])
async def test_a_folder_one_may_not_write_is_told(public_folder: Path, existing: bool) -> None:
    """In a process of its own, since root may write everywhere; and in a folder that is open to nobody too."""
    folder = public_folder / "mine"
    folder.mkdir()
    path = folder / "journal.db"
    if existing:
        await fill(path, rooms=1)
        path.chmod(0o444)
    folder.chmod(0o555)

    told = subprocess.run([sys.executable, "-c", OPEN, str(path)], capture_output=True, text=True, check=False)
    folder.chmod(0o755)

    assert "cannot be written" in told.stdout, told.stderr
    assert "Make its folder writable" in told.stdout


async def test_much_free_space_is_given_back_at_the_next_start(path: Path) -> None:
    store = LocalStore(path)
    await store.open()
    big = [room(number, members=200) for number in range(1, 601)]
    await asyncio.gather(*(store.create(one, entry(1), filed()) for one in big))
    await asyncio.gather(*(store.forget(one.room, 1) for one in big))
    await store.close()
    before = path.stat().st_size

    assert await rooms_in(path) == 0

    assert before > 16 * 1024 * 1024
    assert path.stat().st_size < before / 10

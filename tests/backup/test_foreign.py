"""SQLite files that hold more than data: whoever restores one would run the statements of whoever wrote it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.backup.bundles import forged, silent

from paddock.backup.making import back_up
from paddock.backup.parts import ARCHIVE, ROOMS, SECRET
from paddock.backup.restoring import restore
from paddock.backup.trouble import BackupTrouble

FOREIGN = {
    "trigger": "CREATE TRIGGER t AFTER INSERT ON {table} BEGIN DELETE FROM {table}; END",
    "view": "CREATE VIEW v AS SELECT * FROM {table}",
    "virtual table": "CREATE VIRTUAL TABLE f USING fts5(body)",
    "table": "CREATE TABLE notes (text TEXT)",
    "index": "CREATE INDEX i ON {table} (lower({column}))",
    "column": "ALTER TABLE {table} ADD COLUMN colour TEXT",
    "generated column": "ALTER TABLE {table} ADD COLUMN twice TEXT GENERATED ALWAYS AS (hex(zeroblob(9))) VIRTUAL",
    "another index": "DROP INDEX {index}; CREATE INDEX {index} ON {table} ({column})",
    "no index": "DROP INDEX {index}",
    "no table": "DROP TABLE {unneeded}",
    "a view for a table": "DROP TABLE {unneeded}; CREATE VIEW {unneeded} AS SELECT 1",
}
NAMES = {
    ROOMS: {"table": "races", "column": "body", "index": "races_by_room", "unneeded": "set_aside"},
    ARCHIVE: {"table": "races", "column": "body", "index": "ix_races_day", "unneeded": "quarantine"},
}


def rewritten(path: Path, statements: str) -> bytes:
    """Run statements on a database and return its file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(statements)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.read_bytes()


def running(path: Path, statements: str) -> Callable[[bytes], bytes]:
    """Change the bytes of a database by statements."""

    def change(body: bytes) -> bytes:
        path.write_bytes(body)
        return rewritten(path, statements)

    return change


@pytest.mark.parametrize("name", [ROOMS, ARCHIVE])
@pytest.mark.parametrize("what", FOREIGN)
def test_a_file_that_defines_anything_else_is_not_brought_in(whole: Path, tmp_path: Path, name: str, what: str) -> None:
    target = tmp_path / "target"
    statements = FOREIGN[what].format_map(NAMES[name])
    bad = forged(whole, tmp_path / "bad.backup", name, running(tmp_path / "part", statements))

    with pytest.raises(BackupTrouble, match=r"not of Paddock|another form|lacks the"):
        restore(bad, target, silent)

    assert list(target.iterdir()) == []


@pytest.mark.parametrize("what", ["trigger", "view", "table"])
def test_what_could_not_be_restored_is_not_backed_up_without_a_word(folder: Path, tmp_path: Path, what: str) -> None:
    data = Path(shutil.copytree(folder, tmp_path / "data"))
    rewritten(data / ARCHIVE, FOREIGN[what].format_map(NAMES[ARCHIVE]))
    with pytest.raises(BackupTrouble, match="not of Paddock"):
        back_up(data, tmp_path / "new.backup", silent)
    assert not (tmp_path / "new.backup").exists()


def test_statistics_of_sqlite_itself_and_an_archive_without_tables_are_fine(folder: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(folder, tmp_path / "data"))
    rewritten(data / ARCHIVE, "ANALYZE")
    back_up(data, tmp_path / "one.backup", silent)
    restore(tmp_path / "one.backup", tmp_path / "one", silent)
    (data / ARCHIVE).unlink()
    rewritten(data / ARCHIVE, "PRAGMA journal_mode = WAL")
    back_up(data, tmp_path / "two.backup", silent)
    restore(tmp_path / "two.backup", tmp_path / "two", silent)


def test_an_archive_of_a_newer_version_is_refused_by_its_version(whole: Path, tmp_path: Path) -> None:
    newer = running(tmp_path / "part", "UPDATE alembic_version SET version_num = '9999'; CREATE TABLE more (a)")
    bad = forged(whole, tmp_path / "bad.backup", ARCHIVE, newer)
    with pytest.raises(BackupTrouble, match="written by a newer Paddock"):
        restore(bad, tmp_path / "target", silent)


@pytest.mark.parametrize("size", [0, 31, 1025])
def test_a_secret_of_another_size_is_none(whole: Path, tmp_path: Path, size: int) -> None:
    bad = forged(whole, tmp_path / "bad.backup", SECRET, lambda _: b"s" * size)
    with pytest.raises(BackupTrouble, match="is no secret of Paddock"):
        restore(bad, tmp_path / "target", silent)

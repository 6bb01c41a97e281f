"""Opening the journal's file: its lock, its check-up, its tables; and a sentence for the operator when it cannot be.

A broken file is moved aside and never deleted; a file that is not a journal is never touched.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import structlog

from paddock.files.permissions import make_file, make_folder
from paddock.stores import tables
from paddock.stores.upgrades import SCHEMA

log = structlog.get_logger("paddock.stores.journal")

_MAGIC: Final = b"SQLite format 3\0"
_COMPANIONS: Final = ("-wal", "-shm")
_BROKEN: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_TAKEN: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_WASTE_BYTES: Final = 16 * 1024 * 1024
"""Free pages worth giving back to the disk at start; while running they are used again, so the file does not grow."""


class JournalTrouble(Exception):  # noqa: N818 - the name says it
    """The journal cannot be used; the text is a sentence for the operator that says what to do."""


class JournalLocked(JournalTrouble):
    """Another process has the journal open."""


class JournalUnwritable(JournalTrouble):
    """The journal's file or folder cannot be written."""


class JournalTooNew(JournalTrouble):
    """The journal was written by a newer Paddock."""


class NotAJournal(JournalTrouble):
    """The file is a database of something else."""


class _Broken(Exception):  # noqa: N818 - an answer, not an error
    """The file is damaged; the text says how."""


def open_file(path: Path, *, full_sync: bool) -> sqlite3.Connection:
    """Open the journal, or make a new one, and hold its exclusive lock until the connection is closed.

    `full_sync` makes every batch wait for the disk (survives power loss); without it a batch survives the end of the
    process by any signal, and a checkpoint waits for the disk.

    Raises:
        JournalTrouble: one of its kinds, with a sentence for the operator.
    """
    try:
        make_folder(path.parent)
    except OSError as error:
        raise JournalUnwritable(_unwritable(path, str(error))) from error
    try:
        return _open(path, full_sync=full_sync)
    except _Broken as broken:
        aside = _move_aside(path)
        log.error("store.journal_moved_aside", journal=str(path), moved_to=str(aside), reason=str(broken))
    try:
        return _open(path, full_sync=full_sync)
    except _Broken as broken:
        raise JournalUnwritable(_unwritable(path, f"a fresh journal reads back damaged ({broken})")) from broken


def remove(path: Path) -> None:
    """Remove a journal that nobody needs any more, with its companions."""
    for suffix in ("", *_COMPANIONS):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _open(path: Path, *, full_sync: bool) -> sqlite3.Connection:
    # SQLite would clear away the companions of a file that is none of its own; whoever repairs it may want them.
    if _beginning(path) not in (_MAGIC, b""):
        raise _Broken("file is not a database")
    try:
        make_file(path)
    except OSError as error:
        raise JournalUnwritable(_unwritable(path, str(error))) from error
    try:
        connection = sqlite3.connect(path, timeout=0.2, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise _trouble(path, error) from error
    try:
        _lock(connection, path, full_sync=full_sync)
        _check(connection, path)
        connection.executescript(tables.PREPARE)
    except sqlite3.Error as error:
        connection.close()
        raise _trouble(path, error) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC))
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise JournalUnwritable(_unwritable(path, str(error))) from error


def _lock(connection: sqlite3.Connection, path: Path, *, full_sync: bool) -> None:
    # Exclusive before the first access: the write-ahead log then needs no shared memory, and the lock, which the system
    # takes away from a killed process, keeps a second server off the file.
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    application = _number(connection, "PRAGMA application_id")
    used = _number(connection, "SELECT count(*) FROM sqlite_master") > 0
    if used and application != tables.APPLICATION:
        raise NotAJournal(
            f"{path} is a database, but not a journal of Paddock; nothing was changed. "
            "Give another path for the journal, or move that file away."
        )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {'FULL' if full_sync else 'NORMAL'}")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute("COMMIT")
    if not used:
        connection.executescript(tables.CREATE)


def _check(connection: sqlite3.Connection, path: Path) -> None:
    layout = _number(connection, "PRAGMA user_version")
    if layout > tables.LAYOUT:
        raise _too_new(path, f"layout {layout}, this version knows {tables.LAYOUT}")
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise _Broken(str(verdict))
    newest = _number(connection, tables.NEWEST_SCHEMA)
    if newest > SCHEMA:
        raise _too_new(path, f"snapshots of schema {newest}, this version knows {SCHEMA}")
    free = _number(connection, "PRAGMA freelist_count")
    wasted = free * _number(connection, "PRAGMA page_size")
    if wasted > _WASTE_BYTES and free * 2 > _number(connection, "PRAGMA page_count"):
        connection.execute("VACUUM")


def _number(connection: sqlite3.Connection, statement: str) -> int:
    (number,) = connection.execute(statement).fetchone()
    return int(number or 0)


def _trouble(path: Path, error: sqlite3.Error) -> Exception:
    # Some errors of the module itself carry no code; they are faults of ours and speak for themselves.
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    if primary in _BROKEN:
        return _Broken(str(error))
    if primary in _TAKEN:
        return JournalLocked(
            f"The journal {path} is open in another process. If that is another Paddock server, stop it, or give "
            "this one a data folder of its own; several servers for the same rooms need Redis."
        )
    return JournalUnwritable(_unwritable(path, str(error)))


def _unwritable(path: Path, reason: str) -> str:
    return (
        f"The journal {path} cannot be written ({reason}). Make its folder writable for the user the server runs as, "
        "make room on the disk, or give another data folder."
    )


def _too_new(path: Path, what: str) -> JournalTooNew:
    return JournalTooNew(
        f"The journal {path} was written by a newer Paddock ({what}); nothing was changed. "
        "Start the newer version again, or give this one another data folder."
    )


def _move_aside(path: Path) -> Path:
    """Rename a damaged journal with its companions; the name tells (in UTC) when it was last written."""
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = path.with_name(f"{path.name}.corrupt-{written}")
    count = 1
    while aside.exists():
        count += 1
        aside = path.with_name(f"{path.name}.corrupt-{written}-{count}")
    for suffix in ("", *_COMPANIONS):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return aside

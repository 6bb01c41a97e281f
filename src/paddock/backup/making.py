"""Making a backup of a data folder, whether its server runs or not: copies beside the data, checked, in one file."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from paddock.backup import bundle, control, embedded, kept_apart
from paddock.backup.bundle import Manifest, Progress
from paddock.backup.ownership import give
from paddock.backup.parts import ARCHIVE, PARTS, REDIS, ROOMS, SECRET, inspect
from paddock.backup.restoring import finish_interrupted
from paddock.backup.trouble import BackupTrouble
from paddock.stores import tables
from paddock.version import VERSION

PAGES: Final = 256
LEFT_S: Final = 86_400
"""Copies of backups that were killed are removed by the next one after a day."""
WAIT_S: Final = 1.0


def back_up(data: Path, target: Path, progress: Progress, *, shared: bool = False, rooms: bool = True) -> Manifest:
    """Write what a data folder holds into one file, and return its manifest.

    Args:
        data: the folder.
        target: the file.
        progress: told how far it is.
        shared: whether the settings name a Redis, so that rooms are there.
        rooms: refuse to write a file without rooms.

    Raises:
        BackupTrouble: it was not done; nothing is left of it.
        OSError: a file cannot be read or written.
    """
    if not data.is_dir():
        raise BackupTrouble(f"{data} is no data folder of Paddock: there is no such folder.")
    finish_interrupted(data)
    holds_redis = embedded.is_there(data)
    _refuse_empty(data, holds_redis=holds_redis, shared=shared, rooms=rooms)
    if target.is_dir():
        raise BackupTrouble(f"{target} is a folder; name a file.")
    _sweep(data)
    folder = data / f"backup-{secrets.token_hex(8)}"
    folder.mkdir(mode=0o700)
    give(folder, data)  # a server of another user copies into it
    try:
        live = (data / ROOMS).exists() and _copy_journal(data, folder, progress)
        if holds_redis:
            running = embedded.copy(data, folder, progress)
            kept_apart.refuse_journals(data, running=running)
            live = running or live
        if (data / ARCHIVE).exists():
            _copy_database(data / ARCHIVE, folder / ARCHIVE, progress)
        if (data / SECRET).exists():
            shutil.copyfile(data / SECRET, folder / SECRET)
        parts = []
        for name, kind in PARTS.items():
            if (folder / name).exists():
                progress(f"checking {name}", 0, 0)
                parts.append(bundle.part_of(folder / name, inspect(folder / name, kind, name)))
        made_at = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = Manifest(bundle.FORMAT, VERSION, made_at, live, tuple(parts))
        bundle.write(target, manifest, folder, progress)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return manifest


def holds_rooms(manifest: Manifest) -> bool:
    """Say whether rooms are in a backup."""
    return any(part.name in {ROOMS, REDIS} for part in manifest.parts)


def _refuse_empty(data: Path, *, holds_redis: bool, shared: bool, rooms: bool) -> None:
    """Refuse to write a file that holds nothing, or that lacks the rooms without anybody having said so."""
    journal = (data / ROOMS).is_file()
    if shared or (not holds_redis and _used_with_a_redis(data)):
        if rooms:
            raise BackupTrouble(
                f"The rooms of this server are not in {data} but in a Redis, which this command does not copy. "
                "Back that Redis up as docs/operations.md says; --without-rooms writes what else is in the folder."
            )
    elif not holds_redis and not journal:
        if not (data / ARCHIVE).is_file():
            raise BackupTrouble(
                f"{data} is no data folder of Paddock: there is neither {ROOMS} nor {ARCHIVE} nor a Redis in it."
            )
        if rooms:
            raise BackupTrouble(
                f"There are no rooms in {data}: neither {ROOMS} nor a Redis. If that is as it should be, say "
                "--without-rooms."
            )
    if not holds_redis and not journal and not (data / ARCHIVE).is_file():
        raise BackupTrouble(
            f"There is nothing in {data} to back up: the rooms of this server are in a Redis and its finished races in "
            "PostgreSQL. docs/operations.md says how both are backed up."
        )


def _used_with_a_redis(data: Path) -> bool:
    """Say whether a server with an external Redis used a folder last: its journals come and go in `failover`."""
    folder = data / kept_apart.FOLDER
    if not folder.is_dir() or control.answers(data):
        return False
    journals = [path.stat().st_mtime for path in data.glob(f"{ROOMS}*")]
    return not journals or max(journals) < folder.stat().st_mtime


def _copy_journal(data: Path, folder: Path, progress: Progress) -> bool:
    """Copy the journal, and say whether a running server did so."""

    def copied(pages: int, of: int) -> None:
        progress("copying rooms", pages, of)

    if control.ask_server(data, folder.name, copied):
        return True
    try:
        with (
            closing(sqlite3.connect(data / ROOMS, timeout=WAIT_S, isolation_level=None)) as source,
            closing(sqlite3.connect(folder / ROOMS)) as copy,
        ):
            # Exclusive, so that no server starts on it meanwhile and is not told that it cannot write.
            source.execute("PRAGMA locking_mode = EXCLUSIVE")
            (application,) = source.execute("PRAGMA application_id").fetchone()
            if application != tables.APPLICATION:
                raise BackupTrouble(f"{data / ROOMS} is no journal of Paddock.")
            source.execute("BEGIN EXCLUSIVE")
            source.execute("COMMIT")
            source.backup(copy, pages=PAGES, progress=lambda _, left, total: copied(total - left, total))
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise BackupTrouble(f"{data / ROOMS} cannot be read: {error}.") from error
        raise BackupTrouble(
            f"{data / ROOMS} is in use by a process that takes no requests. "
            "If that is a server just starting or ending, try again; else stop it first."
        ) from error
    except sqlite3.Error as error:
        raise BackupTrouble(f"{data / ROOMS} cannot be read: {error}.") from error
    return False


def _copy_database(source: Path, target: Path, progress: Progress) -> None:
    """Copy a database that others may be writing to, as it is at one moment: a reader keeps no writer waiting."""
    progress(f"copying {source.stem}", 0, 0)
    try:
        with (
            closing(sqlite3.connect(source, timeout=WAIT_S, isolation_level=None)) as database,
            closing(sqlite3.connect(target)) as copy,
        ):
            database.backup(copy)
    except sqlite3.Error as error:
        raise BackupTrouble(f"{source} cannot be read: {error}.") from error


def _sweep(data: Path) -> None:
    for left in data.glob("backup-*"):
        if left.is_dir() and time.time() - left.stat().st_mtime > LEFT_S:
            shutil.rmtree(left, ignore_errors=True)

"""Bringing a backup into a data folder: checked in full before anything there is touched, and nothing is deleted."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from paddock.backup import bundle, control
from paddock.backup.bundle import Manifest, Progress
from paddock.backup.parts import CONTROL, PARTS, inspect
from paddock.backup.trouble import BackupTrouble
from paddock.files.folder_lock import LOCK

REPLACED: Final = "replaced-"
"""Begins the folders of what stood where a backup was brought to."""


def restore(source: Path, data: Path, progress: Progress, *, force: bool = False) -> tuple[Manifest, Path | None]:
    """Bring a backup into a data folder; give its manifest, and where what was there before is now.

    Raises:
        BackupTrouble: it was not done; the folder is as it was.
        OSError: a file cannot be read or written.
    """
    _refuse_in_use(data)
    there = _contents(data)
    if there and not force:
        shown = ", ".join(sorted(path.name for path in there)[:3])
        raise BackupTrouble(
            f"{data} is not empty ({shown}{', ...' if len(there) > 3 else ''}). "
            "Restore into another folder, or use --force to move all of that aside."
        )
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = data / f"restore-{secrets.token_hex(8)}"
    folder.mkdir(mode=0o700)
    try:
        with bundle.opened(source) as (manifest, tar):
            bundle.unpack(source, manifest, tar, folder, progress)
        for part in manifest.parts:
            progress(f"checking {part.name}", 0, 0)
            found = inspect(folder / part.name, PARTS[part.name], part.name)
            if found != part.about:
                raise BackupTrouble(f"{source} does not hold what its manifest says of {part.name}.")
        _refuse_in_use(data)
        aside = _move_aside(data, there) if there else None
        for part in manifest.parts:
            (folder / part.name).rename(data / part.name)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return manifest, aside


def _contents(data: Path) -> list[Path]:
    """Give what is in a folder, but for what earlier restores moved aside and a socket nobody listens at."""
    if not data.exists():
        return []
    if not data.is_dir():
        raise BackupTrouble(f"{data} is no folder.")
    return [path for path in data.iterdir() if not path.name.startswith(REPLACED) and path.name not in {CONTROL, LOCK}]


def _refuse_in_use(data: Path) -> None:
    """Refuse a folder that a server, its workers or their Redis have open."""
    if data.is_dir() and (control.answers(data) or any(map(_in_use, _databases(data))) or _redis_runs(data)):
        raise BackupTrouble(f"A server is running on {data}. Stop it first: it would go on with what it has in memory.")


def _databases(data: Path) -> list[Path]:
    """Give the databases of a folder: rooms, archive, and what was kept while a Redis was away."""
    return [
        path for pattern in ("*.sqlite3", "*/*.sqlite3") for path in data.glob(pattern) if not _is_aside(path, data)
    ]


def _is_aside(path: Path, data: Path) -> bool:
    return path.relative_to(data).parts[0].startswith((REPLACED, "backup-", "restore-"))


def _in_use(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path, timeout=0.2, isolation_level=None)) as connection:
            # Nobody else may have it open, not even to read.
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        return error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    except sqlite3.Error:
        return False  # damaged: all the more reason to restore
    return False


def _redis_runs(data: Path) -> bool:
    """Say whether the workers' own Redis has its folder (`supervisor.private_redis`)."""
    try:
        descriptor = os.open(data / "redis" / "lock", os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _move_aside(data: Path, there: list[Path]) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = data / f"{REPLACED}{stamp}"
    count = 1
    while aside.exists():
        count += 1
        aside = data / f"{REPLACED}{stamp}-{count}"
    aside.mkdir(mode=0o700)
    for path in there:
        path.rename(aside / path.name)
    return aside

"""Bringing a backup into a data folder: checked in full before anything there is touched, and nothing is deleted."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from paddock.backup import bundle, control
from paddock.backup.bundle import Manifest, Progress
from paddock.backup.parts import CONTROL, PARTS, ROOMS, inspect
from paddock.backup.trouble import BackupTrouble

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
    return [path for path in data.iterdir() if not path.name.startswith(REPLACED) and path.name != CONTROL]


def _refuse_in_use(data: Path) -> None:
    in_use = f"A server is running on {data}. Stop it first: it would go on with what it has in memory."
    if not (data / ROOMS).is_file():
        return
    if control.answers(data):
        raise BackupTrouble(in_use)
    try:
        with closing(sqlite3.connect(data / ROOMS, timeout=0.2, isolation_level=None)) as connection:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise BackupTrouble(in_use) from error
    except sqlite3.Error:
        pass  # damaged: all the more reason to restore


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

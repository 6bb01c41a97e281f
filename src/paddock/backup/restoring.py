"""Bringing a backup into a data folder: checked in full before anything there is touched, and nothing is deleted.

All parts are made ready in a folder of their own, then a plan is written down, then files change places. A restore that
is killed before the plan has changed nothing; one that is killed after it is finished by whatever opens the folder next
(`finish_interrupted`).
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from paddock.backup import control, embedded, reading
from paddock.backup.bundle import Manifest, Progress, sync_folder
from paddock.backup.ownership import give
from paddock.backup.parts import CONTROL, PARTS, PLACES, REDIS, inspect
from paddock.backup.trouble import BackupTrouble
from paddock.files.folder_lock import LOCK

REPLACED: Final = "replaced-"
"""Begins the folders of what stood where a backup was brought to."""
RESTORE: Final = "restore-"
"""Begins the folders in which backups are unpacked."""
READY: Final = "ready"
"""The folder in it that holds what goes into the data folder."""
PLAN: Final = "plan.json"


class Plan(Struct, frozen=True, forbid_unknown_fields=True):
    """What is left to do when all parts are ready: move these files into this folder, then the parts in."""

    aside: str
    there: tuple[str, ...]


def restore(
    source: Path, data: Path, progress: Progress, *, force: bool = False, most: int | None = None
) -> tuple[Manifest, Path | None]:
    """Bring a backup into a data folder; return its manifest, and where what was there before is now.

    Args:
        source: the backup.
        data: the folder, which no server may use.
        progress: told how far it is.
        force: move aside what is in the folder.
        most: bytes that the backup may become; None: what is likely for a file of its size.

    Raises:
        BackupTrouble: it was not done; the folder is as it was.
        OSError: a file cannot be read or written; the folder is as it was.
    """
    _refuse_in_use(data)
    finish_interrupted(data)
    there = _contents(data)
    if there and not force:
        shown = ", ".join(sorted(path.name for path in there)[:3])
        raise BackupTrouble(
            f"{data} is not empty ({shown}{', ...' if len(there) > 3 else ''}). "
            "Restore into another folder, or use --force to move all of that aside."
        )
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(data):
        for left in data.glob(f"{RESTORE}*"):
            shutil.rmtree(left, ignore_errors=True)
        folder = data / f"{RESTORE}{secrets.token_hex(8)}"
        folder.mkdir(mode=0o700)
        planned = False
        try:
            with reading.opened(source) as archive:
                _refuse_too_large(archive, data, most)
                archive.unpack(folder, progress)
            manifest = archive.manifest
            _check(source, manifest, folder, progress)
            _refuse_in_use(data)
            plan = _plan(data, there)
            _make_ready(data, folder, manifest, plan)
            planned = True
            _carry_out(data, folder, plan)
        finally:
            if not planned:
                shutil.rmtree(folder, ignore_errors=True)
    return manifest, data / plan.aside if there else None


def finish_interrupted(data: Path) -> bool:
    """Do what a restore that was killed had left to do; return whether there was such a one.

    Raises:
        BackupTrouble: it cannot be finished now.
    """
    if not any(data.glob(f"{RESTORE}*/{PLAN}")):
        return False
    with _alone(data):
        for path in data.glob(f"{RESTORE}*/{PLAN}"):
            try:
                plan = msgspec.json.decode(path.read_bytes(), type=Plan)
                _carry_out(data, path.parent, plan)
            except (OSError, msgspec.MsgspecError) as error:
                raise BackupTrouble(
                    f"A restore into {data} was interrupted and cannot be finished: {error}."
                ) from error
    return True


def _check(source: Path, manifest: Manifest, folder: Path, progress: Progress) -> None:
    for part in manifest.parts:
        progress(f"checking {part.name}", 0, 0)
        found = inspect(folder / part.name, PARTS[part.name], part.name)
        # What Redis holds may have expired since.
        if part.name != REDIS and found != part.about:
            raise BackupTrouble(f"{source} does not hold what its manifest says of {part.name}.")


def _refuse_too_large(archive: reading.Archive, data: Path, most: int | None) -> None:
    limit = reading.limit(archive.path, most)
    if archive.size > limit:
        raise BackupTrouble(
            f"{archive.path} would become {archive.size:,} bytes, more than {limit:,}; nothing was unpacked. "
            f"If you trust it, allow that with --max-size {archive.size}."
        )
    free = shutil.disk_usage(data).free - reading.SPARE_BYTES
    if archive.size > free:
        raise BackupTrouble(f"{archive.path} becomes {archive.size:,} bytes, and {data} has room for {max(0, free):,}.")


def _plan(data: Path, there: list[Path]) -> Plan:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    aside, count = f"{REPLACED}{stamp}", 1
    while (data / aside).exists():
        count += 1
        aside = f"{REPLACED}{stamp}-{count}"
    return Plan(aside, tuple(sorted(path.name for path in there)))


def _make_ready(data: Path, folder: Path, manifest: Manifest, plan: Plan) -> None:
    """Put the parts where they belong below `READY`, and write the plan: from then on the restore is done."""
    ready = folder / READY
    ready.mkdir(mode=0o700)
    for part in manifest.parts:
        place = ready / PLACES[part.name]
        place.parent.mkdir(mode=0o700, exist_ok=True)
        (folder / part.name).rename(place)
        sync_folder(place.parent)
    sync_folder(ready)
    for path in (*ready.rglob("*"), *data.glob(LOCK)):
        give(path, data)
    written = folder / f"{PLAN}.partial"
    with written.open("xb") as file:
        file.write(msgspec.json.encode(plan))
        file.flush()
        os.fsync(file.fileno())
    written.rename(folder / PLAN)
    sync_folder(folder)


def _carry_out(data: Path, folder: Path, plan: Plan) -> None:
    """Let files change places; what was done before is not done again."""
    if plan.there:
        aside = data / plan.aside
        aside.mkdir(mode=0o700, exist_ok=True)
        give(aside, data)
        for name in plan.there:
            if not os.path.lexists(aside / name) and os.path.lexists(data / name):
                (data / name).rename(aside / name)
        sync_folder(aside)
    for path in sorted((folder / READY).iterdir()):
        path.rename(data / path.name)
    sync_folder(data)
    # The plan goes first: without it the rest is rubbish for the next restore.
    (folder / PLAN).unlink()
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Keep other restores off a folder."""
    descriptor = os.open(data, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupTrouble(f"Another restore into {data} is under way.") from error
        yield
    finally:
        os.close(descriptor)


def _contents(data: Path) -> list[Path]:
    """Give what is in a folder, but for what restores and backups leave and a socket nobody listens at."""
    if not data.exists():
        return []
    if not data.is_dir():
        raise BackupTrouble(f"{data} is no folder.")
    return [path for path in data.iterdir() if not _is_aside(path, data) and path.name not in {CONTROL, LOCK}]


def _refuse_in_use(data: Path) -> None:
    """Refuse a folder that a server, its workers or their Redis have open."""
    if data.is_dir() and (control.answers(data) or any(map(_in_use, _databases(data))) or embedded.runs(data)):
        raise BackupTrouble(f"A server is running on {data}. Stop it first: it would go on with what it has in memory.")


def _databases(data: Path) -> list[Path]:
    """Give the databases of a folder: rooms, archive, and what was kept while a Redis was away."""
    return [
        path for pattern in ("*.sqlite3", "*/*.sqlite3") for path in data.glob(pattern) if not _is_aside(path, data)
    ]


def _is_aside(path: Path, data: Path) -> bool:
    return path.relative_to(data).parts[0].startswith((REPLACED, "backup-", RESTORE))


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

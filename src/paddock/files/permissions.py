"""Who may read what is kept: files 0600 and folders 0700, whatever the umask; looser ones are found and tightened.

Everything that makes a file in the data folder gives it its mode here or itself. Programs also set `private_umask`,
for what others make for them: companions of SQLite files, the files of an embedded Redis.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import Final

import structlog

log = structlog.get_logger("paddock.files")

FILE: Final = 0o600
FOLDER: Final = 0o700
OTHERS: Final = 0o077
"""The bits that let anybody but the owner in."""
UMASK: Final = 0o077
MOST: Final = 100_000
"""Entries of a data folder that are looked at."""
OURS: Final = ("lock", "secret", "redis", "failover", "rooms.", "archive.", "races.")
"""How the names begin of what Paddock keeps in its folder; where one is, the folder is Paddock's."""
BESIDE: Final = ("lost+found", "*.toml", "*.backup", ".*")
"""What may lie in a new data folder: a volume's own, settings, a backup to be restored, hidden files."""


class UnsafeFolder(OSError):  # noqa: N818 - it is a folder
    """The data folder must not be used as it is; the text is a sentence for the operator that says what to do."""


def private_umask() -> None:
    """Let this process and its children make files and folders for their owner alone."""
    os.umask(UMASK)


def make_file(path: Path) -> None:
    """Make an empty file for its owner alone, unless there is one; SQLite gives its companions the same mode.

    Raises:
        OSError: it cannot be made.
    """
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE)
    except FileExistsError:
        return
    try:
        os.fchmod(descriptor, FILE)
        give_to_owner(descriptor, path.parent)
    finally:
        os.close(descriptor)


def give_to_owner(descriptor: int, folder: Path) -> None:
    """Give a file that root has made in somebody's folder to that user, whose server must be able to open it."""
    if os.geteuid() == 0:
        found = folder.stat()
        os.fchown(descriptor, found.st_uid, found.st_gid)


def make_folder(path: Path) -> None:
    """Make a folder for its owner alone, unless there is one.

    Raises:
        OSError: it cannot be made, or is none.
    """
    if path.exists() and not path.is_dir():
        raise NotADirectoryError(f"{path} is no folder")
    if not path.exists():
        path.mkdir(parents=True, exist_ok=True, mode=FOLDER)


def secure(folder: Path) -> None:
    """Make the data folder if need be, and let nobody but its owner into it and all that is in it.

    What is too open and cannot be changed is said in the log, with the command that changes it.

    Raises:
        UnsafeFolder: everybody can write to it, so that nobody knows whose files are in it; or it holds other things,
            as a home folder does that was named by mistake, whose permissions are not for Paddock to change.
        OSError: it cannot be made or read.
    """
    make_folder(folder)
    folder = folder.resolve()
    found = folder.stat()
    if (foreign := _foreign(folder)) is not None:
        raise UnsafeFolder(
            f"{folder} holds what is not Paddock's ({foreign}), and a data folder is closed to all other users. "
            f"Name a folder for Paddock alone, for instance --data {folder / 'paddock'}"
        )
    if found.st_mode & stat.S_IWOTH and not _is_new(folder, found):
        raise UnsafeFolder(
            f"every user of this machine can write to {folder}, so what is in it may not be Paddock's. "
            f"Look what is there, then run: chmod -R go-rwx {folder}; or name a folder in it that is not there yet"
        )
    tightened, left = 0, []
    for path, mode in _open_to_others(folder):
        try:
            path.chmod(mode & ~OTHERS)
        except OSError:
            left.append(path)
        else:
            tightened += 1
    if tightened:
        log.warning("data.tightened", folder=str(folder), entries=tightened, advice="other users could open them")
    if left:
        advice = f"as root run: chown -R {os.geteuid()} {folder} && chmod -R go-rwx {folder}"
        log.warning("data.open_to_others", folder=str(folder), entries=len(left), first=left[0].name, advice=advice)
    _look_above(folder)


def _foreign(folder: Path) -> str | None:
    """Give the name of something that is not Paddock's in a folder that Paddock has never used."""
    names = sorted(path.name for path in folder.iterdir())
    if any(name.startswith(OURS) for name in names):
        return None
    return next((name for name in names if not any(fnmatchcase(name, beside) for beside in BESIDE)), None)


def _is_new(folder: Path, found: os.stat_result) -> bool:
    """Say whether a folder is ours and empty, as a careless umask or `mkdir -m 777` leaves it."""
    return found.st_uid == os.geteuid() and not any(folder.iterdir())


def _open_to_others(folder: Path) -> Iterator[tuple[Path, int]]:
    """Give what others may read, write or enter, the folder first; links are nobody's."""
    for path in (folder, *islice(_below(folder), MOST)):
        try:
            found = path.lstat()
        except FileNotFoundError:
            continue  # gone meanwhile
        if not stat.S_ISLNK(found.st_mode) and found.st_mode & OTHERS:
            yield path, stat.S_IMODE(found.st_mode)


def _below(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        yield from (Path(parent, name) for name in (*folders, *names))


def _look_above(folder: Path) -> None:
    """Say so when others can put another folder in the place of this one."""
    try:
        above = folder.parent.stat()
    except OSError:
        return  # not to be seen from here, as systemd's private folders
    writers = stat.S_IWGRP | stat.S_IWOTH
    if above.st_mode & writers and not above.st_mode & stat.S_ISVTX and folder.parent != folder:
        advice = f"run: chmod go-w {folder.parent}"
        log.warning("data.replaceable", folder=str(folder), parent=str(folder.parent), advice=advice)

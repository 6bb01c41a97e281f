"""One program at a time in a data folder: a lock of the system on a file in it, which names its holder.

The system takes the lock away from a process that ends, however it ends, so none is ever left behind. It is on the file
itself: another path to the same folder is the same lock. What is read from the file is for people only.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import structlog

from paddock.files.permissions import FILE, give_to_owner, secure

log = structlog.get_logger("paddock.files")

LOCK: Final = "lock"
GRACE_S: Final = 0.5
"""Whoever holds the lock for a moment only, to look whether it is free, is waited for."""
ENDING_S: Final = 12.0
"""A program that is ending is waited for: it has ten seconds."""
PAUSE_S: Final = 0.02
_UNLOCKABLE: Final = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EBADF})


class FolderInUse(OSError):  # noqa: N818 - an answer
    """Another program uses the folder; the text is a sentence for the operator that names it."""


class FolderLock:
    """The lock of a folder while this process holds it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def end(self) -> None:
        """Note that the holder is ending, so that whoever comes next waits for that instead of being refused."""
        os.ftruncate(self._descriptor, 0)


@contextmanager
def held(folder: Path) -> Iterator[FolderLock]:
    """Have a data folder to oneself until the block ends; it is made if need be, and looked at (see `secure`).

    Raises:
        FolderInUse: another program uses it.
        OSError: it cannot be used.
    """
    try:
        secure(folder)
        # No link: while the folder was open to others, one of them could have put it there to have something emptied.
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, FILE)
    except OSError as error:
        if error.errno is None:
            raise  # a sentence already
        raise OSError(_unusable(folder, error)) from error
    try:
        give_to_owner(descriptor, folder)
        _take(folder, descriptor)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
        yield FolderLock(descriptor)
    finally:
        os.close(descriptor)


def _take(folder: Path, descriptor: int) -> None:
    began = time.monotonic()
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip()
            if time.monotonic() - began > (GRACE_S if holder else ENDING_S):
                raise FolderInUse(_in_use(folder, holder)) from None
            time.sleep(PAUSE_S)
        except OSError as error:
            if error.errno not in _UNLOCKABLE:
                raise
            log.warning("data.not_locked", folder=str(folder), reason=str(error))
            return
        else:
            return


def _unusable(folder: Path, error: OSError) -> str:
    what = f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror)
    return (
        f"the data folder {folder} cannot be used ({what}). Make it a folder that this user can write to, make room "
        "on the disk, or name another one (--data FOLDER)"
    )


def _in_use(folder: Path, holder: str) -> str:
    who = f"another Paddock, process {holder}" if holder.isdigit() else "another Paddock"
    return (
        f"the data folder {folder.resolve()} is in use by {who}. "
        "Stop that one first, or give this one a data folder of its own (--data FOLDER)"
    )

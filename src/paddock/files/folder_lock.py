"""One program at a time in a data folder: a lock of the system on a file in it, which names its holder.

What is read from the file is for people only; what counts is the lock (`file_lock`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from paddock.files import file_lock
from paddock.files.permissions import FILE, give_to_owner, secure

LOCK: Final = "lock"
GRACE_S: Final = 0.5
"""Whoever holds the lock for a moment only, to look whether it is free, is waited for."""
ENDING_S: Final = 12.0
"""A program that is ending is waited for: it has ten seconds."""


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
    try:
        file_lock.wait(descriptor, folder / LOCK, lambda: GRACE_S if _holder(descriptor) else ENDING_S)
    except TimeoutError:
        raise FolderInUse(_in_use(folder, _holder(descriptor))) from None


def _holder(descriptor: int) -> str:
    return os.pread(descriptor, 32, 0).decode(errors="replace").strip()


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

"""A lock of the system on a file: one process has it, and whoever comes next waits for a while.

The system takes the lock away from a process that ends, however it ends, so none is ever left behind. It is on the file
itself: another path to the same file is the same lock.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from paddock.files.permissions import FILE, give_to_owner

log = structlog.get_logger("paddock.files")

PAUSE_S: Final = 0.02
_UNLOCKABLE: Final = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EBADF})


def take(path: Path, patience_s: Callable[[], float]) -> int:
    """Lock a file, made if need be, and return the descriptor that has the lock until it is closed.

    Raises:
        TimeoutError: another process has the lock for longer than one waits.
        OSError: the file cannot be opened.
    """
    # No link: while the folder was open to others, one of them could have put it there.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, FILE)
    try:
        give_to_owner(descriptor, path.parent)
        wait(descriptor, path, patience_s)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def wait(descriptor: int, path: Path, patience_s: Callable[[], float]) -> None:
    """Lock an open file; where files cannot be locked, go on without and say so in the log.

    Raises:
        TimeoutError: another process has the lock for longer than `patience_s`, which is asked again each time.
    """
    began = time.monotonic()
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() - began > patience_s():
                raise TimeoutError(f"{path} is locked by another process") from None
            time.sleep(PAUSE_S)
        except OSError as error:
            if error.errno not in _UNLOCKABLE:
                raise
            log.warning("data.not_locked", folder=str(path.parent), reason=str(error))
            return
        else:
            return

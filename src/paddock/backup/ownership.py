"""Files that an administrator makes in a data folder belong to the user of the server, who could not read them else."""

from __future__ import annotations

import os
from pathlib import Path


def give(path: Path, data: Path) -> None:
    """Give a file or folder to the owner of the data folder, if this user may do so."""
    if os.geteuid() == 0:
        owner = data.stat()
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)

"""Restores into copies of a data folder and kills each restore at a later step; a program of its own, with one thread.

Prints a line for each step: what is in the folder after the kill, and after the next program opened it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path

from paddock.archive.migrating import HEAD, definitions
from paddock.backup.restoring import finish_interrupted, restore

CHANGES = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod"}


def main() -> None:
    """Kill at the first step, the second, and so on, until nothing is left to kill."""
    backup, data, work = map(Path, sys.argv[1:])
    definitions(HEAD)  # takes half a second, and none of it is changed by a restore
    step = 0
    while True:
        step += 1
        folder = work / str(step)
        shutil.copytree(data, folder)
        child = os.fork()
        if child == 0:
            die_at(step)
            restore(backup, folder, lambda *_: None, force=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        before = seen(folder)
        finish_interrupted(folder)
        print(json.dumps({"killed": os.WIFSIGNALED(status), "before": before, "after": seen(folder)}))
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0
            return


def die_at(step: int) -> None:
    """Let this process be killed just before it renames, makes or removes something for the n-th time."""
    left = step

    def look(event: str, _arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in CHANGES:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(look)


def seen(folder: Path) -> dict[str, str]:
    """Return what a server would find: its files, and how large they are."""
    return {path.name: str(path.stat().st_size) for path in sorted(folder.iterdir()) if path.is_file()}


main()

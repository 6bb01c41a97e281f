"""How the programs of a release are run, and the one error that ends it."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path


class ReleaseError(Exception):
    """It cannot go on; the message is one sentence that says what to do."""


def run(command: list[str], folder: Path, failure: str, *, quiet: bool = False, **variables: str) -> None:
    """Run a program to its end with its output shown; that of a quiet one is shown when it fails.

    Raises:
        ReleaseError: it failed, with `failure` as the message.
    """
    ran = _ran(command, folder, subprocess.PIPE if quiet else None, subprocess.STDOUT if quiet else None, variables)
    if ran.returncode != 0:
        print(ran.stdout or "", end="", file=sys.stderr)
        raise ReleaseError(failure)


def output(command: list[str], folder: Path, failure: str) -> str:
    """Run a program to its end and give what it prints.

    Raises:
        ReleaseError: it failed, with `failure` as the message.
    """
    ran = _ran(command, folder, subprocess.PIPE, None, {})
    if ran.returncode != 0:
        raise ReleaseError(failure)
    return ran.stdout


def _ran(
    command: list[str], folder: Path, stdout: int | None, stderr: int | None, variables: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    environment = os.environ | variables
    try:
        return subprocess.run(
            command, cwd=folder, env=environment, stdout=stdout, stderr=stderr, text=True, check=False
        )
    except FileNotFoundError as error:
        raise ReleaseError(f"{command[0]} is not there: install it.") from error


def unpack(tar: tarfile.TarFile, folder: Path) -> None:
    """Unpack an archive of our own making."""
    # Debian 12 has Python 3.11.2, which has neither the argument `filter` nor looks at this.
    tar.extraction_filter = getattr(tarfile, "data_filter", None)
    tar.extractall(folder)  # noqa: S202 - what it holds is ours


def told(error: OSError) -> str:
    """Make a sentence of a trouble with files."""
    return f"A file cannot be written or read ({error}): make room, or give permission, and begin again."


def step(text: str) -> None:
    """Say what is done next."""
    print(f"release: {text}", flush=True)

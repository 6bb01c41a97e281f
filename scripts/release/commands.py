"""How the programs of a release are run, and the one error that ends it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


class ReleaseError(Exception):
    """It cannot go on; the message is one sentence that says what to do."""


def run(command: list[str], folder: Path, failure: str, *, quiet: bool = False, **variables: str) -> None:
    """Run a program to its end with its output shown; of a quiet one only what it writes to stderr.

    Raises:
        ReleaseError: it failed, with `failure` as the message.
    """
    shown = subprocess.DEVNULL if quiet else None
    if subprocess.run(command, cwd=folder, env=os.environ | variables, stdout=shown, check=False).returncode != 0:
        raise ReleaseError(failure)


def output(command: list[str], folder: Path, failure: str) -> str:
    """Run a program to its end and give what it prints.

    Raises:
        ReleaseError: it failed, with `failure` as the message.
    """
    ran = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, text=True, check=False)
    if ran.returncode != 0:
        raise ReleaseError(failure)
    return ran.stdout


def step(text: str) -> None:
    """Say what is done next."""
    print(f"release: {text}", flush=True)

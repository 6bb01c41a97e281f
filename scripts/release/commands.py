"""How the programs of a release are run, and the one error that ends it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


class ReleaseError(Exception):
    """It cannot go on; the message is one sentence that says what to do."""


def run(command: list[str], folder: Path, failure: str, *, quiet: bool = False, **variables: str) -> None:
    """Run a program to its end with its output shown; that of a quiet one is shown when it fails.

    Raises:
        ReleaseError: it failed, with `failure` as the message.
    """
    shown = subprocess.PIPE if quiet else None
    errors = subprocess.STDOUT if quiet else None
    environment = os.environ | variables
    ran = subprocess.run(command, cwd=folder, env=environment, stdout=shown, stderr=errors, text=True, check=False)
    if ran.returncode != 0:
        print(ran.stdout or "", end="", file=sys.stderr)
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

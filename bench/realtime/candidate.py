"""The servers that are compared, and one of them running.

Never measures; a server runs in a process of its own and is ended through its standard input.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


@dataclass(frozen=True, slots=True)
class Candidate:
    """One kind of server.

    Attributes:
        name: its column in tables.
        command: starts it, with the root of the repository as current folder.
    """

    name: str
    command: tuple[str, ...]


NODE = Candidate("Node socket.io", ("node", "--expose-gc", "bench/realtime/server_node.mjs"))
PYTHON_SOCKETIO = Candidate("python-socketio", (sys.executable, "-m", "bench.realtime.server_python_socketio"))
PADDOCK = Candidate("paddock.socketio", (sys.executable, "-m", "bench.realtime.server_paddock"))
FLOOR = Candidate("(floor)", (sys.executable, "-m", "bench.realtime.server_floor"))
CANDIDATES = (NODE, PYTHON_SOCKETIO, PADDOCK, FLOOR)
"""In the order of their turns; the last is no server, but what any Python server on uvloop cannot go below."""


class Running:
    """A candidate's process, from its start to its end."""

    def __init__(self, candidate: Candidate) -> None:
        self._process = subprocess.Popen(
            candidate.command, cwd=ROOT, env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.pid = self._process.pid
        self.port = self._number()

    def __enter__(self) -> Running:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def broadcast(self, first: int, count: int) -> None:
        """Let it send `count` broadcasts, numbered from `first`."""
        self._say(f"broadcast {first} {count}")

    def count(self) -> int:
        """Return how many sockets are connected, as the server sees it."""
        self._say("count")
        return self._number()

    def collect(self) -> None:
        """Let it collect its garbage."""
        self._say("collect")
        self._number()

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _number(self) -> int:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the server ended")
        return int(line)


def _environment() -> dict[str, str]:
    # The paddock of this checkout, wherever it was installed from.
    return os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}

"""The server under attack, as an operator runs it, and what an attack costs it: processor time, memory, log lines.

Everything here blocks: the parties and the attackers are processes of their own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from tests.cluster.process import Server
from tests.servers.balancers import Nginx

ROOT = Path(__file__).resolve().parents[2]
TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGESIZE")
LOOK_S = 0.1
START_S = 60.0
LINE_S = 60.0
NEVER_MS = 3_600_000
SET_UPS = {
    "one": "one process",
    "one-nginx": "one process behind nginx",
    "two": "two workers",
    "two-nginx": "two workers behind nginx",
}

Raw = dict[str, Any]


class Child:
    """A process of this benchmark that answers lines; the end of its input ends it."""

    def __init__(self, module: str, *arguments: str) -> None:
        environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._lines: Queue[str] = Queue()
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def line(self, limit_s: float = LINE_S) -> str:
        """Return the next line it prints.

        Raises:
            AssertionError: the process says nothing, or has ended.
        """
        try:
            line = self._lines.get(timeout=limit_s)
        except Empty:
            line = ""
        assert line, "the process says nothing"
        return line.strip()

    def ask(self) -> Raw:
        """Return what it says of itself since it was asked last."""
        assert self._process.stdin is not None
        self._process.stdin.write("mark\n")
        self._process.stdin.flush()
        said: Raw = json.loads(self.line())
        return said

    def end(self) -> Raw:
        """End it and return what it still said."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        said: Raw = json.loads(self.line())
        self.kill()
        return said

    def kill(self) -> None:
        """End it on the spot."""
        self._process.kill()
        self._process.wait()
        self._reading.join()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with suppress(OSError):
                pipe.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")


class Arena:
    """One set-up; `port` is where everybody comes in while it runs.

    Args:
        folder: for its files.
        set_up: a name of `SET_UPS`.
        source: the `src` folder of another commit, whose server is started.
        settings: Paddock's own.
    """

    def __init__(
        self, folder: Path, set_up: str, source: Path | None = None, settings: Mapping[str, str | int] | None = None
    ) -> None:
        told: dict[str, str | int] = {"trusted_proxies": "127.0.0.1/32", "pace_empty_grace_ms": NEVER_MS}
        if set_up.startswith("two"):
            told |= {"workers": 2, "embedded_redis": "true"}
        self.server = Server(folder, **told, **(settings or {}))
        if source is not None:
            self.server.environment(PYTHONPATH=str(source))
        self._folder = folder
        self._nginx: Nginx | None = None
        self._behind_nginx = set_up.endswith("nginx")
        self.port = 0

    def start(self) -> None:
        """Start all of it."""
        self.server.start(START_S)
        self.port = self.server.port
        if self._behind_nginx:
            self._nginx = Nginx(self._folder, [f"127.0.0.1:{self.server.port}"])
            self._nginx.start()
            self.port = self._nginx.port

    def stop(self) -> None:
        """End all of it."""
        if self._nginx is not None:
            self._nginx.stop()
        if self.server.running:
            # Workers end with their supervisor, but not while they are kept busy.
            for pid in processes(self.server)[1:]:
                with suppress(ProcessLookupError):
                    os.kill(pid, 9)
            self.server.kill()

    @property
    def lines(self) -> int:
        """How many lines were logged, but for those of rooms that changed: one line per command, as for everybody."""
        return lines(self.server)

    @property
    def restarts(self) -> int:
        """How often a worker was replaced because it was frozen or dead."""
        return restarts(self.server)


def processes(server: Server) -> list[int]:
    """Return the processes of a server that is running, without a Redis."""
    return [server.pid, *(pid for pid in _children(server.pid) if not _is_redis(pid))]


def lines(server: Server) -> int:
    """Return how many lines a server has logged, but for those of rooms that changed."""
    output = server.output
    return output.count("\n") - output.count(" room.changed ")


def restarts(server: Server) -> int:
    """Return how often a worker was replaced because it was frozen or dead."""
    output = server.output
    return output.count("worker.unresponsive") + output.count("worker.died")


class Watch:
    """Notes processor time and memory of a server until stopped.

    Attributes:
        peak: the most resident memory of all its processes together, in bytes, since `forget`.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._seconds: dict[int, float] = {}
        self._stopped = threading.Event()
        self._looking = threading.Thread(target=self._look, daemon=True)
        self.peak = 0
        self._looking.start()

    def seconds(self) -> float:
        """Return the processor time of all processes that there ever were."""
        for pid in processes(self._server):
            with suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                self._seconds[pid] = (int(fields[11]) + int(fields[12])) / TICK
        return sum(self._seconds.values())

    def forget(self) -> None:
        """Look for a new peak of memory."""
        self.peak = self._memory()

    def stop(self) -> None:
        """Look no longer."""
        self._stopped.set()
        self._looking.join()

    def _memory(self) -> int:
        total = 0
        for pid in processes(self._server):
            with suppress(OSError):
                total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
        return total

    def _look(self) -> None:
        while not self._stopped.wait(LOOK_S):
            self.seconds()
            self.peak = max(self.peak, self._memory())


def busy_still(watch: Watch, idle: float, for_s: float) -> bool:
    """Say whether the server works noticeably more than for a quiet party."""
    before = watch.seconds()
    time.sleep(for_s)
    return (watch.seconds() - before) / for_s > idle + BUSY


BUSY = 0.3
"""Processor seconds per second above those of a quiet party."""


def _children(pid: int) -> list[int]:
    try:
        text = " ".join(path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children"))
    except OSError:
        return []
    return [int(one) for one in text.split()]


def _is_redis(pid: int) -> bool:
    try:
        name = Path(f"/proc/{pid}/comm").read_text()
    except OSError:
        return True
    return "redis" in name or "valkey" in name

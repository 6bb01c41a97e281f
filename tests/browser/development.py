"""A copy of the checkout with a development server in it, whose files a test may change."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cli.paddock import environment
from tests.waiting import until_sync

ROOT = Path(__file__).parents[2]
START_S = 60.0


class Development:
    """`make dev` without make, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        """Copy what it needs; Python and Node.js packages are linked."""
        self.root = folder / "checkout"
        self.port = 0
        self._output = folder / "output.txt"
        self._process: subprocess.Popen[bytes] | None = None
        left_out = shutil.ignore_patterns("node_modules", "__pycache__")
        for name in ("src", "scripts", "web"):
            shutil.copytree(ROOT / name, self.root / name, ignore=left_out)
        (self.root / "docs").mkdir()
        shutil.copy(ROOT / "docs" / "wire.md", self.root / "docs")
        (self.root / "web" / "node_modules").symlink_to(ROOT / "web" / "node_modules")

    @property
    def url(self) -> str:
        """The one address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        """All that it has written."""
        return self._output.read_text() if self._output.exists() else ""

    def start(self) -> None:
        """Start it, at first at a free port and ever after at the same, and wait until it names its address."""
        if self.port == 0:
            with socket.create_server(("127.0.0.1", 0)) as found:
                self.port = int(found.getsockname()[1])
        before = len(self.output)
        self._process = self.launch(self.port)
        until_sync(lambda: f"open {self.url}" in self.output[before:], "the address that it names", START_S)

    def launch(self, port: int | str) -> subprocess.Popen[bytes]:
        """Start one at a port, as a terminal does: in a group of its own; it ends with the tests."""
        path = os.pathsep.join((str(self.root / "src"), str(self.root)))
        with self._output.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "scripts.dev", "--end-with-input"],
                cwd=self.root,
                env=environment(HOST="127.0.0.1", PORT=str(port), PYTHONPATH=path),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def changes(self, name: str, old: str, new: str) -> None:
        """Write another text into a file, as an editor does."""
        path = self.root / name
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{text.count(old)} times in {name}: {old}"
        path.write_text(text.replace(old, new), "utf-8")

    def processes(self) -> set[int]:
        """Those of its process group that still run, as the system knows them."""
        assert self._process is not None
        told = subprocess.run(["ps", "-eo", "pid=,pgid=,stat="], capture_output=True, text=True, check=True).stdout
        rows = (line.split() for line in told.splitlines())
        return {int(pid) for pid, group, state in rows if int(group) == self._process.pid and state[0] != "Z"}

    def interrupt(self) -> int:
        """Press Ctrl-C: the terminal sends SIGINT to the whole group. Gives the exit code."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGINT)
        return self._process.wait(timeout=START_S)

    def kill(self) -> None:
        """End it on the spot, and nothing that it has started."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(timeout=START_S)

    def let_go(self) -> None:
        """Close its standard input, as the system does for a process that ends."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()

    def end(self) -> None:
        """Leave nothing behind, whatever the test did."""
        if self._process is None:
            return
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()


@contextmanager
def development(folder: Path) -> Iterator[Development]:
    """A running one; ended with the test, its output left for whoever reads a failure."""
    made = Development(folder)
    try:
        made.start()
        yield made
    finally:
        made.end()
        print(made.output)

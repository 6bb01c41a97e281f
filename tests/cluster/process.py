"""A Paddock server as an operator runs it: a process of its own with its own data folder, to be killed and restarted.

It knows nothing of the game. Starting blocks until the server says that it listens; in an async test call it through
`asyncio.to_thread`.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from pathlib import Path

from tests.cli.paddock import COMMAND, environment

START_S = 60.0
"""Reached only by a server that hangs; what a start takes is measured by `make bench`."""
STOP_S = 10.0
"""What the promise says: a server that is told to end is gone within this time."""


class Server:
    """One server; its port is free at the first start and the same ever after."""

    def __init__(self, folder: Path, **settings: str | int | Path) -> None:
        """Keep rooms and output below `folder`; `settings` are Paddock's own, as `pace_countdown_ms=800`."""
        self.data = folder / "data"
        self.port = 0
        self.umask = -1
        """With which it is started; -1 is that of the tests."""
        self._output = folder / "output.txt"
        self._settings = {f"PADDOCK_{name.upper()}": str(value) for name, value in settings.items()}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address as players open it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process."""
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it was started and has not been ended."""
        return self._process is not None

    @property
    def output(self) -> str:
        """All that the server has written, over all its lives."""
        return self._output.read_text() if self._output.exists() else ""

    @property
    def command(self) -> list[str]:
        """What is run."""
        return [*COMMAND, "serve", "--port", str(self.port), "--data", str(self.data)]

    def start(self, limit_s: float = START_S) -> float:
        """Start it, wait until it listens and give the seconds that took."""
        began = time.monotonic()
        with self._output.open("ab") as output:
            self._process = subprocess.Popen(
                self.command,
                env=environment(**self._settings, PYTHONUNBUFFERED="1"),
                stdout=subprocess.PIPE,
                stderr=output,
                start_new_session=True,
                umask=self.umask,
            )
        self.port = int(self._first_line(self._process, began + limit_s).rpartition(":")[2])
        return time.monotonic() - began

    def kill(self) -> None:
        """End it on the spot: no handler runs, nothing is flushed."""
        if self._process is not None:
            self._process.kill()
            self._gone(self._process)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, as `SIGSTOP`."""
        assert self._process is not None
        self._process.send_signal(number)

    def environment(self, **variables: str) -> None:
        """Set further variables of its environment, from its next start on."""
        self._settings |= variables

    def term(self) -> int:
        """Ask it to end and give its exit code; raises `TimeoutExpired` when it takes longer than promised."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._gone(self._process)

    def hang_up(self) -> None:
        """Ask a supervisor to replace its workers one by one."""
        assert self._process is not None
        self._process.send_signal(signal.SIGHUP)

    def restart(self) -> None:
        """Start it again on the same port and folder."""
        self.kill()
        self.start()

    def _gone(self, process: subprocess.Popen[bytes]) -> int:
        code = process.wait(timeout=STOP_S)
        assert process.stdout is not None
        process.stdout.close()
        self._process = None
        return code

    def _first_line(self, process: subprocess.Popen[bytes], until: float) -> str:
        assert process.stdout is not None
        text = b""
        ways = select.poll()  # `select.select` takes no more than 1,024 descriptors, and a test may have 2,000 players
        ways.register(process.stdout, select.POLLIN)
        while not text.endswith(b"\n"):
            ready = ways.poll(1_000 * max(0.0, until - time.monotonic()))
            piece = os.read(process.stdout.fileno(), 4096) if ready else b""
            if not piece:
                self.kill()
                raise AssertionError(f"the server did not start\n{text.decode()}{self.output}")
            text += piece
        return text.decode().splitlines()[0]

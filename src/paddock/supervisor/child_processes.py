"""Child processes of the supervisor: start, exit notification, stop with a timeout. Nothing is restarted here."""

from __future__ import annotations

import asyncio
import ctypes
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


class ChildProcess:
    """One process; `exited` is set when it has exited, and `exit_code` is then its code (negative: signal number)."""

    def __init__(self, name: str, process: subprocess.Popen[bytes]) -> None:
        self.name = name
        self.pid = process.pid
        self.exited = asyncio.Event()
        self._process = process

    @property
    def exit_code(self) -> int | None:
        """The exit code; None while the process runs."""
        return self._process.returncode

    def send(self, number: signal.Signals) -> None:
        """Send a signal; does nothing if the process has exited."""
        self._process.send_signal(number)

    async def end(self, within_s: float) -> None:
        """Send SIGTERM, and SIGKILL after the timeout."""
        self.send(signal.SIGTERM)
        await self.wait_or_kill(within_s)

    async def wait_or_kill(self, within_s: float) -> None:
        """Wait until the process has exited; send SIGKILL after the timeout."""
        try:
            async with asyncio.timeout(within_s):
                await self.exited.wait()
        except TimeoutError:
            self.send(signal.SIGKILL)
            await self.exited.wait()

    def poll(self) -> bool:
        """Return whether the process has exited."""
        if self._process.poll() is None:
            return False
        self.exited.set()
        return True


class ChildProcesses:
    """All child processes, started from the main thread; `output` is their stdout and stderr (None: inherited)."""

    def __init__(self, output: int | None = None) -> None:
        self._output = output
        self._running: set[ChildProcess] = set()

    def open(self) -> None:
        """Install the SIGCHLD handler."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGCHLD, self.poll)

    def start(
        self, name: str, command: Sequence[str], *, keep: Sequence[int] = (), tied_to_parent: bool = False
    ) -> ChildProcess:
        """Start a process in its own session, so that it receives no signals of the terminal.

        Args:
            name: for logs.
            command: the program and its arguments.
            keep: file descriptors to inherit.
            tied_to_parent: make the kernel send it SIGTERM when this process exits, also after SIGKILL (Linux only).

        Raises:
            OSError: if the process cannot be started.
        """
        process = subprocess.Popen(  # noqa: S603 - our own programs
            command,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=self._output,
            pass_fds=keep,
            start_new_session=True,
            umask=0o077,  # files for this user only, whatever umask was inherited
            preexec_fn=terminate_with_parent() if tied_to_parent else None,  # this process has one thread
        )
        child = ChildProcess(name, process)
        self._running.add(child)
        return child

    def poll(self) -> None:
        """Check all processes for their exit."""
        self._running -= {child for child in self._running if child.poll()}

    async def close(self) -> None:
        """Kill the processes that still run."""
        for child in list(self._running):
            await child.wait_or_kill(0)
        asyncio.get_running_loop().remove_signal_handler(signal.SIGCHLD)


def terminate_with_parent() -> Callable[[], None] | None:
    """Return a `preexec_fn` that makes the kernel end the child with its parent; None if unsupported."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return lambda: library.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))

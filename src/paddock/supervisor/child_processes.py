"""Processes started here: told when they end, ended within a time; it starts nothing again by itself."""

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
    """One process; `gone` is set when it has ended, and `code` is its exit code then (negative: by which signal)."""

    def __init__(self, name: str, process: subprocess.Popen[bytes]) -> None:
        self.name = name
        self.pid = process.pid
        self.exited = asyncio.Event()
        self._process = process

    @property
    def exit_code(self) -> int | None:
        """The exit code; None while it runs."""
        return self._process.returncode

    def send(self, number: signal.Signals) -> None:
        """Send a signal; nothing happens when it has ended."""
        self._process.send_signal(number)

    async def end(self, within_s: float) -> None:
        """Ask it to end, and end it by force when it takes longer."""
        self.send(signal.SIGTERM)
        await self.wait_or_kill(within_s)

    async def wait_or_kill(self, within_s: float) -> None:
        """Wait until it has ended, and end it by force when that takes longer."""
        try:
            async with asyncio.timeout(within_s):
                await self.exited.wait()
        except TimeoutError:
            self.send(signal.SIGKILL)
            await self.exited.wait()

    def poll(self) -> bool:
        """See whether it has ended."""
        if self._process.poll() is None:
            return False
        self.exited.set()
        return True


class ChildProcesses:
    """All processes started by this one, from its main thread; what they write goes to `output`, or where ours does."""

    def __init__(self, output: int | None = None) -> None:
        self._output = output
        self._running: set[ChildProcess] = set()

    def open(self) -> None:
        """Begin to notice when they end."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGCHLD, self.poll)

    def start(
        self, name: str, command: Sequence[str], *, keep: Sequence[int] = (), tied_to_parent: bool = False
    ) -> ChildProcess:
        """Start a process that gets no signals of the terminal.

        Args:
            name: for logs.
            command: the program and its arguments.
            keep: descriptors that it inherits.
            tied_to_parent: let the system ask it to end when this process dies, even of `kill -9` (on Linux).

        Raises:
            OSError: it cannot be started.
        """
        process = subprocess.Popen(  # noqa: S603 - our own programs
            command,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=self._output,
            pass_fds=keep,
            start_new_session=True,
            umask=0o077,  # for their owner alone, whatever the umask of whoever started us
            preexec_fn=terminate_with_parent() if tied_to_parent else None,  # this process has one thread
        )
        child = ChildProcess(name, process)
        self._running.add(child)
        return child

    def poll(self) -> None:
        """See which have ended."""
        self._running -= {child for child in self._running if child.poll()}

    async def close(self) -> None:
        """End by force whatever still runs."""
        for child in list(self._running):
            await child.wait_or_kill(0)
        asyncio.get_running_loop().remove_signal_handler(signal.SIGCHLD)


def terminate_with_parent() -> Callable[[], None] | None:
    """Return what a new process runs before its program, so that the system ends it when this one dies; or None."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return lambda: library.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))

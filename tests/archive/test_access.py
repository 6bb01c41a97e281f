"""A PostgreSQL that lets this server not in: the start, the probes and the commands say so, and what to set."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
import pytest
from tests.archive.archives import postgres
from tests.cli.paddock import paddock
from tests.cluster.probes import health, until_well
from tests.cluster.process import Server
from tests.servers.postgres_server import PostgresServer
from tests.waiting import until_sync

pytestmark = pytest.mark.processes

GUARDED = "guarded"
"""A database that wants the password of its user; all others of the tests want none."""


@pytest.fixture(scope="module")
def server() -> PostgresServer:
    """The server of all tests, with a database for which a password is needed."""
    server = postgres()
    rules = server.data / "pg_hba.conf"

    async def prepare() -> None:
        await server.execute("CREATE ROLE keeper LOGIN PASSWORD 'right-secret'")
        await server.execute("CREATE ROLE stranger LOGIN PASSWORD 'right-secret'")
        await server.execute(f"CREATE DATABASE {GUARDED} OWNER keeper")
        await server.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC", GUARDED)
        rules.write_text(f"host {GUARDED} all 127.0.0.1/32 scram-sha-256\n{rules.read_text()}")
        await server.execute("SELECT pg_reload_conf()")
        with suppress(asyncpg.InvalidPasswordError):
            while True:
                await server.execute("SELECT 1", GUARDED)

    asyncio.run(prepare())
    return server


def url(server: PostgresServer, user: str, database: str = GUARDED) -> str:
    return f"postgresql://{user}@127.0.0.1:{server.port}/{database}"


@pytest.mark.parametrize(
    ("user", "database", "said"),
    [
        ("keeper:wrong-secret", GUARDED, "refuses the user or password"),
        ("nobody-secret", "postgres", "does not let this user in"),
        ("postgres", "none_secret", "has no such database"),
    ],
)
def test_a_command_says_what_to_set(
    server: PostgresServer, tmp_path: Path, user: str, database: str, said: str
) -> None:
    """What broke: it named a class and a number, as for a database that is away, which waiting may mend."""
    ran = paddock("db", "status", "--data", tmp_path, "--set", f"database={url(server, user, database)}")

    assert ran.returncode == 1
    (line,) = ran.stderr.splitlines()
    assert said in line
    assert "the setting `database`" in line
    assert "secret" not in ran.stdout + ran.stderr


def test_a_command_says_that_rights_are_lacking(server: PostgresServer, tmp_path: Path) -> None:
    ran = paddock("db", "upgrade", "--set", f"database={url(server, 'stranger:right-secret')}", "--data", tmp_path)

    assert ran.returncode == 1
    (line,) = ran.stderr.splitlines()
    assert "make it the owner" in line


def test_a_server_says_at_its_start_that_the_password_is_wrong_and_goes_on_when_it_is_right(
    server: PostgresServer, tmp_path: Path
) -> None:
    """What broke: a number in the log, nothing in the probes; and a database that came later waited for a race."""
    program = Server(tmp_path, database=url(server, "keeper:new-secret"))
    program.data.mkdir(mode=0o700)
    program.start()
    try:
        # On a busy machine the first attempt may be too late to be refused, and only a later one is.
        until_sync(lambda: health(program).reasons == ("database_password_refused",), "the probes say what is wrong")
        assert "PostgreSQL refuses the user or password: correct them in the setting `database`" in program.output
        assert not health(program).degraded

        asyncio.run(server.execute("ALTER ROLE keeper PASSWORD 'new-secret'"))
        until_well(program)
    finally:
        program.kill()
    assert "secret" not in program.output

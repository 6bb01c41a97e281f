"""Migrations on both databases: forth and back, from every released schema, at once on several nodes, and cut off."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.archive.archives import PATIENT, archive_on, postgres, recounted
from tests.archive.evenings import raced

from paddock.archive.contract import ArchiveUnavailable
from paddock.archive.database import Database, Server
from paddock.archive.migrating import HEAD, SCRIPTS, Schema, SchemaTooNew, known
from paddock.archive.postgres import Postgres
from paddock.archive.sqlite import Sqlite

RELEASED = sorted(known())


class Fresh:
    """A database with nothing in it, for as many nodes as want to use it."""

    def __init__(self, kind: str, place: str) -> None:
        self.kind = kind
        self.place = place
        self._servers: list[Server] = []

    def node(self) -> Server:
        made: Server = Postgres(self.place, PATIENT) if self.kind == "postgres" else Sqlite(Path(self.place), PATIENT)
        self._servers.append(made)
        return made

    async def close(self) -> None:
        for server in self._servers:
            await server.close()


@pytest.fixture(params=["file", pytest.param("postgres", marks=pytest.mark.processes)])
async def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Fresh]:
    if request.param == "postgres":
        place = await (await asyncio.to_thread(postgres)).empty()
    else:
        place = str(tmp_path / "archive.sqlite3")
    made = Fresh(request.param, place)
    yield made
    await made.close()


async def tables(server: Server) -> set[str]:
    async def look(connection: AsyncConnection) -> set[str]:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))

    return await Database(server).read(look)


async def change(server: Server, statement: str) -> None:
    async def work(connection: AsyncConnection) -> None:
        await connection.execute(text(statement))

    await Database(server).write(work)


def test_the_wanted_schema_is_that_of_the_newest_script() -> None:
    assert ScriptDirectory(str(SCRIPTS)).get_current_head() == HEAD


async def test_up_and_down_and_up_again_leads_to_the_same_tables(fresh: Fresh) -> None:
    schema = Schema(fresh.node())
    assert (await schema.status()).current is None

    await schema.upgrade()
    assert (await schema.status()).ready
    assert await schema.differences() == ()
    before = await tables(fresh.node())

    await schema.downgrade("base")
    assert await tables(fresh.node()) == {"alembic_version"}
    assert (await schema.status()).current is None

    await schema.upgrade()
    assert await schema.differences() == ()
    assert await tables(fresh.node()) == before


@pytest.mark.parametrize("released", RELEASED)
async def test_every_released_schema_is_led_to_this_one(fresh: Fresh, released: str) -> None:
    server = fresh.node()
    schema = Schema(server)
    await schema.upgrade(released)

    await schema.ready()

    assert await schema.differences() == ()
    archive = archive_on(server)
    await archive.record([raced(number, "Mina", "Jun") for number in range(3)])
    assert (await archive.totals()).races == 3
    assert await recounted(archive) == ()


async def test_a_table_that_differs_is_told(fresh: Fresh) -> None:
    server = fresh.node()
    schema = Schema(server)
    await schema.ready()

    await change(server, "ALTER TABLE kinds ADD COLUMN colour TEXT")

    assert "colour" in str(await schema.differences())


async def test_several_nodes_that_start_at_once_migrate_once(fresh: Fresh) -> None:
    schemas = [Schema(fresh.node()) for _ in range(4)]

    await asyncio.gather(*(schema.ready() for schema in schemas))

    assert await schemas[0].differences() == ()
    for schema in schemas:
        schema.check()


HALF = """
import asyncio, signal, sys
from pathlib import Path
from alembic import command
from paddock.archive.database import Database, Limits
from paddock.archive.migrating import _config
from paddock.archive.postgres import Postgres
from paddock.archive.sqlite import Sqlite

kind, place = sys.argv[1:]
server = Postgres(place, Limits(10, 60)) if kind == "postgres" else Sqlite(Path(place), Limits(10, 60))

def migrate(connection):
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    print("half", flush=True)
    signal.pause()

asyncio.run(Database(server).write(lambda connection: connection.run_sync(migrate)))
"""


@pytest.mark.processes
async def test_a_node_that_is_killed_before_the_end_of_a_migration_has_changed_nothing(fresh: Fresh) -> None:
    node = subprocess.Popen([sys.executable, "-c", HALF, fresh.kind, fresh.place], stdout=subprocess.PIPE, text=True)
    assert node.stdout is not None
    assert await asyncio.to_thread(node.stdout.readline) == "half\n"
    node.kill()
    node.wait()
    node.stdout.close()

    schema = Schema(fresh.node())
    assert (await schema.status()).current is None
    await schema.ready()
    assert await schema.differences() == ()


async def test_a_newer_database_is_not_written_to(fresh: Fresh) -> None:
    server = fresh.node()
    await archive_on(server).open()
    await change(server, "UPDATE alembic_version SET version_num = '9999'")

    archive = archive_on(server)
    with pytest.raises(SchemaTooNew, match="9999"):
        await archive.open()
    with pytest.raises(ArchiveUnavailable):
        await archive.record([raced(1, "Mina", "Jun")])
    with pytest.raises(ArchiveUnavailable):
        await archive.totals()
    assert archive.trouble == "schema_too_new"

    # Whoever leads it back, or starts the newer version, needs no restart of this node.
    await change(server, f"UPDATE alembic_version SET version_num = '{HEAD}'")
    await archive.record([raced(1, "Mina", "Jun")])
    assert (await archive.totals()).races == 1

"""The schema of a database: which one it has, and how it is led to this version's, forth and back.

Only one node migrates at a time, in one transaction, so a node that is killed half-way has changed nothing. A database
that is newer than this version is not written to: play goes on, and results wait for a node that knows it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import structlog
from msgspec import Struct
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from paddock.archive.contract import ArchiveUnavailable, Trouble
from paddock.archive.database import Database, Refusal, Server

if TYPE_CHECKING:
    from alembic.config import Config

log = structlog.get_logger("paddock.archive")

HEAD: Final = "0001"
"""The schema of this version; a test holds it to the newest script."""
SCRIPTS: Final = Path(__file__).parent / "migrations"
MIGRATING_S: Final = 600.0
"""How long leading a database to a newer schema may take."""
T = TypeVar("T")


class SchemaTooNew(ArchiveUnavailable):
    """The database has a schema that this version does not know."""


class Status(Struct, frozen=True):
    """The schema a database has (None: none yet) and the one this version wants."""

    current: str | None
    wanted: str
    known: bool

    @property
    def ready(self) -> bool:
        """Whether this version can use it as it is."""
        return self.current == self.wanted


class Schema:
    """Leads one database to this version's schema, once."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._database = Database(server)
        self._ready = False
        self.trouble: Trouble | None = None
        """Why the database cannot be used, in a word; None when it can, or nobody has tried."""

    def check(self) -> None:
        """Raise `ArchiveUnavailable` unless the database is known to be ready."""
        if not self._ready:
            raise ArchiveUnavailable(
                f"the database cannot be used yet ({self.trouble})"
                if self.trouble
                else "the database has not been reached yet"
            )

    async def ready(self) -> None:
        """Make the database ready, unless it is; raises `ArchiveUnavailable`."""
        if self._ready:
            return
        try:
            status = await self.status()
            if not status.known:
                raise SchemaTooNew(
                    f"the database has schema {status.current}, which this version (schema {status.wanted}) does not "
                    "know: start the newer version, or take the database back with its `paddock db downgrade`"
                )
            if not status.ready:
                await self.upgrade()
        except SchemaTooNew as error:
            if self.trouble != "schema_too_new":
                log.error("archive.schema_too_new", reason=str(error))
            self.trouble = "schema_too_new"
            raise
        except ArchiveUnavailable:
            self.trouble = self._database.trouble or "failing"
            raise
        self._ready, self.trouble = True, None

    async def status(self) -> Status:
        """Say which schema there is and which is wanted."""
        current = await self._database.read(_current)
        return Status(current, HEAD, current is None or current == HEAD or current in known())

    async def upgrade(self, to: str = "head") -> None:
        """Lead the database forth."""
        await self._step(lambda config: _command("upgrade")(config, to))

    async def downgrade(self, to: str) -> None:
        """Lead the database back; `base` removes everything."""
        self._ready = False
        await self._step(lambda config: _command("downgrade")(config, to))

    async def differences(self) -> tuple[str, ...]:
        """Say in what the database differs from what this version wants; nothing is changed."""
        return await self._database.read(lambda connection: connection.run_sync(_differences))

    async def _step(self, step: Callable[[Config], None]) -> None:
        def work(connection: Connection) -> None:
            config = _config()
            config.attributes["connection"] = connection
            step(config)

        async def whole(connection: AsyncConnection) -> None:
            if connection.dialect.name == "postgresql":
                await connection.execute(text("SET LOCAL statement_timeout = 0"))
            await connection.run_sync(work)

        from alembic.util import CommandError

        try:
            await self._database.write(whole, limit_s=MIGRATING_S)
        except CommandError as error:
            schemas = ", ".join(sorted(known()))
            raise ValueError(f"{error}; this version knows the schemas {schemas} (`head` is the newest)") from error
        except Refusal as refusal:
            raise ArchiveUnavailable(f"the database could not be migrated ({refusal.reason})") from refusal
        log.info("archive.migrated", schema=await self._database.read(_current))


async def _current(connection: AsyncConnection) -> str | None:
    def look(sync: Connection) -> str | None:
        from sqlalchemy import inspect

        if not inspect(sync).has_table("alembic_version"):
            return None
        found = sync.scalar(text("SELECT version_num FROM alembic_version"))
        return str(found) if found is not None else None

    return await connection.run_sync(look)


def known() -> frozenset[str]:
    """Name the schemas that this version has scripts for."""
    from alembic.script import ScriptDirectory

    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


@cache
def definitions(schema: str) -> tuple[tuple[str, str, str, str], ...]:
    """Return type, name, table and statement of everything that a SQLite file of a known schema defines."""
    from sqlalchemy import create_engine

    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        config = _config()
        config.attributes["connection"] = connection
        _command("upgrade")(config, schema)
        found = connection.execute(text("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master")).all()
    engine.dispose()
    return tuple((str(kind), str(name), str(table), str(statement)) for kind, name, table, statement in found)


def _config() -> Config:
    # Alembic takes long to import, and a database that is ready needs none of it.
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    return config


def _command(name: str) -> Callable[[Config, str], None]:
    from alembic import command

    found: Callable[[Config, str], None] = getattr(command, name)
    return found


def _differences(connection: Connection) -> tuple[str, ...]:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from paddock.archive.tables import metadata

    context = MigrationContext.configure(connection, opts={"compare_type": True})
    with suppress(DBAPIError):
        return tuple(str(difference) for difference in compare_metadata(context, metadata))
    return ("the database cannot be read",)

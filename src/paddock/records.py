"""Where finished races are kept for ever: a file beside the rooms, or a PostgreSQL; the settings choose."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from paddock.archive import quarantine
from paddock.archive.calendar import Calendar
from paddock.archive.contract import ArchiveUnavailable, ProfileId
from paddock.archive.damage import set_aside_if_damaged
from paddock.archive.database import Database, Limits, Server
from paddock.archive.migrating import Schema
from paddock.archive.postgres import Postgres
from paddock.archive.quarantine import SetAside
from paddock.archive.recount import Difference, differences, put_right
from paddock.archive.sql import Chance, SqlArchive
from paddock.archive.sqlite import Sqlite
from paddock.config import Config
from paddock.domain.ids import Millis
from paddock.files.permissions import make_file, make_folder
from paddock.service.random_source import RandomSource
from paddock.service.recorder import DAY_MS, PRUNED_AT_ONCE

log = structlog.get_logger("paddock.archive")

FILE: Final = "archive.sqlite3"
LONG_S: Final = 3600.0
"""How long a recount may take; over a million races it takes minutes."""
UNHURRIED: Final = Limits(acquire_s=10, statement_s=LONG_S, pool=2)
"""Limits for an operator, who waits as long as it takes."""


def database(config: Config, limits: Limits | None = None) -> Server:
    """Give the database that the settings name, with their limits or others; nothing is opened.

    Raises:
        OSError: the data folder cannot be made.
        ValueError: the driver of PostgreSQL is not installed.
    """
    of = config.archive
    limits = limits or Limits(of.acquire_ms / 1000, of.statement_ms / 1000, of.pool, of.recycle_s)
    if config.database:
        return Postgres(config.database, limits)
    if config.in_memory:
        return Sqlite(None, limits)
    make_folder(config.data)
    return Sqlite(config.data / FILE, limits)


async def open_archive(
    config: Config, profile: Callable[[], ProfileId], code: Callable[[], str], now: Callable[[], Millis]
) -> SqlArchive:
    """Give the archive; a database that cannot be reached now is waited for by whoever records.

    Raises:
        OSError, ValueError: see `database`.
    """
    if not config.database and not config.in_memory:
        await asyncio.to_thread(_prepare_file, config.data / FILE)
    archive = SqlArchive(database(config), Calendar(config.time_zone), Chance(profile, code), now)
    try:
        await archive.open()
    except ArchiveUnavailable as error:
        log.error("archive.absent", reason=str(error))
    return archive


def _prepare_file(path: Path) -> None:
    set_aside_if_damaged(path)
    make_folder(path.parent)
    make_file(path)


class Keeping:
    """The database as its operator looks after it, without the time limits that players need."""

    def __init__(self, config: Config) -> None:
        """Prepare it; nothing is opened."""
        self._server = database(config, UNHURRIED)
        self._database = Database(self._server)
        self.schema = Schema(self._server)
        random = RandomSource(())
        self._archive = SqlArchive(
            self._server, Calendar(config.time_zone), Chance(random.profile_id, random.transfer_code), _now, tries=1
        )

    async def close(self) -> None:
        """Hang up."""
        await self._server.close()

    async def upgrade(self, to: str) -> None:
        """Lead it forth."""
        await self.schema.upgrade(to)

    async def downgrade(self, to: str) -> None:
        """Lead it back."""
        await self.schema.downgrade(to)

    async def recount(self, *, fix: bool) -> tuple[Difference, ...]:
        """Compare all figures with a recount, and put them right if asked; gives what differed."""

        async def work(connection: AsyncConnection) -> tuple[Difference, ...]:
            found = await differences(connection)
            if fix and found:
                await put_right(connection)
            return found

        await self._archive.open()
        return await self._database.write(work, limit_s=LONG_S)

    async def quarantine(self, *, retry: bool) -> tuple[int, tuple[SetAside, ...]]:
        """List what was set aside, after trying it again if asked; gives how many are recorded now, and the rest."""
        await self._archive.open()
        recorded = 0
        if retry:
            for one in await self._database.read(quarantine.listed):
                if one.found is not None:
                    recorded += len((await self._archive.record([one.found])).recorded)
        return recorded, await self._database.read(quarantine.listed)

    async def prune(self, days: int) -> int:
        """Remove races that are older than so many days; says how many."""
        await self._archive.open()
        before, removed = Millis(_now() - days * DAY_MS), 0
        while gone := await self._archive.prune(before, PRUNED_AT_ONCE):
            removed += gone
        return removed


def _now() -> Millis:
    return Millis(time.time_ns() // 1_000_000)

"""Where finished races are kept for ever: a file beside the rooms, or a PostgreSQL; the settings choose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import structlog

from paddock.archive.calendar import Calendar
from paddock.archive.contract import ArchiveUnavailable, ProfileId
from paddock.archive.database import Limits, Server
from paddock.archive.postgres import Postgres
from paddock.archive.sql import Chance, SqlArchive
from paddock.archive.sqlite import Sqlite
from paddock.config import Config
from paddock.domain.ids import Millis

log = structlog.get_logger("paddock.archive")

FILE: Final = "archive.sqlite3"


def database(config: Config) -> Server:
    """Give the database that the settings name; nothing is opened.

    Raises:
        OSError: the data folder cannot be made.
        ValueError: the driver of PostgreSQL is not installed.
    """
    of = config.archive
    limits = Limits(of.acquire_ms / 1000, of.statement_ms / 1000, of.pool, of.recycle_s)
    if config.database:
        return Postgres(config.database, limits)
    if config.in_memory:
        return Sqlite(None, limits)
    config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Sqlite(config.data / FILE, limits)


async def open_archive(
    config: Config, profile: Callable[[], ProfileId], code: Callable[[], str], now: Callable[[], Millis]
) -> SqlArchive:
    """Give the archive; a database that cannot be reached now is waited for by whoever records.

    Raises:
        OSError, ValueError: see `database`.
    """
    archive = SqlArchive(database(config), Calendar(config.time_zone), Chance(profile, code), now)
    try:
        await archive.open()
    except ArchiveUnavailable as error:
        log.error("archive.absent", reason=str(error))
    return archive

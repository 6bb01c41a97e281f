"""Archives for tests, on every database there is: a file, memory, and a PostgreSQL that the tests start."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Final, TypeVar

import pytest
from tests.servers.postgres_server import PostgresServer, shared_postgres
from tests.stores.builders import NOON
from tests.waiting import until

from paddock.archive.calendar import Calendar
from paddock.archive.contract import ArchiveUnavailable, ProfileId
from paddock.archive.database import Database, Limits, Server
from paddock.archive.migrating import Schema
from paddock.archive.postgres import Postgres
from paddock.archive.recount import Difference, differences
from paddock.archive.sql import Chance, SqlArchive
from paddock.archive.sqlite import Sqlite
from paddock.domain.ids import Millis

DATABASES: Final = ("file", "memory", pytest.param("postgres", marks=pytest.mark.processes))
PATIENT: Final = Limits(acquire_s=20, statement_s=20, pool=5)
"""Limits for tests that are not about limits: the machine may be busy."""
INSIST_S: Final = 60.0
"""Several attempts, each of which may end at its limit."""
T = TypeVar("T")


class Clock:
    """The archive's time, which stands still."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> Millis:
        return self.now


def archive_on(server: Server, clock: Clock | None = None, *, zone: str = "Asia/Seoul", tries: int = 3) -> SqlArchive:
    """Make an archive; the people in it are called `person000001` and so on, in the order in which they come."""
    numbers: Iterator[int] = count(1)
    codes: Iterator[int] = count(2_222)  # a real code has no 0 and no 1
    chance = Chance(lambda: ProfileId(f"person{next(numbers):06d}"), lambda: f"K7AB-{next(codes):04d}")
    return SqlArchive(server, Calendar(zone), chance, clock or Clock(), tries=tries)


def migrated(url: str) -> None:
    """Lead a new database to this version's schema by the real migrations."""

    async def lead() -> None:
        server = Postgres(url, PATIENT)
        await Schema(server).ready()
        await server.close()

    asyncio.run(lead())


def postgres() -> PostgresServer:
    """Give the server that all tests of this process share; must not be called while a loop runs."""
    return shared_postgres(migrated)


@asynccontextmanager
async def database(kind: str, folder: Path, limits: Limits = PATIENT) -> AsyncIterator[Server]:
    """Give a database that is ready, until the block ends."""
    if kind == "postgres":
        server: Server = Postgres(await (await asyncio.to_thread(postgres)).copy(), limits)
    else:
        server = Sqlite(folder / "archive.sqlite3" if kind == "file" else None, limits)
    yield server
    await server.close()


@asynccontextmanager
async def archive(kind: str, folder: Path, clock: Clock | None = None) -> AsyncIterator[SqlArchive]:
    """Give an archive that is open."""
    async with database(kind, folder) as server:
        made = archive_on(server, clock)
        await made.open()
        yield made


async def insist(ask: Callable[[], Awaitable[T]], what: str = "the archive answers") -> T:
    """Ask until the archive can answer, and give its answer: limits may be shorter than a busy machine takes."""
    answers: list[T] = []

    async def is_answered() -> bool:
        try:
            answers.append(await ask())
        except ArchiveUnavailable:
            return False
        return True

    await until(is_answered, what, INSIST_S)
    return answers[0]


async def recounted(archive: SqlArchive) -> tuple[Difference, ...]:
    """Give what is wrong in an archive's figures."""
    return await Database(archive.server).read(differences)

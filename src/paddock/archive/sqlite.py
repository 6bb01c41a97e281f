"""SQLite underneath the archive: a file in the data folder, or memory; each connection works in a thread of its own.

A statement that takes too long is stopped by its own thread, which looks at a deadline now and then; the event loop
never waits for the file.
"""

from __future__ import annotations

import math
import sqlite3
import time
from pathlib import Path
from typing import Final

from sqlalchemy import AsyncAdaptedQueuePool, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from paddock.archive.contract import FILE_CONNECTIONS
from paddock.archive.database import Held, Limits

LOOK_EVERY: Final = 20_000
"""Steps of SQLite's machine between two looks at the deadline: a millisecond, roughly."""


class _Deadline:
    """When the work of a connection has to be over."""

    __slots__ = ("at",)

    def __init__(self) -> None:
        self.at = math.inf

    def passed(self) -> int:
        return time.monotonic() > self.at


class Sqlite:
    """Connections to one file, or to memory (None)."""

    patience_s = 1.0

    def __init__(self, path: Path | None, limits: Limits) -> None:
        """Prepare connections; nothing is opened before the first work."""
        self.path = path
        self.limits = limits
        url = f"sqlite+aiosqlite:///{path}"
        if path is None:
            # Memory that has a name is there as long as one connection is: the pool may let go of its own.
            name = f"file:paddock-{id(self)}?mode=memory&cache=shared"
            self._anchor: sqlite3.Connection | None = sqlite3.connect(name, uri=True, check_same_thread=False)
            url = f"sqlite+aiosqlite:///{name}&uri=true"
        else:
            self._anchor = None
        self.engine: AsyncEngine = create_async_engine(
            url,
            poolclass=AsyncAdaptedQueuePool,
            pool_size=FILE_CONNECTIONS if path is not None else 1,
            max_overflow=0,
            pool_timeout=limits.acquire_s,
            connect_args={"timeout": limits.statement_s, "isolation_level": None},
            hide_parameters=True,
        )
        event.listen(self.engine.sync_engine, "connect", _prepare)

    async def begin(self, held: Held, *, writes: bool, limit_s: float) -> None:
        """Begin a transaction; one that writes waits for its turn, for as long as a statement may take."""
        _deadline(held).at = time.monotonic() + limit_s
        await held.connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    async def give_up(self, held: Held) -> None:
        """Stop what the thread is doing, and take the connection back if it is as good as before."""
        deadline = _deadline(held)
        deadline.at = 0
        if not held.connection.invalidated:
            await held.connection.rollback()
            deadline.at = math.inf
        await held.connection.close()

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()
        if self._anchor is not None:
            self._anchor.close()


def _deadline(held: Held) -> _Deadline:
    deadline = held.notes["deadline"]
    if not isinstance(deadline, _Deadline):
        raise TypeError("a connection that was not prepared here")
    return deadline


def _prepare(dbapi: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    deadline = entry.info["deadline"] = _Deadline()
    dbapi.run_async(lambda driver: driver.set_progress_handler(deadline.passed, LOOK_EVERY))
    # Not every build of SQLite has mathematics.
    dbapi.create_function("sqrt", 1, _sqrt, deterministic=True)
    cursor = dbapi.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "temp_store = MEMORY"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqrt(number: float | None) -> float | None:
    return None if number is None else math.sqrt(number)

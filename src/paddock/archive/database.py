"""A connection to the archive's database for one piece of work, within its limits, and what its refusals mean.

Every way in which a database can fail becomes one of two answers: `ArchiveUnavailable` (it cannot answer now), or
`Refusal` (it will not take these values, now or later). A connection whose work did not end well is never used again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Protocol, TypeVar

import structlog
from msgspec import Struct
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from paddock.archive.access import advice_on, trouble_of
from paddock.archive.contract import AccessRefused, ArchiveUnavailable, Trouble

log = structlog.get_logger("paddock.archive")

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]
LONG_WORK: Final = 5
"""A piece of work that writes has several statements: together they may take this many times as long as one."""
HANG_UP_S: Final = 0.2


class Limits(Struct, frozen=True):
    """Time limits in seconds, and the size of the pool."""

    acquire_s: float = 0.25
    statement_s: float = 2.0
    pool: int = 20
    recycle_s: int = 30


class Refusal(Exception):  # noqa: N818 - an answer, not an error
    """The database will not take these values; `reason` is a word of the code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Held(Struct, frozen=True):
    """A connection of the pool with its driver's connection, and what is noted with that."""

    connection: AsyncConnection
    driver: object
    notes: dict[object, object]


class Server(Protocol):
    """What differs between the two databases beyond the statements."""

    engine: AsyncEngine
    limits: Limits

    patience_s: float
    """How much longer than its limit a piece of work may take, where the database ends it by itself."""

    async def begin(self, held: Held, *, writes: bool, limit_s: float) -> None:
        """Begin a transaction; those that write take turns, over all nodes."""

    async def give_up(self, held: Held) -> None:
        """Let go of a connection whose work did not end well, without waiting for the other side."""

    async def close(self) -> None:
        """Close all connections."""


class Database:
    """Runs pieces of work, each in one transaction."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.last_error: str | None = None
        """The class of the newest failure; None while all is well."""
        self.trouble: Trouble | None = None
        """The same in a word for machines."""
        self._advised: str | None = None

    @property
    def engine(self) -> AsyncEngine:
        """The engine underneath."""
        return self._server.engine

    async def read(self, work: Work[T]) -> T:
        """Run a piece of work that changes nothing, once more if its connection turned out to be dead.

        Raises:
            ArchiveUnavailable: the database cannot answer now.
        """
        limit_s = self._server.limits.statement_s
        try:
            return await self._run(work, writes=False, limit_s=limit_s)
        except _Dead:
            pass
        try:
            return await self._run(work, writes=False, limit_s=limit_s)
        except _Dead as dead:
            raise ArchiveUnavailable(str(dead)) from dead

    async def write(self, work: Work[T], *, limit_s: float | None = None) -> T:
        """Run a piece of work in a transaction that no other one of the archive's runs beside.

        Raises:
            ArchiveUnavailable: the database cannot answer now; nothing was changed, or everything at the last moment.
            Refusal: it will not take these values; nothing was changed.
        """
        if limit_s is None:
            limit_s = self._server.limits.statement_s * LONG_WORK
        try:
            return await self._run(work, writes=True, limit_s=limit_s)
        except _Dead as dead:
            raise ArchiveUnavailable(str(dead)) from dead

    async def _run(self, work: Work[T], *, writes: bool, limit_s: float) -> T:
        held = await self._acquire()
        try:
            async with asyncio.timeout(limit_s + self._server.patience_s):
                await self._server.begin(held, writes=writes, limit_s=limit_s)
                found = await work(held.connection)
                await held.connection.commit()
        except (DBAPIError, OverflowError, UnicodeError) as error:
            # A rollback on a connection that is gone, or whose server has stopped answering, could wait for ever.
            await self._drop(held)
            raise self._meaning(error) from error
        except TimeoutError as error:
            await self._drop(held)
            raise self._unavailable("timeout", error) from error
        except BaseException:
            await self._drop(held)
            raise
        await held.connection.close()
        self.last_error = self.trouble = self._advised = None
        return found

    async def _acquire(self) -> Held:
        try:
            async with asyncio.timeout(self._server.limits.acquire_s):
                connection = await self._server.engine.connect()
                raw = await connection.get_raw_connection()
                return Held(connection, raw.driver_connection, raw.info)
        except (OSError, TimeoutError, SQLAlchemyError) as error:
            raise self._unavailable("acquire", error) from error
        except Exception as error:  # a driver's refusals on connecting are none of SQLAlchemy's
            raise self._unavailable("connect", error) from error

    async def _drop(self, held: Held) -> None:
        try:
            async with asyncio.timeout(HANG_UP_S):
                await self._server.give_up(held)
        except Exception as error:  # it is given up either way
            log.debug("archive.connection_dropped", error=type(error).__name__)

    def _meaning(self, error: Exception) -> Exception:
        reason = refusal_of(error)
        if reason is not None:
            return Refusal(reason)
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            self._unavailable("gone", error)
            return _Dead("the connection to the database is gone")
        return self._unavailable("database", error)

    def _unavailable(self, where: str, error: Exception) -> ArchiveUnavailable:
        kind, advice = _kind(error), advice_on(error)
        first = self.last_error is None
        self.last_error, self.trouble = kind, trouble_of(error)
        if advice is not None:
            # Said also when the database was away before: it is back, and waiting will not help.
            if advice != self._advised:
                log.error("archive.unavailable", where=where, error=kind, reason=advice)
            self._advised = advice
            return AccessRefused(advice)
        if first:
            log.warning("archive.unavailable", where=where, error=kind)
        return ArchiveUnavailable(f"the database cannot answer now ({where}: {kind})")


class _Dead(Exception):  # noqa: N818 - an answer, not an error
    """The connection was gone before anything was done on it, or in the middle."""


def refusal_of(error: Exception) -> str | None:
    """Say why a database refuses values for good; None for every other kind of trouble."""
    if isinstance(error, OverflowError | UnicodeError):
        return "bad_value"
    if not isinstance(error, DBAPIError):
        return None
    original: BaseException | None = error.orig
    code = getattr(original, "sqlstate", None)
    if isinstance(code, str):
        # Classes of SQLSTATE: data exceptions and broken constraints; see the PostgreSQL manual, appendix A.
        return {"22": "bad_value", "23": "constraint"}.get(code[:2])
    while original is not None:
        match type(original).__name__:
            case "IntegrityError":
                return "constraint"
            case "DataError":
                return "bad_value"
            case "OverflowError" | "UnicodeEncodeError":
                return "bad_value"
            case _:
                original = original.__cause__
    return None


def _kind(error: Exception) -> str:
    """Name an error by its class and code; its text may hold values."""
    if isinstance(error, TimeoutError):
        return "TimeoutError"
    original = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None)
    cause = original.__cause__ if original is not None and original.__cause__ is not None else original
    name = type(cause).__name__
    return f"{name} {code}" if isinstance(code, str) else name

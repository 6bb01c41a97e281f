"""PostgreSQL underneath the archive: how connections are made, what they are told at once, how they are ended."""

from __future__ import annotations

import asyncio
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from paddock.archive.database import Held, Limits

TURN: Final = 0x5061_6464
"""`Padd`: the advisory lock that transactions which write take, so that they come one after the other on all nodes."""
FORGOTTEN_S: Final = 10
"""A transaction that lies still this long is ended by the server: its node was frozen, and holds up the others."""
GOODBYE_S: Final = 0.1
"""How long a server may take to answer that a connection is being closed."""


class Postgres:
    """A pool of connections to a PostgreSQL server."""

    patience_s = 0.0

    def __init__(self, url: str, limits: Limits) -> None:
        """Prepare connections to `postgresql://...`; nothing is opened before the first work.

        Raises:
            ValueError: the driver is not installed; the text is for the operator.
        """
        try:
            import asyncpg  # type: ignore[import-untyped]
        except ImportError as error:
            raise ValueError("PostgreSQL needs its driver: install paddock[postgres]") from error
        self.limits = limits

        class Brief(asyncpg.Connection):  # type: ignore[misc]  # its types are not published
            """A connection that says goodbye for a moment only.

            Work that is cancelled, as at its limit, ends when its connection has been closed; a server that is frozen
            never answers that, and SQLAlchemy would wait for it for two seconds.
            """

            __slots__ = ()

            async def close(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as the driver has it
                """Close it, politely if that is quick."""
                try:
                    async with asyncio.timeout(GOODBYE_S):
                        await super().close(timeout=timeout)
                except TimeoutError:
                    self.terminate()

        settings = {
            "application_name": "paddock",
            "statement_timeout": str(int(limits.statement_s * 1000)),
            "idle_in_transaction_session_timeout": str(FORGOTTEN_S * 1000),
            # A plan that takes milliseconds to run is not worth compiling.
            "jit": "off",
        }

        async def connect() -> object:
            return await asyncpg.connect(
                url, timeout=limits.acquire_s, server_settings=settings, connection_class=Brief
            )

        self.engine: AsyncEngine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=connect,
            pool_size=limits.pool,
            max_overflow=0,
            pool_timeout=limits.acquire_s,
            pool_recycle=limits.recycle_s,
            hide_parameters=True,
        )

    async def begin(self, held: Held, *, writes: bool, limit_s: float) -> None:
        """Begin a transaction; one that writes waits for its turn."""
        if writes:
            await held.connection.execute(select(func.pg_advisory_xact_lock(TURN)))

    async def give_up(self, held: Held) -> None:
        """End a connection without a word: a server that is frozen would never answer."""
        terminate = getattr(held.driver, "terminate", None)
        if terminate is not None:
            terminate()
        if not held.connection.invalidated:
            await held.connection.invalidate()
        await held.connection.close()

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()

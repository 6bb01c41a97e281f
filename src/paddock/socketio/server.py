"""The Socket.IO server: namespaces on top of an Engine.IO server, attached to an aiohttp application.

Never knows what its events mean.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine

from aiohttp import web

from .connection import Connection
from .engine import Engine
from .handshake import Handshake
from .limits import Options
from .metrics import Counters
from .namespace import Namespace
from .session import Session

log = logging.getLogger("paddock.socketio")


class Server:
    """A Socket.IO v5 server.

    Args:
        options: settings and bounds.
    """

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()
        self.engine = Engine(self.options, self._accept)
        self._namespaces: dict[str, Namespace] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        # Clients enter "/" unless told otherwise, so it is there from the start.
        self.of("/")

    def attach(self, app: web.Application) -> None:
        """Add the server to an application: routes, start, and a clean end before the application shuts down."""
        self.engine.attach(app)
        app.on_shutdown.append(self._stop)

    def of(self, name: str) -> Namespace:
        """Return a namespace, made at the first call.

        Raises:
            ValueError: the name does not start with "/", has a comma, or is too long.
        """
        if not name.startswith("/") or "," in name or len(name.encode()) > self.options.max_name:
            raise ValueError(f"bad namespace: {name!r}")
        namespace = self._namespaces.get(name)
        if namespace is None:
            namespace = Namespace(name, self.options, self.engine.counters, self._spawn, self._report)
            self._namespaces[name] = namespace
        return namespace

    def stats(self) -> Counters:
        """Return what the server counted so far."""
        return self.engine.counters.copy()

    async def close(self) -> None:
        """End every session, and wait for the handlers; those that take longer than the limit are cancelled.

        Clients see the connection close and come back by themselves, to this server or another.
        """
        await self.engine.close()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=self.options.close_timeout)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=self.options.close_timeout)

    def _accept(self, session: Session, handshake: Handshake) -> Connection:
        connection = Connection(session, handshake, self._namespaces, self.options, self.engine.counters)
        connection.await_connect(asyncio.get_running_loop().time())
        return connection

    def _spawn(self, work: Coroutine[object, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _report(self, what: str, error: BaseException) -> None:
        if self.options.on_fault is not None:
            self.options.on_fault(what, error)
        else:
            log.error("%s failed", what, exc_info=error)

    async def _stop(self, app: web.Application) -> None:
        await self.close()

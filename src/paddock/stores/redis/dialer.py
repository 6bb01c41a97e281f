"""How a server is reached: where it is at the moment, who we are, and how long we wait; it keeps no connection."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from msgspec import Struct

from paddock.stores.redis.connection import Connection, ConnectionLost, Login, connect
from paddock.stores.redis.replies import Reply

Locate = Callable[[], Awaitable[tuple[str, int]]]
"""Gives host and port of the server at the moment; raises `ConnectionLost` when nobody knows."""


class Limits(Struct, frozen=True):
    """How long things may take, in seconds.

    Attributes:
        call_s: a call to a server that answers, however slowly.
        silent_s: what a server may take to say anything while it owes an answer. A handler gives up after its first
            call that is not answered, and must have said so within 500 ms, on a busy machine too.
        connect_s: a connection.
        open_s: what a start waits before it goes on without.
    """

    call_s: float = 0.5
    silent_s: float = 0.35
    connect_s: float = 0.3
    open_s: float = 1.0


class Dialer:
    """Connects to one server, wherever it is."""

    def __init__(self, locate: Locate, login: Login, limits: Limits) -> None:
        self._locate = locate
        self._login = login
        self.limits = limits

    async def __call__(self, heard: Callable[[Reply], None], lost: Callable[[], None]) -> Connection:
        """Connect and log in; `heard` and `lost` as in `Connection`.

        Raises:
            ConnectionLost: nobody answers there in time.
        """
        try:
            async with asyncio.timeout(self.limits.connect_s):
                host, port = await self._locate()
        except TimeoutError as error:
            raise ConnectionLost("nobody says in time where Redis is") from error
        return await connect(host, port, self._login, heard, lost, self.limits.connect_s)

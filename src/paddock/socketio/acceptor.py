"""Taking connections off a listening socket: each is counted before anything else happens, and some at a time.

asyncio takes as many as there are, tells nobody before TLS is agreed on, and when file handles have run out it logs a
traceback and takes none for a second. Here the newest idle connections make room, and handles are kept in reserve for
the rest of the process: a database that cannot be opened would be worse than a client that has to come back.
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import Callable, Sequence
from ssl import SSLContext
from typing import Final, TypeAlias

from .http_connections import HttpConnection, HttpConnections
from .process import open_files

PER_TURN: Final = 64
"""Connections taken in one turn of the loop."""
RESERVE: Final = 32
"""File handles that connections leave to the rest of the process."""
PAUSE_S: Final = 0.05
"""Time for those that have to go to be gone."""
_SHORT: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})

Protocols: TypeAlias = Callable[[HttpConnection], asyncio.Protocol]
Short: TypeAlias = Callable[[int], None]


class Acceptor:
    """Takes the connections of one site.

    Args:
        connections: counts them, and knows which are idle.
        protocol: makes the protocol of a connection.
        refused: is called for each one that was not let in.
        short: is told that file handles ran short, and how many idle connections were closed for it.
        ssl_context: agrees on TLS if given.
        ssl_timeout: seconds this may take.
    """

    def __init__(
        self,
        connections: HttpConnections,
        protocol: Protocols,
        refused: Callable[[str], None],
        short: Short,
        ssl_context: SSLContext | None,
        ssl_timeout: float,
    ) -> None:
        self._connections = connections
        self._protocol = protocol
        self._refused = refused
        self._short = short
        self._ssl = ssl_context
        self._ssl_timeout = None if ssl_context is None else ssl_timeout
        self._listeners: list[socket.socket] = []
        self._arriving: set[asyncio.Task[None]] = set()
        self._pause: asyncio.TimerHandle | None = None
        self._most = open_files() - RESERVE

    def listen(self, bound: Sequence[socket.socket], backlog: int) -> None:
        """Begin to take connections of these sockets."""
        for each in bound:
            listener = socket.socket(fileno=os.dup(each.fileno()))
            listener.setblocking(False)
            listener.listen(backlog)
            self._listeners.append(listener)
        self._watch()

    def close(self) -> None:
        """Take no more."""
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
        loop = asyncio.get_running_loop()
        for listener in self._listeners:
            loop.remove_reader(listener)
            listener.close()
        self._listeners.clear()
        for task in self._arriving:
            task.cancel()

    def _watch(self) -> None:
        self._pause = None
        for listener in self._listeners:
            asyncio.get_running_loop().add_reader(listener, self._take, listener)

    def _rest(self) -> None:
        """Take none for a moment."""
        loop = asyncio.get_running_loop()
        for listener in self._listeners:
            loop.remove_reader(listener)
        if self._pause is None:
            self._pause = loop.call_later(PAUSE_S, self._watch)

    def _make_room(self) -> int:
        """Close idle connections, and take no more until they are gone; return how many."""
        closed = self._connections.shed()
        if closed or not self._arriving:
            # Those who are arriving will be idle in a moment, or are what the handles are for.
            self._short(closed)
        self._rest()
        return closed

    def _take(self, listener: socket.socket) -> None:
        for _ in range(PER_TURN):
            try:
                link, address = listener.accept()
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                if error.errno in _SHORT:
                    self._make_room()
                    return
                continue  # its client has left meanwhile
            if not self._let_in(link, address):
                return

    def _let_in(self, link: socket.socket, address: object) -> bool:
        """Let a connection in or close it; return whether more may be taken in this turn."""
        is_short = link.fileno() >= self._most
        if is_short and not self._make_room():
            self._refused("out of files")
            link.close()
            return False
        connection = self._connections.admit(str(address[0]) if isinstance(address, tuple) else "")
        if connection is None:
            self._refused("too many of source")
            link.close()
            return not is_short
        link.setblocking(False)
        task = asyncio.get_running_loop().create_task(self._connect(link, connection))
        self._arriving.add(task)
        task.add_done_callback(self._arriving.discard)
        return not is_short

    async def _connect(self, link: socket.socket, connection: HttpConnection) -> None:
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: self._protocol(connection), link, ssl=self._ssl, ssl_handshake_timeout=self._ssl_timeout
            )
        except OSError:
            # It said something that is not TLS, was too slow, or has left.
            self._connections.leave(connection)
            link.close()
        except asyncio.CancelledError:
            self._connections.leave(connection)
            link.close()
            raise

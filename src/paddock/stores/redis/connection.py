"""One connection to one Redis server: bytes out, replies in, in order; it never reconnects and sets no deadlines.

Redis-py is not used here, because it reconnects and subscribes again in silence: see decision 9
(docs/decisions/0009-redis-without-redis-py.md).
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, cast

import hiredis
from msgspec import Struct

from paddock.stores.redis.replies import Command, RedisRefusal, Reply

REPLY_BYTES: Final = 64 * 1024 * 1024
"""More than this in one reply is no reply of ours; the connection is closed."""
_NOT_YET: Final = object()


class ConnectionLost(Exception):  # noqa: N818 - an answer, not an error
    """The connection is gone; the text says why."""


class Login(Struct, frozen=True):
    """How to introduce oneself to a server; `tls` is None for a plain connection."""

    user: str | None = None
    password: str | None = None
    database: int = 0
    tls: ssl.SSLContext | None = None

    def __repr__(self) -> str:
        return "Login(...)"

    def commands(self) -> list[Command]:
        """Give what is said first on a new connection; the last command shows that the server answers."""
        said: list[Command] = []
        if self.password is not None:
            said.append(("AUTH", self.user, self.password) if self.user is not None else ("AUTH", self.password))
        if self.database:
            said.append(("SELECT", self.database))
        said.append(("PING",))
        return said


class Connection(asyncio.Protocol):
    """A pipelined connection; `heard` takes each reply in order, `lost` is called once when it is gone."""

    __slots__ = ("_heard", "_loop", "_lost", "_reader", "_transport", "heard_at", "why")

    def __init__(self, heard: Callable[[Reply], None], lost: Callable[[], None]) -> None:
        self._heard = heard
        self._lost = lost
        self._reader = hiredis.Reader(replyError=RedisRefusal, notEnoughData=_NOT_YET)
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self.heard_at = self._loop.time()
        """When anything came last, also a part of a reply."""
        self.why = "closed by the server"

    def pass_on(self, heard: Callable[[Reply], None]) -> None:
        """Give replies to another from the next one on."""
        self._heard = heard

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what bytes are written to; over TCP and TLS it is always a transport for both directions."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Pass on every whole reply."""
        self.heard_at = self._loop.time()
        try:
            self._reader.feed(data)
            if self._reader.len() > REPLY_BYTES:
                raise hiredis.ProtocolError("a reply without end")
            gets = self._reader.gets
            while (reply := gets()) is not _NOT_YET:
                self._heard(reply)
        except hiredis.ProtocolError as error:
            self.why = f"no Redis protocol: {error}"
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell that it is over."""
        if exc is not None:
            self.why = str(exc)
        self._transport = None
        self._lost()

    @property
    def open(self) -> bool:
        """Whether anything can be sent."""
        return self._transport is not None and not self._transport.is_closing()

    @property
    def unsent(self) -> int:
        """Bytes that the network has not taken yet."""
        return self._transport.get_write_buffer_size() if self._transport is not None else 0

    def send(self, commands: Sequence[Command]) -> None:
        """Send commands in one piece."""
        if self._transport is not None:
            self._transport.write(packed(commands))

    def close(self, why: str | None = None) -> None:
        """Drop the connection at once, with whatever is still on its way."""
        if why is not None:
            self.why = why
        if self._transport is not None:
            self._transport.abort()


def packed(commands: Sequence[Command]) -> bytes:
    """Encode commands as they go over the wire."""
    # The stub of hiredis takes a tuple of one for a tuple of many.
    return b"".join([hiredis.pack_command(command) for command in commands])  # type: ignore[arg-type]


class _Greeting:
    """The replies to what is said first; afterwards replies go where they belong."""

    def __init__(self, wanted: int, heard: Callable[[Reply], None], lost: Callable[[], None]) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.refused: RedisRefusal | None = None
        self.given = False
        self._wanted = wanted
        self._heard = heard
        self._lost = lost

    def heard(self, reply: Reply) -> None:
        if self._wanted == 0:
            self._heard(reply)
            return
        self._wanted -= 1
        if isinstance(reply, RedisRefusal) and self.refused is None:
            self.refused = reply  # the first says why; all that was sent with it is refused as well
        if self._wanted == 0 and not self.done.done():
            self.done.set_result(None)

    def lost(self) -> None:
        if self.given:
            self._lost()
        elif not self.done.done():
            self.done.set_result(None)


async def connect(
    host: str, port: int, login: Login, heard: Callable[[Reply], None], lost: Callable[[], None], seconds: float
) -> Connection:
    """Connect and log in within `seconds`; `lost` is called only for a connection that has been given.

    Raises:
        ConnectionLost: nobody answers there in time, or the server lets nobody in.
    """
    greeting = login.commands()
    replies = _Greeting(len(greeting), heard, lost)
    connection = Connection(replies.heard, replies.lost)
    try:
        async with asyncio.timeout(seconds):
            loop = asyncio.get_running_loop()
            if host.startswith("/"):
                await loop.create_unix_connection(lambda: connection, host)
            else:
                await loop.create_connection(lambda: connection, host, port, ssl=login.tls)
            connection.send(greeting)
            await replies.done
    except (OSError, TimeoutError) as error:
        connection.close()
        raise ConnectionLost(f"{host}:{port} does not answer: {str(error) or 'no reply in time'}") from error
    except BaseException:
        connection.close()
        raise
    if replies.refused is not None:
        connection.close()
        raise ConnectionLost(f"{host}:{port} refuses: {replies.refused.code}")
    if not connection.open:
        raise ConnectionLost(f"{host}:{port} hung up: {connection.why}")
    replies.given = True
    connection.pass_on(heard)
    return connection


async def ask_once(host: str, port: int, login: Login, command: Command, seconds: float) -> Reply:
    """Ask one question over a connection of its own.

    Raises:
        ConnectionLost: nobody answers there in time.
    """
    answers: deque[Reply] = deque()
    come = asyncio.Event()

    def heard(reply: Reply) -> None:
        answers.append(reply)
        come.set()

    connection = await connect(host, port, login, heard, come.set, seconds)
    try:
        connection.send([command])
        async with asyncio.timeout(seconds):
            await come.wait()
    except TimeoutError as error:
        raise ConnectionLost(f"{host}:{port} does not answer in time") from error
    finally:
        connection.close()
    if not answers:
        raise ConnectionLost(f"{host}:{port} hung up: {connection.why}")
    return answers[0]

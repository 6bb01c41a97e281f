"""The listening connection to one Redis server: made again, with all channels, whenever it is lost.

It interprets nothing. Whatever was published while it was away is lost to it, so it says which channels are heard
anew, and their owner compares versions. There is never more than one such connection to a server.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Final

import structlog

from paddock.stores.redis.connection import Connection, ConnectionLost
from paddock.stores.redis.dialer import Dialer
from paddock.stores.redis.replies import Command, RedisRefusal, Reply

log = structlog.get_logger("paddock.stores.redis")

PAUSE_S: Final = (0.05, 0.2)
"""Between these, at random, the pause before the next attempt to connect."""
SHORT_S: Final = 1.0
"""A connection that lasted longer is made again without a pause."""
MESSAGE_BYTES: Final = 1024 * 1024
"""Nothing of ours is bigger; what is, is dropped unread."""


class Subscriber:
    """Hears channels of one server: `heard` takes channel and message, `confirmed` a channel that is heard from now on.

    Both are called in the order in which the server speaks. `misplaced` is called when the server does not have one of
    the channels. None of them must block or raise.
    """

    def __init__(
        self,
        dial: Dialer,
        heard: Callable[[str, bytes], None],
        confirmed: Callable[[str], None],
        misplaced: Callable[[], None],
        *,
        sharded: bool,
    ) -> None:
        self._dial = dial
        self._message = heard
        self._confirmed = confirmed
        self._misplaced = misplaced
        self._subscribe, self._unsubscribe = ("SSUBSCRIBE", "SUNSUBSCRIBE") if sharded else ("SUBSCRIBE", "UNSUBSCRIBE")
        self._kind = b"smessage" if sharded else b"message"
        self._channels: set[str] = set()
        self._outbox: list[Command] = []
        self._connection: Connection | None = None
        self._lost = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        """Whether there is a connection at the moment."""
        return self._connection is not None

    def open(self) -> None:
        """Begin to connect."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="redis-subscriber")

    async def close(self) -> None:
        """Hang up, and wait until that is done."""
        self.end()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    def end(self) -> None:
        """Hang up."""
        if self._task is not None:
            self._task.cancel()

    def add(self, channel: str) -> None:
        """Hear a channel; `confirmed` follows, now and after every loss of the connection."""
        self._channels.add(channel)
        self._say((self._subscribe, channel))

    def remove(self, channel: str) -> None:
        """Hear a channel no longer."""
        self._channels.discard(channel)
        self._say((self._unsubscribe, channel))

    def drop(self, why: str) -> None:
        """Leave this connection and make another."""
        if self._connection is not None:
            self._connection.close(why)

    def _say(self, command: Command) -> None:
        if self._connection is None:
            return
        if not self._outbox:
            asyncio.get_running_loop().call_soon(self._flush)
        self._outbox.append(command)

    def _flush(self) -> None:
        if self._connection is not None and self._outbox:
            self._connection.send(self._outbox)
        self._outbox.clear()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                await self._listen()
            except ConnectionLost as lost:
                log.debug("feed.no_connection", reason=str(lost))
            except Exception:
                log.exception("feed.failed")
            if loop.time() - began < SHORT_S:
                await asyncio.sleep(random.uniform(*PAUSE_S))

    async def _listen(self) -> None:
        """Connect and listen until the connection is lost."""
        self._lost.clear()
        connection = await self._dial(self._heard, self._lost.set)
        self._connection = connection
        try:
            # What changed meanwhile is in the set already.
            self._outbox.clear()
            connection.send([(self._subscribe, channel) for channel in self._channels])
            await self._lost.wait()
            log.warning("feed.lost", reason=connection.why, channels=len(self._channels))
        finally:
            self._connection = None
            connection.close()

    def _heard(self, reply: Reply) -> None:
        if isinstance(reply, list) and len(reply) == 3 and reply[0] == self._kind:
            _, channel, message = reply
            if isinstance(channel, bytes) and isinstance(message, bytes) and len(message) <= MESSAGE_BYTES:
                self._message(channel.decode(errors="replace"), message)
            return
        match reply:
            case [b"subscribe" | b"ssubscribe", bytes(channel), _]:
                name = channel.decode(errors="replace")
                if name in self._channels:
                    self._confirmed(name)
            case [b"unsubscribe", *_]:
                pass
            case [b"sunsubscribe", bytes(channel), _] if channel.decode(errors="replace") not in self._channels:
                pass
            case RedisRefusal():
                self._misplaced()
                self.drop(f"refused: {reply.code}")
            case _:
                self._misplaced()
                self.drop("the server subscribes us no longer")

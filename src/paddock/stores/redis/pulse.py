"""The pulse: twice a second every server is asked for a sign of life, whatever else happens; it serves no calls.

One beat closes a breaker, finds out whether anything is kept, follows the clock of Redis, notices a deaf subscriber by
a message to itself that does not come back, notices a store that was emptied, renews the lease of this node, and looks
again for what could not be compared before.
"""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from paddock.domain.room import ClockSteps
from paddock.stores.contract import StoreUnavailable
from paddock.stores.redis.address import Place
from paddock.stores.redis.clock import Beat, StoreClock, now_us
from paddock.stores.redis.listening import Listening
from paddock.stores.redis.replies import Command, Reply, bodies, body, number
from paddock.stores.redis.scripts import Script
from paddock.stores.redis.servers import Servers

log = structlog.get_logger("paddock.stores.redis")

PAUSE_S: Final = (0.4, 0.8)
"""Between these, at random, the pause between beats: all nodes knock, but not in step. No longer backoff, as healing
must not depend on how long a server was away."""
DOUBT_S: Final = (0.05, 0.1)
"""The pause after a beat that failed, until the breaker says that the server is away."""
TIME: Final[Command] = ("TIME",)
CLOCK_BUCKET: Final = 0
"""Of the servers of a cluster, it is the clock of this bucket's that all nodes go by."""
DEAF_BEATS: Final = 2
"""Messages to oneself that may be under way before the subscriber counts as deaf: at most 1.6 s."""


class _Server:
    """What the pulse knows of one server: messages sent to itself and not heard, and the mark found in the store."""

    __slots__ = ("channel", "mark", "unheard")

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.mark: bytes | None = None
        self.unheard = 0


class Pulse:
    """Beats until it is closed; `mistrust` is called when the store is not the one it was, `beaten` after each beat.

    `agree` is the script by which the nodes agree on the steps of the clock.
    """

    def __init__(
        self,
        servers: Servers,
        listening: Listening,
        clock: StoreClock,
        agree: Script,
        mistrust: Callable[[], None],
        beaten: Callable[[], Awaitable[None]],
    ) -> None:
        self._servers = servers
        self._listening = listening
        self._clock = clock
        self._agree = agree
        self._mistrust = mistrust
        self._beaten = beaten
        self._name = secrets.token_hex(8)
        self._known: dict[Place | None, _Server] = {}
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()

    def open(self) -> None:
        """Begin to beat."""
        self._servers.shaken = self._wake.set
        self._task = asyncio.get_running_loop().create_task(self._run(), name="redis-pulse")

    async def close(self) -> None:
        """Stop beating."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def beat(self) -> None:
        """Ask every server once.

        Raises:
            StoreUnavailable: some server does not answer.
        """
        try:
            await self._servers.open()
        except StoreUnavailable as error:
            self._servers.failure = str(error)
            raise
        outcomes = await asyncio.gather(
            *(self._beat(place, bucket) for place, bucket in self._servers.buckets().items()), return_exceptions=True
        )
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                self._servers.failure = str(outcome)
                raise outcome

    async def look_for_mark(self, bucket: int) -> None:
        """Find out at once, instead of at the next beat, whether the server of a bucket was emptied.

        Raises:
            StoreUnavailable: it does not answer.
        """
        place = self._servers.place(bucket)
        server = self._known.get(place)
        if server is None or server.mark is None:
            return  # no beat yet: there is nothing to compare with
        of_server = self._servers.buckets()[place]
        (reply,) = await self._servers.ask([(of_server, ("GET", self._servers.keys.of_bucket("mark", of_server)))])
        if body(reply) != server.mark:
            self._note_emptied(server, body(reply))

    def _note_emptied(self, server: _Server, mark: bytes | None) -> None:
        server.mark = mark
        log.error("redis.emptied", channel=server.channel)
        self._mistrust()

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            pause = PAUSE_S
            try:
                await self.beat()
                await self._beaten()
            except StoreUnavailable as error:
                log.debug("redis.no_pulse", reason=str(error))
                pause = DOUBT_S if self._servers.trouble is None else PAUSE_S
            except Exception:
                log.exception("redis.pulse_failed")
            try:
                async with asyncio.timeout(random.uniform(*pause)):
                    await self._wake.wait()
            except TimeoutError:
                pass

    async def _beat(self, place: Place | None, bucket: int) -> None:
        server = self._known.get(place)
        if server is None or server.channel != self._channel(bucket):
            if server is not None:
                self._listening.remove(server.channel)
            server = self._known[place] = self._listen(bucket)
        if server.unheard >= DEAF_BEATS:
            server.unheard = 0
            log.warning("feed.deaf", channel=server.channel)
            self._listening.drop(place, "it hears nothing")
        mark = self._servers.keys.of_bucket("mark", bucket)
        publish = "SPUBLISH" if self._servers.sharded else "PUBLISH"
        commands: list[Command] = [
            TIME,
            ("SET", mark, secrets.token_hex(8), "NX"),
            ("GET", mark),
            (publish, server.channel, "beat"),
        ]
        if place == self._servers.place(CLOCK_BUCKET):
            commands.append(self._agreeing())
        asked = now_us()
        time, kept, found, _, *agreed = await self._servers.lane(place).probe(commands)
        answered = now_us()
        # The mark is a write like any other, though it changes nothing: a server that is full refuses it too.
        self._servers.heed(place, kept)
        seconds, micros = bodies(time)
        self._clock.sample(asked, answered, number(seconds) * 1_000_000 + number(micros))
        self._heed(agreed)
        server.unheard += 1
        self._servers.reached = True
        if server.mark is not None and server.mark != body(found):
            self._note_emptied(server, body(found))
        server.mark = body(found)

    def _agreeing(self) -> Command:
        clock, known, proposed = self._clock, self._clock.steps(), self._clock.proposal
        told = (proposed.count, proposed.ms) if proposed is not None else ("", "")
        key = self._servers.keys.of_bucket("clock", CLOCK_BUCKET)
        return self._agree.by_text((key,), (0, known.count, known.ms, clock.beat_at, *told))

    def _heed(self, agreed: list[Reply]) -> None:
        """Tell the clock what a beat found; a server that is full, or only reads, refuses to say."""
        match agreed:
            case [[int(at), int(count), int(ms), int(hole_from), int(hole_to)]]:
                self._clock.heed(Beat(at, ClockSteps(count, ms), hole_from, hole_to))
                if self._clock.proposal is not None:
                    self._wake.set()
            case _:
                pass

    def _listen(self, bucket: int) -> _Server:
        server = _Server(self._channel(bucket))

        def heard(message: bytes) -> None:
            server.unheard = 0

        def confirmed() -> None:
            # Heard anew: ask at once, so that nobody waits for the next beat to be told what was missed.
            server.unheard = 0
            self._wake.set()

        self._listening.add(bucket, server.channel, heard, confirmed)
        return server

    def _channel(self, bucket: int) -> str:
        return f"{self._servers.keys.channel('pulse', bucket)}:{self._name}"

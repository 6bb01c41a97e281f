"""The way to one Redis server: all calls of this process share one pipelined connection, and none waits over 500 ms.

Commands of one turn of the event loop leave in one piece. A server that says nothing for 350 ms loses the connection,
and everything on its way with it: nobody can know then what it has done, so a write says in its script until when it
may still be done (`scripts`). A lane repeats nothing, decides nothing and knows no rooms.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from paddock.stores.contract import StoreUnavailable
from paddock.stores.redis.breaker import Breaker
from paddock.stores.redis.connection import Connection, ConnectionLost
from paddock.stores.redis.dialer import Dialer
from paddock.stores.redis.replies import Command, Reply

log = structlog.get_logger("paddock.stores.redis")

SILENCE: Final = 2
"""A server that says nothing any more counts as having failed so often: what does not answer takes much longer to tell
than what refuses a connection, and players wait meanwhile."""
DOUBTED_S: Final = 0.1
"""What a call may take while nobody knows whether a server that said nothing answers a new connection: whoever waited
for their turn behind a call that took the whole time must not wait as long once more."""
LATE_S: Final = 0.05
"""A loop that comes so much later to a time limit than was asked for was busy itself: answers may lie there unread, and
uvloop looks at its timers first. It then reads for this long before it says that a server did not answer."""
MOST_WAITING: Final = 20_000
MOST_UNSENT: Final = 32 * 1024 * 1024


class _Call:
    """Commands sent together, the replies so far, and who waits for them since when and until when.

    `unsent` is until when somebody waits as long as nothing could be sent, for want of a connection.
    """

    __slots__ = ("answer", "commands", "deadline", "replies", "since", "unsent")

    def __init__(
        self, commands: Sequence[Command], deadline: float, unsent_s: float, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.commands = commands
        self.since = loop.time()
        self.deadline = deadline
        self.unsent = min(deadline, self.since + unsent_s)
        self.replies: list[Reply] = []
        self.answer: asyncio.Future[list[Reply]] = loop.create_future()


class Lane:
    """The pipelined connection to one server, made when it is needed and again when it was lost."""

    def __init__(self, name: str, dial: Dialer, shaken: Callable[[], None] | None = None) -> None:
        """Prepare the way to the server `name`; `shaken` is called when its connection is lost."""
        self._dial = dial
        self._shaken = shaken
        self._breaker = Breaker(name)
        self._connection: Connection | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._gathered: deque[_Call] = deque()
        self._sent: deque[_Call] = deque()
        self._flushing = False
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0  # not asked of the timer: uvloop makes one without a time when that has come
        self._reading = False
        self._silent = False
        self._closed = False

    @property
    def trouble(self) -> str | None:
        """Why the server is not asked at the moment, or None."""
        return self._breaker.trouble

    async def ask(self, commands: Sequence[Command], deadline: float) -> list[Reply]:
        """Send commands in one piece and give the reply to each, refusals included.

        Raises:
            StoreUnavailable: no answer by `deadline`, in the loop's time; what was sent may have been done.
        """
        if self._breaker.trouble is not None:
            raise StoreUnavailable(self._breaker.trouble)
        return await self._hand_in(commands, deadline, DOUBTED_S if self._silent else self._dial.limits.silent_s)

    async def probe(self, commands: Sequence[Command]) -> list[Reply]:
        """Ask whatever the breaker says, and close the breaker when the answer comes; give the reply to each command.

        Raises:
            StoreUnavailable: none came in time.
        """
        limits = self._dial.limits
        replies = await self._hand_in(commands, asyncio.get_running_loop().time() + limits.call_s, limits.silent_s)
        self._breaker.worked()
        return replies

    def drop(self, why: str) -> None:
        """Leave this connection, because the server is no longer the right one; the next call looks for it again."""
        if self._connection is not None:
            self._lose(self._connection, why)

    async def close(self) -> None:
        """Hang up; whoever still waits is told so."""
        self._closed = True
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._fail(self._sent, "the store is closed")
        self._fail(self._gathered, "the store is closed")
        if self._timer is not None:
            self._timer.cancel()

    async def _hand_in(self, commands: Sequence[Command], deadline: float, unsent_s: float) -> list[Reply]:
        if self._closed:
            raise StoreUnavailable("the store is closed")
        if not commands:
            return []
        unsent = self._connection.unsent if self._connection is not None else 0
        if len(self._sent) + len(self._gathered) >= MOST_WAITING or unsent > MOST_UNSENT:
            raise StoreUnavailable("Redis does not keep up: too much is waiting for it")
        loop = asyncio.get_running_loop()
        call = _Call(commands, deadline, unsent_s, loop)
        self._gathered.append(call)
        self._see_to_it(loop)
        return await call.answer

    def _see_to_it(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let what is gathered leave at the end of this turn, over a new connection if need be, or fail in time."""
        if self._connection is None:
            if self._connecting is None:
                self._connecting = loop.create_task(self._connect(), name="redis-connect")
        elif not self._flushing:
            self._flushing = True
            loop.call_soon(self._flush)
        earliest = min(self._gathered[0].unsent, self._gathered[-1].unsent)
        if self._timer is not None and self._timer_at > earliest:
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            self._set_timer(loop, earliest)

    def _set_timer(self, loop: asyncio.AbstractEventLoop, at: float) -> None:
        self._timer_at = at
        self._timer = loop.call_at(at, self._overdue)

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        made: list[Connection] = []
        try:
            made.append(await self._dial(self._heard, lambda: self._gone(made)))
        except Exception as error:  # whatever it is, who waits must hear of it, and the next call try again
            if not isinstance(error, ConnectionLost):
                log.exception("redis.connect_failed")
            self._connecting = None
            self._breaker.failed(loop.time(), str(error))
            self._fail(self._gathered, str(error))
            return
        self._connecting = None
        self._silent = False
        self._connection = made[0]
        self._flush()

    def _flush(self) -> None:
        self._flushing = False
        if self._connection is None or not self._gathered:
            return
        # What was given up before it could be sent must not be done any more.
        waiting = [call for call in self._gathered if not call.answer.done()]
        self._gathered.clear()
        self._sent.extend(waiting)
        self._connection.send([command for call in waiting for command in call.commands])

    def _heard(self, reply: Reply) -> None:
        if not self._sent:
            self.drop("Redis said something nobody asked for")
            return
        call = self._sent[0]
        call.replies.append(reply)
        if len(call.replies) == len(call.commands):
            self._sent.popleft()
            if not call.answer.done():
                call.answer.set_result(call.replies)

    def _overdue(self) -> None:
        """End the calls that are over their time; one timer serves them all."""
        loop = asyncio.get_running_loop()
        self._timer = None
        now = loop.time()
        self._reading = not self._reading and now - self._timer_at > LATE_S
        if self._reading:
            self._set_timer(loop, now + LATE_S)
            return
        silent_s = self._dial.limits.silent_s
        silent_at: float | None = None
        if self._connection is not None and self._sent:
            silent_at = max(self._connection.heard_at, self._sent[0].since) + silent_s
            if silent_at <= now:
                silent_at = None
                self._silent = True
                self._lose(self._connection, f"Redis said nothing for {silent_s * 1000:.0f} ms", SILENCE)
        reason = f"Redis did not answer within {self._dial.limits.call_s * 1000:.0f} ms"
        limits = [(call, call.deadline) for call in self._sent if not call.answer.done()]
        limits += [(call, call.unsent) for call in self._gathered if not call.answer.done()]
        for call, limit in limits:
            if limit <= now:
                # Its replies still come, and are counted, but nobody waits for them.
                call.answer.set_exception(StoreUnavailable(reason))
        left = [limit for _, limit in limits if limit > now]
        if silent_at is not None:
            left.append(silent_at)
        if left and self._timer is None:
            self._set_timer(loop, min(left))

    def _gone(self, made: list[Connection]) -> None:
        if made and made[0] is self._connection:
            self._lose(made[0], f"the connection was lost: {made[0].why}")

    def _lose(self, connection: Connection, reason: str, times: int = 1) -> None:
        loop = asyncio.get_running_loop()
        self._connection = None
        connection.close(reason)
        self._breaker.failed(loop.time(), reason, times)
        self._fail(self._sent, reason)
        if self._gathered and not self._closed:
            self._see_to_it(loop)
        if self._shaken is not None:
            self._shaken()

    def _fail(self, calls: deque[_Call], reason: str) -> None:
        while calls:
            answer = calls.popleft().answer
            if not answer.done():
                answer.set_exception(StoreUnavailable(reason))

"""A session's transport over HTTP long-polling: a mailbox that polls are answered from, and the two requests.

Never decides anything about a session; a request that breaks the rules is reported to it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import perf_counter

from aiohttp import ClientPayloadError, web

from .errors import BadPacket
from .limits import Options, TransportName
from .packet import CLOSE_FRAME, NOOP_FRAME, SEPARATOR, Frame, split_payload
from .process import reset_if_stalled
from .rate_limit import UNIT_BITS
from .session import Session
from .session_state import SessionState
from .websocket import TOO_BIG


class PollingTransport:
    """Frames waiting for the client's next poll; sans I/O.

    Attributes:
        posting: whether a POST request of this session is being read.
    """

    __slots__ = ("_closed", "_frames", "_size", "_wake", "name", "posting")

    def __init__(self) -> None:
        self.name: TransportName = "polling"
        self.posting = False
        self._frames: list[Frame] = []
        self._size = 0
        self._wake: Callable[[], None] | None = None
        self._closed = False

    @property
    def backlog(self) -> int:
        """Return the bytes in the mailbox."""
        return self._size

    @property
    def polled(self) -> bool:
        """Return whether a poll is waiting."""
        return self._wake is not None

    def write(self, frame: Frame) -> int:
        """Put a frame into the mailbox and answer a waiting poll; return the bytes that wait now."""
        if not self._closed:
            self._put(frame)
        return self._size

    def drain(self) -> list[Frame]:
        """Empty the mailbox and return what was in it, in order."""
        frames, self._frames = self._frames, []
        self._size = 0
        return frames

    def fetch(self) -> list[Frame]:
        """Take what answers the next poll: what waits, in order; the close packet only if nothing else does.

        Official clients close at once when they meet a close packet and handle messages of the same answer after that:
        an event would wait for the next connection, a DISCONNECT would come after "transport close".
        """
        frames = self.drain()
        if len(frames) > 1 and frames[-1] is CLOSE_FRAME:
            self._frames.append(frames.pop())
            self._size = CLOSE_FRAME.size
        return frames

    def wait(self, wake: Callable[[], None]) -> None:
        """Let `wake` be called once, as soon as there is something to fetch."""
        self._wake = wake

    def leave(self) -> None:
        """Forget the waiting poll."""
        self._wake = None

    def close(self, code: int, reason: str) -> None:
        """Put a close packet behind what waits."""
        if not self._closed:
            self._closed = True
            self._put(CLOSE_FRAME)

    def release(self) -> None:
        """Answer a waiting poll with a packet that means nothing."""
        if not self._closed:
            self._closed = True
            self._put(NOOP_FRAME)

    def abort(self) -> None:
        """Throw away what waits; a waiting poll gets the close packet only."""
        self.drain()
        self.close(0, "")

    def _put(self, frame: Frame) -> None:
        self._frames.append(frame)
        self._size += frame.size
        wake, self._wake = self._wake, None
        if wake is not None:
            wake()


def body_of(frames: list[Frame]) -> bytes:
    """Return the body of a poll's answer."""
    return SEPARATOR.join([frame.records for frame in frames])


async def answer_poll(request: web.Request, polling: PollingTransport, session: Session) -> bytes | None:
    """Wait until there is something to send and return it; None if the request has to be refused."""
    if polling.polled:
        session.refuse("poll overlap")
        return None
    if not polling.backlog:
        if session.probed:
            # The client waits for its last poll to end before it completes the upgrade.
            return NOOP_FRAME.records
        arrival = asyncio.Event()
        polling.wait(arrival.set)
        try:
            await arrival.wait()
        except asyncio.CancelledError:
            polling.leave()
            session.lost(polling, "transport error")
            raise
    transport = request.transport
    if transport is None or transport.is_closing():
        # What is in the mailbox would be lost without anybody noticing: the session cannot go on.
        session.lost(polling, "transport error")
        return None
    if session.state is SessionState.CLOSED:
        # No poll can follow: nobody would know the session.
        return body_of(polling.drain())
    body = body_of(polling.fetch())
    if session.state is SessionState.CLOSING and not polling.backlog:
        session.finished()
    return body


async def hand_over(request: web.Request, answer: web.Response, seconds: float) -> None:
    """Write an answer now, and reset the connection if its client has taken nothing of it after so many seconds."""
    await answer.prepare(request)
    await answer.write_eof()
    if request.transport is not None:
        reset_if_stalled(request.transport, seconds)


async def take_post(
    request: web.Request, polling: PollingTransport, session: Session, options: Options, clock: Callable[[], float]
) -> int:
    """Read one POST request into its session; return the HTTP status to answer with."""
    if polling.posting:
        session.refuse("post overlap")
        return 400
    # aiohttp would call a body without a type binary; the protocol calls it text.
    if request.headers.get("Content-Type", "").startswith("application/octet-stream"):
        session.violate("binary body")
        return 400
    polling.posting = True
    try:
        try:
            async with asyncio.timeout(options.body_timeout):
                body = await _read_body(request, options.max_payload)
        except (TimeoutError, ClientPayloadError, ConnectionError, web.HTTPException):
            session.lost(polling, "transport error")
            return 400
        except asyncio.CancelledError:
            session.lost(polling, "transport error")
            raise
        if body is None:
            session.violate("message too big", TOO_BIG)
            return 413
        try:
            if body.count(SEPARATOR) >= options.max_records:
                raise BadPacket("too many records")
            body.decode()
            records = split_payload(body)
        except UnicodeDecodeError:
            session.violate("text is not UTF-8")
            return 400
        except BadPacket as bad:
            session.violate(bad.reason)
            return 400
        for record in records:
            await _turn(session, clock)
            begun = perf_counter()
            session.charge(1 + (len(record) >> UNIT_BITS))
            wait = session.receive_record(polling, record, clock())
            session.scheduler.charge(perf_counter() - begun)
            if wait is not None:
                await wait
            if session.state is SessionState.CLOSED and session.broken:
                return 400
    finally:
        polling.posting = False
    return 200


async def _turn(session: Session, clock: Callable[[], float]) -> None:
    """Wait until the next record of a POST may be read; the session may be over then."""
    if session.limiter.credit < 1 and (pause := session.afford(clock())):
        await asyncio.sleep(pause)
    if session.scheduler.is_exhausted:
        await session.next_turn()


async def _read_body(request: web.Request, limit: int) -> bytes | None:
    """Return the body, or None as soon as it is known to be longer than the limit, whatever its headers say."""
    if (request.content_length or 0) > limit:
        return None
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.content.iter_any():
        size += len(chunk)
        if size > limit:
            return None
        chunks.append(chunk)
    return b"".join(chunks)

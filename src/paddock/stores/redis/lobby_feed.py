"""The room list as this node knows it: read once, kept up by notices, read again whenever some may be missing.

It keeps what it was told with the version of each line, so that an old notice never overrides a newer reading.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial

import structlog

from paddock.domain.ids import RoomId
from paddock.domain.views import RoomSummary
from paddock.stores.codec import Undecodable, decode_summary
from paddock.stores.contract import Notice, StoreUnavailable, Unsubscribe
from paddock.stores.feeds import Lobby
from paddock.stores.redis import keys
from paddock.stores.redis.following import Position
from paddock.stores.redis.listening import Listening
from paddock.stores.redis.replies import bodies
from paddock.stores.redis.servers import Servers

log = structlog.get_logger("paddock.stores.redis")

Line = tuple[RoomId, Position, RoomSummary | None]
"""What the list says of a room, and since when."""


class LobbyFeed:
    """Follows the room list of all buckets."""

    def __init__(self, servers: Servers, listening: Listening) -> None:
        self._servers = servers
        self._keys = servers.keys
        self._listening = listening
        self._lobby = Lobby()
        self._known: list[dict[RoomId, Position]] = [{} for _ in range(keys.BUCKETS)]
        self._unread = set(range(keys.BUCKETS))
        self._doubtful: set[int] = set()
        self._waiting: dict[int, list[Line]] = {}
        self._reading: asyncio.Task[None] | None = None
        self._complete = asyncio.Event()

    def open(self) -> None:
        """Begin to listen; `complete` waits for the first reading."""
        for bucket in range(keys.BUCKETS):
            channel = self._keys.channel("lobby:feed", bucket)
            self._listening.add(bucket, channel, partial(self.heard, bucket), partial(self.confirmed, bucket))

    async def complete(self) -> None:
        """Wait until the whole list is known."""
        await self._complete.wait()

    def watch(self, notice: Notice) -> Unsubscribe:
        """Tell every change from now on."""
        return self._lobby.watch(notice)

    async def listed(self) -> tuple[RoomSummary, ...]:
        """Read the list as it is kept.

        Raises:
            StoreUnavailable: it cannot be read now.
        """
        buckets = await self._read(range(keys.BUCKETS))
        return tuple(summary for lines in buckets for _, _, summary in lines if summary is not None)

    def heard(self, bucket: int, message: bytes) -> None:
        """Take a notice off a bucket's channel."""
        code, _, rest = message.partition(b" ")
        line = _line(code, rest)
        if line is None:
            return
        self._hear(bucket, line)
        room, position, summary = line
        if summary is None and bucket not in self._waiting and self._known[bucket].get(room) == position:
            # Nothing older can follow on the channel, so the room needs no memory any more.
            del self._known[bucket][room]

    def kept(self, room: RoomId, position: Position, summary: RoomSummary | None) -> None:
        """Take what this node has just changed, so that who begins to watch now is not told of it later."""
        self._hear(keys.bucket_of(room), (room, position, summary))

    def confirmed(self, bucket: int) -> None:
        """Note that notices of a bucket are heard from now on: its lines have to be read."""
        self._doubtful.add(bucket)
        self._waiting.setdefault(bucket, [])
        self.compare()

    def mistrust(self) -> None:
        """Read everything again, because something happened to the store."""
        for bucket in range(keys.BUCKETS):
            self._doubtful.add(bucket)
            self._waiting.setdefault(bucket, [])
        self.compare()

    def compare(self) -> None:
        """Read the buckets that need it, all of this turn together; what fails is left for later."""
        if self._reading is None and self._doubtful:
            self._reading = asyncio.get_running_loop().create_task(self._catch_up(), name="redis-lobby")

    async def close(self) -> None:
        """Follow the list no longer."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def _catch_up(self) -> None:
        buckets: list[int] = []
        try:
            while buckets := sorted(self._doubtful):
                # Doubts from now on need another reading.
                self._doubtful.clear()
                for bucket, lines in zip(buckets, await self._read(buckets), strict=True):
                    self._take(bucket, lines)
                if not self._unread:
                    self._complete.set()
        except StoreUnavailable as error:
            self._doubtful.update(buckets)
            log.warning("lobby.read_failed", reason=str(error))
        finally:
            self._reading = None

    def _take(self, bucket: int, lines: list[Line]) -> None:
        listed = {room for room, _, _ in lines}
        known = self._known[bucket]
        for room in [room for room in known if room not in listed]:
            del known[room]
            self._lobby.say(room, None)
        # Notices wait meanwhile, so nothing known is newer than the reading.
        for room, position, summary in lines:
            known[room] = position
            self._lobby.say(room, summary)
        self._unread.discard(bucket)
        if bucket not in self._doubtful:
            for line in self._waiting.pop(bucket, ()):
                self._say(bucket, line)

    def _hear(self, bucket: int, line: Line) -> None:
        if bucket in self._waiting:
            self._waiting[bucket].append(line)
        else:
            self._say(bucket, line)

    def _say(self, bucket: int, line: Line) -> None:
        room, position, summary = line
        before = self._known[bucket].get(room)
        if before is None or before < position:
            self._known[bucket][room] = position
            self._lobby.say(room, summary)

    async def _read(self, buckets: Iterable[int]) -> list[list[Line]]:
        questions = [(bucket, ("HGETALL", self._keys.of_bucket("lobby", bucket))) for bucket in buckets]
        read: list[list[Line]] = []
        for reply in await self._servers.ask(questions):
            flat = bodies(reply)
            lines = (_line(code, rest) for code, rest in zip(flat[::2], flat[1::2], strict=True))
            read.append([line for line in lines if line is not None])
        return read


def _line(code: bytes, rest: bytes) -> Line | None:
    """Read a line; None, reported, when it is none."""
    try:
        place, version, body = rest.split(b" ", 2)
        return RoomId(code.decode()), Position(int(place), int(version)), decode_summary(body) if body else None
    except (ValueError, Undecodable) as error:
        log.error("lobby.line_unreadable", reason=str(error)[:200])
        return None

"""The servers behind one address: which one has a bucket, and how a step or command reaches it; it knows no rooms.

Whatever the layout, every question names a bucket. In a cluster a `MOVED` answer means that the map is old: nothing was
done, so the map is read anew and the question asked again, once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import structlog
from msgspec import Struct

from paddock.stores.contract import StoreUnavailable
from paddock.stores.redis.address import Address, Layout, Place
from paddock.stores.redis.clock import StoreClock
from paddock.stores.redis.connection import ConnectionLost, Login, ask_once
from paddock.stores.redis.dialer import Dialer, Limits
from paddock.stores.redis.keys import BUCKETS, PREFIX, Keys, slot_of
from paddock.stores.redis.lane import Lane
from paddock.stores.redis.reasons import Reason, reason_of, worded
from paddock.stores.redis.replies import LASTING, Argument, Command, RedisRefusal, Reply, unavailable
from paddock.stores.redis.scripts import Script

log = structlog.get_logger("paddock.stores.redis")

EARLIER_MS: Final = 20
"""A step expires this much before its caller gives up, because nobody knows the clock of Redis to the millisecond."""


class Step(Struct, frozen=True):
    """One run of a script in a bucket; when it may be done at the latest is added on the way."""

    bucket: int
    script: Script
    keys: tuple[str, ...]
    arguments: tuple[Argument, ...] = ()


class Servers:
    """All servers of one address, and the names of what is kept there under a prefix.

    `moved` is called when buckets have changed their servers.
    """

    def __init__(self, address: Address, clock: StoreClock, limits: Limits, prefix: str = PREFIX) -> None:
        self._address = address
        self.keys = Keys(prefix, address.login.database)
        self._limits = limits
        self._clock = clock
        self._lanes: dict[Place | None, Lane] = {}
        self._map: list[Place | None] = []
        self._refused: dict[Place | None, str] = {}
        self._doubtful = False
        self.reached = False
        self.failure = ""
        """Why nobody was reached when it was tried last: an address and a word, as for a wrong password."""
        self.moved: Callable[[], None] = _nobody_cares
        self.shaken: Callable[[], None] = _nobody_cares
        """Called when a connection is lost, so that somebody looks at once what is the matter."""

    @property
    def trouble(self) -> str | None:
        """Why something cannot be kept at the moment, or None."""
        if not self.reached:
            failure = worded(self.failure)
            return f"Redis has not been reached yet: {failure}" if failure else "Redis has not been reached yet"
        if self._refused:
            return next(iter(self._refused.values()))
        return worded(away) if (away := self._away) is not None else None

    @property
    def reason(self) -> Reason | None:
        """The same in a word for machines."""
        if not self.reached:
            return reason_of(self.failure, "redis_unreachable")
        if self._refused:
            return reason_of(next(iter(self._refused.values())), "redis_writes_refused")
        return reason_of(away, "redis_unreachable") if (away := self._away) is not None else None

    @property
    def _away(self) -> str | None:
        for lane in self._lanes.values():
            if (trouble := lane.trouble) is not None:
                return trouble
        return None

    @property
    def places(self) -> tuple[Place | None, ...]:
        """Every server that has buckets; None stands for the one and only."""
        return tuple(self._lanes)

    def buckets(self) -> dict[Place | None, int]:
        """Give one bucket of each server."""
        return {place: bucket for bucket, place in enumerate(self._map)}

    def place(self, bucket: int) -> Place | None:
        """Give the server of a bucket.

        Raises:
            StoreUnavailable: the cluster's map is not known.
        """
        if not self._map:
            raise StoreUnavailable("the map of the Redis cluster is not known")
        return self._map[bucket]

    def lane(self, place: Place | None) -> Lane:
        """Give the way to a server."""
        return self._lanes[place]

    def dialer(self, place: Place | None) -> Dialer:
        """Give what connects to a server."""
        return Dialer(lambda: self.locate(place), self._address.login, self._limits)

    @property
    def sharded(self) -> bool:
        """Whether channels live with their bucket, as in a cluster."""
        return self._address.layout is Layout.CLUSTER

    async def open(self) -> None:
        """Find out which servers there are, if that is not known or doubtful.

        Raises:
            StoreUnavailable: nobody answers.
        """
        if self._address.layout is Layout.CLUSTER:
            if not self._map or self._doubtful or self.trouble is not None:
                await self.refresh()
        elif not self._map:
            self._map = [None] * BUCKETS
            self._lanes[None] = Lane(str(self._address), self.dialer(None), self._shake)

    async def close(self) -> None:
        """Hang up everywhere."""
        await asyncio.gather(*(lane.close() for lane in self._lanes.values()))

    def doubt(self) -> None:
        """Note that some bucket may have moved; `open` looks."""
        self._doubtful = True

    async def locate(self, place: Place | None) -> Place:
        """Give host and port of a server at the moment: Sentinel knows the master; otherwise it is where it is.

        Raises:
            ConnectionLost: no sentinel knows.
        """
        if place is not None:
            return place
        if self._address.layout is Layout.SINGLE:
            return self._address.places[0]
        return await self._ask_sentinels()

    async def refresh(self) -> None:
        """Read the cluster's map from whoever answers.

        Raises:
            StoreUnavailable: nobody answers, or some bucket has no server.
        """
        if self._address.layout is not Layout.CLUSTER:
            return
        known = [place for place in self._lanes if place is not None]
        for place in dict.fromkeys((*known, *self._address.places)):
            try:
                slots = await ask_once(*place, self._address.login, ("CLUSTER", "SLOTS"), self._limits.connect_s)
                owners = _owners(slots, place[0])
            except ConnectionLost:
                continue
            self._doubtful = False
            await self._redraw(owners)
            return
        raise StoreUnavailable("no server of the Redis cluster gives a whole map")

    async def ask(self, questions: Sequence[tuple[int, Command]]) -> list[Reply]:
        """Ask questions of buckets, each server once, and give the replies in order; refusals are raised.

        Raises:
            StoreUnavailable: some server does not answer in time, or refuses.
        """
        replies = await self._ask(questions, asyncio.get_running_loop().time() + self._limits.call_s)
        for reply in replies:
            if isinstance(reply, RedisRefusal):
                raise unavailable(reply)
        return replies

    async def run(self, step: Step) -> Reply:
        """Run one step and give its answer; see `run_all`."""
        # The hot path: mostly there is nothing to do again, and nothing to be told apart.
        deadline = asyncio.get_running_loop().time() + self._limits.call_s
        replies = await self._lanes[self.place(step.bucket)].ask((self._call(step, self._until(deadline)),), deadline)
        if isinstance(replies[0], RedisRefusal) or _is_late(replies[0]):
            replies = await self._settled([step], replies, deadline)
        return replies[0]

    async def run_all(self, steps: Sequence[Step]) -> list[Reply]:
        """Run steps, each by itself, and give their answers.

        A step that has not been done before its caller may give up will not be done at all: it carries that moment, in
        the time of Redis. One that is told too late though there is time shows that the clock of Redis was set: it is
        run again.

        Raises:
            StoreUnavailable: no answer in time, or a refusal; the step may have been done, but will not be done later.
        """
        deadline = asyncio.get_running_loop().time() + self._limits.call_s
        until = self._until(deadline)
        replies = await self._spread([(step.bucket, self._call(step, until)) for step in steps], deadline)
        return await self._settled(steps, replies, deadline)

    def _call(self, step: Step, until: int) -> Command:
        return step.script.by_digest(step.keys, (until, *step.arguments))

    async def _settled(self, steps: Sequence[Step], replies: list[Reply], deadline: float) -> list[Reply]:
        """Run again what was not done for a reason that is none, and raise what is a refusal."""
        replies = await self._told(steps, replies, deadline)
        late = [index for index, reply in enumerate(replies) if _is_late(reply)]
        if late:
            answer = replies[late[0]]
            if isinstance(answer, list) and isinstance(answer[1], int):
                self._clock.correct(answer[1])
            until, again = self._until(deadline), [steps[index] for index in late]
            answers = await self._spread([(step.bucket, self._call(step, until)) for step in again], deadline)
            for index, reply in zip(late, await self._told(again, answers, deadline), strict=True):
                replies[index] = reply
        for step, reply in zip(steps, replies, strict=True):
            if isinstance(reply, RedisRefusal):
                if reply.code in LASTING:
                    self.heed(self.place(step.bucket), reply)
                raise unavailable(reply)
            if _is_late(reply):
                raise StoreUnavailable("Redis came to it too late")
        return replies

    async def _told(self, steps: Sequence[Step], replies: list[Reply], deadline: float) -> list[Reply]:
        """Ask those again that are elsewhere by now, and tell those the step's text that did not know its hash."""
        until = self._until(deadline)
        calls = [(step.bucket, self._call(step, until)) for step in steps]
        replies = await self._found(calls, replies, deadline)
        unknown = [index for index, reply in enumerate(replies) if _is(reply, "NOSCRIPT")]
        if unknown:
            until = self._until(deadline)
            texts = [
                (step.bucket, step.script.by_text(step.keys, (until, *step.arguments)))
                for step in (steps[index] for index in unknown)
            ]
            for index, reply in zip(unknown, await self._ask(texts, deadline), strict=True):
                replies[index] = reply
        return replies

    def _until(self, deadline: float) -> int:
        """Give the moment, in the time of Redis, from which on whoever asks now may have given up."""
        left_s = min(deadline - asyncio.get_running_loop().time(), self._limits.silent_s)
        return self._clock.exact() + round(left_s * 1000) - EARLIER_MS

    async def _ask(self, questions: Sequence[tuple[int, Command]], deadline: float) -> list[Reply]:
        return await self._found(questions, await self._spread(questions, deadline), deadline)

    async def _found(
        self, questions: Sequence[tuple[int, Command]], replies: list[Reply], deadline: float
    ) -> list[Reply]:
        """Ask those again whose bucket has moved."""
        moved = [index for index, reply in enumerate(replies) if _is(reply, "MOVED")]
        if moved:
            await self.refresh()
            again = await self._spread([questions[index] for index in moved], deadline)
            for index, reply in zip(moved, again, strict=True):
                replies[index] = reply
        return replies

    async def _spread(self, questions: Sequence[tuple[int, Command]], deadline: float) -> list[Reply]:
        if len(questions) == 1:
            ((bucket, command),) = questions
            return await self._lanes[self.place(bucket)].ask((command,), deadline)
        places: dict[Place | None, list[int]] = {}
        for index, (bucket, _) in enumerate(questions):
            places.setdefault(self.place(bucket), []).append(index)
        if len(places) == 1:
            (place,) = places
            return await self._lanes[place].ask([command for _, command in questions], deadline)
        replies: list[Reply] = [None] * len(questions)
        asked = [
            self._lanes[place].ask([questions[index][1] for index in indexes], deadline)
            for place, indexes in places.items()
        ]
        for indexes, answers in zip(places.values(), await asyncio.gather(*asked), strict=True):
            for index, reply in zip(indexes, answers, strict=True):
                replies[index] = reply
        return replies

    def heed(self, place: Place | None, reply: Reply) -> None:
        """Note from the answer to a write whether a server keeps anything at the moment.

        After a failover the old master may still be there, read-only: then look for the new one.
        """
        if not isinstance(reply, RedisRefusal):
            if self._refused.pop(place, None) is not None:
                log.info("redis.writes_again")
            return
        if place not in self._refused:
            self._refused[place] = f"Redis refuses: {reply.code}"
            log.error("redis.writes_refused", code=reply.code)
        if reply.code == "READONLY" and self._address.layout is Layout.SENTINEL:
            for lane in self._lanes.values():
                lane.drop("this server is no longer the master")

    async def _ask_sentinels(self) -> Place:
        question: Command = ("SENTINEL", "GET-MASTER-ADDR-BY-NAME", self._address.service)
        login = Login(tls=self._address.login.tls)
        asked = [
            asyncio.ensure_future(ask_once(*place, login, question, self._limits.connect_s))
            for place in self._address.places
        ]
        try:
            for answer in asyncio.as_completed(asked):
                try:
                    reply = await answer
                except ConnectionLost:
                    continue
                match reply:
                    case [bytes(host), bytes(port)]:
                        return host.decode(), int(port)
        finally:
            for one in asked:
                one.cancel()
        raise ConnectionLost(f"no sentinel knows a master of {self._address.service}")

    async def _redraw(self, owners: list[Place | None]) -> None:
        if owners == self._map:
            return
        before, self._map = self._lanes, owners
        places = dict.fromkeys(owners)
        self._lanes = {place: before.get(place) or self._lane_to(place) for place in places}
        log.info("redis.cluster_map", servers=len(places))
        self.moved()
        await asyncio.gather(*(lane.close() for place, lane in before.items() if place not in places))

    def _lane_to(self, place: Place | None) -> Lane:
        assert place is not None  # noqa: S101 - a cluster names its servers
        return Lane(f"{place[0]}:{place[1]}", self.dialer(place), self._shake)

    def _shake(self) -> None:
        self.shaken()


def _is(reply: Reply, code: str) -> bool:
    return isinstance(reply, RedisRefusal) and reply.code == code


def _is_late(reply: Reply) -> bool:
    return isinstance(reply, list) and reply[:1] == [b"late"]


def _nobody_cares() -> None:
    """Until somebody wants to know."""


def _owners(slots: Reply, asked: str) -> list[Place | None]:
    """Read `CLUSTER SLOTS`: the master of each bucket; `asked` is the host of a server that does not know its own.

    Raises:
        ConnectionLost: it is no map, or some bucket has no server.
    """
    owners: list[Place | None] = [None] * BUCKETS
    for row in slots if isinstance(slots, list) else ():
        match row:
            case [int(first), int(last), [bytes(host), int(port), *_], *_]:
                for bucket in range(BUCKETS):
                    if first <= slot_of(bucket) <= last:
                        owners[bucket] = (host.decode() or asked, port)
    if None in owners:
        raise ConnectionLost("the map of the cluster has holes")
    return owners

"""The feeds of all rooms that somebody here listens to: no hole, no repetition, one order; it writes nothing.

Everybody delivers from here, whoever wrote the entry. After a subscription was confirmed, newly or again, the room is
compared with the store, and what was missed is fetched from its log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from itertools import islice
from typing import Final

import structlog

from paddock.domain.ids import RoomId
from paddock.stores.contract import Deliver, StoreUnavailable, Unsubscribe
from paddock.stores.feeds import Feeds
from paddock.stores.redis.following import Following, Position, Question
from paddock.stores.redis.listening import Listening
from paddock.stores.redis.replies import Reply, bodies, items, number
from paddock.stores.redis.servers import Servers, Step
from paddock.stores.redis.steps import Steps

log = structlog.get_logger("paddock.stores.redis")

AT_ONCE: Final = 256
"""Rooms compared in one piece, so that a node with thousands of them stays within the time limit of a call."""


class Feed:
    """Follows rooms; `listening` brings what is said of them."""

    def __init__(self, servers: Servers, steps: Steps, listening: Listening) -> None:
        self._servers = servers
        self._steps = steps
        self._listening = listening
        self._feeds = Feeds()
        self._rooms: dict[RoomId, Following] = {}
        self._doubts: set[RoomId] = set()
        self._unplaced: set[RoomId] = set()
        self._confirmed: dict[RoomId, asyncio.Event] = {}
        self._subscribers: dict[RoomId, int] = {}
        self._comparing: asyncio.Task[None] | None = None
        self.behind: Callable[[RoomId], None] | None = None
        """Called when the store has less of a followed room than was delivered."""

    def subscribe(self, room: RoomId, deliver: Deliver) -> Unsubscribe:
        """Deliver from the first change on that the caller could not have seen yet."""
        if room not in self._rooms:
            self._rooms[room] = Following(room, self._feeds.deliver, self._found_behind, self._doubts)
            self._unplaced.add(room)
            self._confirmed[room] = asyncio.Event()
            names = self._servers.keys.of_room(room)
            self._listening.add(names.bucket, names.feed, partial(self.heard, room), partial(self.confirmed, room))
        self._subscribers[room] = self._subscribers.get(room, 0) + 1
        leave = self._feeds.subscribe(room, deliver)
        left = False

        def unsubscribe() -> None:
            nonlocal left
            if left:
                return
            left = True
            leave()
            self._subscribers[room] -= 1
            if self._subscribers[room] == 0:
                self._abandon(room)

        return unsubscribe

    async def subscribed(self, room: RoomId) -> None:
        """Wait until the room's feed is being heard; at once when nobody subscribed to it."""
        confirmed = self._confirmed.get(room)
        if confirmed is not None:
            await confirmed.wait()

    def seen(self, room: RoomId, place: int, version: int) -> None:
        """Note that a caller has been told of this version: what comes after it must be delivered."""
        if room in self._unplaced:
            self._unplaced.discard(room)
            self._rooms[room].place(Position(place, version))

    def go_on(self, room: RoomId, place: int, version: int) -> None:
        """Deliver from after this version on; up to it was delivered by other means, and nothing beyond it."""
        if room in self._rooms:
            self._unplaced.discard(room)
            self._rooms[room].go_on(Position(place, version))
            self.compare()

    def heard(self, room: RoomId, message: bytes) -> None:
        """Take a message off the room's channel."""
        following = self._rooms.get(room)
        if following is None:
            return
        try:
            place, version, body = message.split(b" ", 2)
            position = Position(int(place), int(version))
        except ValueError:
            log.error("feed.message_unreadable", room=room, size=len(message))
            return
        following.hear(position, body)
        if following.doubtful:
            self.compare()

    def confirmed(self, room: RoomId) -> None:
        """Note that the room's channel is being heard from now on: what came before has to be looked up."""
        following = self._rooms.get(room)
        if following is not None:
            following.doubtful = True
            self._confirmed[room].set()
            self.compare()

    def mistrust(self) -> None:
        """Compare every room with the store, because something happened to it."""
        for following in self._rooms.values():
            following.doubtful = True
        self.compare()

    def compare(self) -> None:
        """Compare the rooms that need it with the store, all of this turn together; what fails is left for later."""
        if self._comparing is None and self._doubts:
            self._comparing = asyncio.get_running_loop().create_task(self._compare(), name="redis-compare")

    async def close(self) -> None:
        """Follow nothing any more."""
        if self._comparing is not None:
            self._comparing.cancel()
            await asyncio.gather(self._comparing, return_exceptions=True)

    def _found_behind(self, room: RoomId) -> None:
        if self.behind is not None:
            self.behind(room)

    async def _compare(self) -> None:
        doubtful: list[RoomId] = []
        try:
            while doubtful := list(islice(self._doubts, AT_ONCE)):
                await self._ask(doubtful)
        except StoreUnavailable as error:
            for room in doubtful:
                if room in self._rooms:
                    self._rooms[room].doubtful = True
            log.warning("feed.not_compared", reason=str(error))
        finally:
            self._comparing = None

    async def _ask(self, rooms: list[RoomId]) -> None:
        steps: list[Step] = []
        questions: list[Question] = []
        for room in rooms:
            question = self._rooms[room].ask()
            # Nobody is at version -1, so that a room not placed yet only tells where it is.
            after = question.position.version if question.position is not None else -1
            steps.append(self._steps.since(room, after))
            questions.append(question)
        for room, question, reply in zip(rooms, questions, await self._servers.run_all(steps), strict=True):
            following = self._rooms.get(room)
            if following is not None:
                _take(following, question, reply)
                self._unplaced.discard(room)

    def _abandon(self, room: RoomId) -> None:
        del self._rooms[room], self._subscribers[room], self._confirmed[room]
        self._unplaced.discard(room)
        self._doubts.discard(room)
        self._listening.remove(self._servers.keys.of_room(room).feed)


def _take(following: Following, question: Question, reply: Reply) -> None:
    if reply is None:
        following.gone(question)
        return
    place, version, entries = items(reply)
    there = Position(number(place), number(version))
    following.compare(question, there, bodies(entries) if entries is not None else None)

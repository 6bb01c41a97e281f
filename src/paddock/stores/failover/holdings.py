"""The rooms this node holds in reserve: all it has subscribers of, and for a moment those it had; it writes nothing.

Whatever store an entry comes from, subscribers hear it from here, so that none comes twice when a room changes stores.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial
from typing import Final

import structlog

from paddock.domain.events import Entry
from paddock.domain.finished import FinishedRace
from paddock.domain.ids import RoomId
from paddock.domain.room import Room
from paddock.stores.change import mark
from paddock.stores.codec import Undecodable
from paddock.stores.contract import Conflict, Deliver, Known, Session, StoreUnavailable, Unsubscribe
from paddock.stores.failover.availability import Availability
from paddock.stores.failover.holding import HISTORY, Attempt, Heard, Holding, hole
from paddock.stores.feeds import Feeds
from paddock.stores.redis.store import RedisStore
from paddock.stores.seats import Seats
from paddock.stores.whole import WholeRoom

log = structlog.get_logger("paddock.stores.failover")

LINGER_S: Final = 30.0
"""A room whose last subscriber has gone is held for this long: people reload pages, also when Redis is being lost."""
AT_ONCE: Final = 64


class _Followed:
    """A room's subscribers, and what ends its subscription to the shared store."""

    __slots__ = ("ending", "subscribers", "unsubscribe")

    def __init__(self, unsubscribe: Unsubscribe) -> None:
        self.subscribers = 0
        self.unsubscribe = unsubscribe
        self.ending: asyncio.TimerHandle | None = None


class Holdings:
    """Follows rooms in the shared store."""

    def __init__(self, shared: RedisStore, availability: Availability) -> None:
        self._shared = shared
        self._availability = availability
        self._feeds = Feeds()
        self._followed: dict[RoomId, _Followed] = {}
        self._held: dict[RoomId, Holding] = {}
        self._heard: dict[RoomId, int] = {}
        """What was delivered of rooms that are followed and not held."""
        self._wanted: set[RoomId] = set()
        self._taking: asyncio.Task[None] | None = None
        self.seats = Seats()
        """Sessions of held rooms that were written or read here."""
        self.apart: set[RoomId] = set()
        """Rooms that are kept by this node alone at the moment; nothing is delivered of them but from here."""

    def subscribe(self, room: RoomId, deliver: Deliver) -> Unsubscribe:
        """Deliver a room's entries, and hold it from now on."""
        followed = self._followed.get(room)
        if followed is None:
            followed = self._followed[room] = _Followed(self._shared.subscribe(room, self._from_shared))
            self._want(room)
        if followed.ending is not None:
            followed.ending.cancel()
            followed.ending = None
        followed.subscribers += 1
        leave = self._feeds.subscribe(room, deliver)
        left = False

        def unsubscribe() -> None:
            nonlocal left
            if left:
                return
            left = True
            leave()
            followed.subscribers -= 1
            if followed.subscribers == 0:
                followed.ending = asyncio.get_running_loop().call_later(LINGER_S, partial(self._let_go, room))

        return unsubscribe

    async def close(self) -> None:
        """Hold nothing any more."""
        if self._taking is not None:
            self._taking.cancel()
            await asyncio.gather(self._taking, return_exceptions=True)
        for room in list(self._followed):
            self._let_go(room)

    def __len__(self) -> int:
        return len(self._held)

    def __iter__(self) -> Iterator[RoomId]:
        return iter(tuple(self._held))

    def get(self, room: RoomId) -> Holding | None:
        """Give what is held of a room."""
        return self._held.get(room)

    def newest(self, room: RoomId) -> int:
        """Give the highest version of a room that is known of; 0 when it is not held."""
        holding = self._held.get(room)
        return holding.newest if holding is not None else 0

    def learn(self, found: Known) -> None:
        """Note a room that was read just now."""
        holding = self._held.get(found.room.room)
        if holding is not None:
            holding.learn(found)

    def judged(self, room: RoomId, conflict: Conflict) -> Conflict:
        """Note what a conflict tells of a room, and give it on; without that where Redis has less than it had."""
        if conflict.found is None:
            return conflict
        if conflict.found.version < self.newest(room):
            return Conflict(room)
        self.learn(conflict.found)
        return conflict

    def acknowledge(self, code: RoomId, kept: Entry, room: Room | None) -> None:
        """Note an entry of this node that is kept, with the room it led to, if it is more than talk."""
        holding = self._held.get(code)
        if holding is not None:
            holding.acknowledge(kept)
            if room is not None:
                holding.learn(Known(kept.version, room, mark(kept)))

    def attempted(self, code: RoomId, entry: Entry, room: Room | None = None, race: FinishedRace | None = None) -> None:
        """Note a change of this node that was not answered; without a room it was talk."""
        holding = self._held.get(code)
        if holding is not None:
            holding.attempted(Attempt(entry, room, race, asyncio.get_running_loop().time()))

    def settle(self, room: RoomId) -> tuple[WholeRoom, FinishedRace | None] | None:
        """Give a room to go on with; see `Holding.settle`."""
        now = asyncio.get_running_loop().time()
        return self._held[room].settle(now) if self.whole(room) is not None else None

    def known(self, room: RoomId) -> Known | None:
        """Give a room as it is held, without reading anything; None when that would be needed."""
        holding = self._held.get(room)
        try:
            return holding.known() if holding is not None else None
        except Exception:
            log.exception("store.room_not_held", room=room)
        del self._held[room]
        return None

    def whole(self, room: RoomId) -> WholeRoom | None:
        """Give a room as it is held, or None when it is not, or cannot be read."""
        holding = self._held.get(room)
        if holding is None:
            return None
        try:
            return holding.whole()
        except Undecodable as error:
            log.error("store.room_unreadable", room=room, reason=str(error))
        except Exception:  # entries that do not fit their snapshot: a fault of ours, in this room alone
            log.exception("store.room_not_held", room=room)
        del self._held[room]
        return None

    def put(self, whole: WholeRoom) -> None:
        """Hold a room as it has become, and have subscribers told what they have missed.

        The feed may have come further meanwhile: then it counts.
        """
        before = self._held.get(whole.code)
        delivered = before.delivered if before is not None else self._heard.get(whole.code)
        if whole.code not in self._followed or (delivered is not None and delivered > whole.version):
            return
        self._held[whole.code] = Holding(whole, whole.version)
        self._heard.pop(whole.code, None)
        if delivered == whole.version:
            return
        news = whole.entries[delivered - whole.first :] if delivered is not None and delivered >= whole.first else ()
        for entry in news or (hole(whole.version),):
            self._feeds.deliver(whole.code, entry)

    def from_local(self, room: RoomId, entry: Entry) -> None:
        """Take an entry of a room that this node keeps alone."""
        holding = self._held.get(room)
        if holding is not None:
            holding.hear(entry)
        else:
            self._heard[room] = entry.version
        self._feeds.deliver(room, entry)

    def drop(self, room: RoomId) -> None:
        """Hold a room no longer as it was, and have its subscribers look at what there is now."""
        holding = self._held.pop(room, None)
        if holding is not None:
            self._feeds.deliver(room, hole(holding.newest + 2))

    def again(self, room: RoomId) -> None:
        """Read a room anew, because some of it was missed."""
        self._want(room)

    def take(self) -> None:
        """Read the rooms that could not be read so far."""
        if self._wanted and self._taking is None:
            self._taking = asyncio.get_running_loop().create_task(self._take(), name="failover-take")

    def note_session(self, token: str, session: Session | None) -> None:
        """Note a session that was read or written, if its room is held."""
        if session is None or session.room in self._followed:
            self.seats.put(token, session)

    def _from_shared(self, room: RoomId, entry: Entry) -> None:
        if room in self.apart:
            return  # it is asked for again when the room is back: `RedisStore.go_on`
        holding = self._held.get(room)
        if holding is None:
            self._heard[room] = entry.version
            self._feeds.deliver(room, entry)
            return
        heard = holding.hear(entry)
        if heard is Heard.KNOWN and entry.version > 1:
            return
        if heard is not Heard.NEXT:
            self._heard[room] = entry.version
            del self._held[room]
            self._want(room)
        elif holding.long and room not in self._wanted:
            self._want(room)
        self._feeds.deliver(room, entry)

    def _want(self, room: RoomId) -> None:
        self._wanted.add(room)
        if self._taking is None and not self._availability.is_offline:
            self._taking = asyncio.get_running_loop().create_task(self._take(), name="failover-take")

    async def _take(self) -> None:
        try:
            while self._wanted:
                rooms = list(self._wanted)[:AT_ONCE]
                found = await asyncio.gather(*(self._shared.whole.read(room, HISTORY) for room in rooms))
                for room, packed in zip(rooms, found, strict=True):
                    self._wanted.discard(room)
                    if packed is None or room not in self._followed or room in self.apart:
                        continue
                    if room in self._held:
                        self._held[room].renew(packed)
                        continue
                    self._held[room] = Holding(packed, None)
                    # What was delivered meanwhile belongs to it, unless it was read already.
                    delivered = self._heard.pop(room, None)
                    if delivered is not None and delivered > packed.version:
                        del self._held[room]
                        self._heard[room] = delivered
                        self._wanted.add(room)
                    elif delivered is not None:
                        self._held[room].delivered = delivered
        except StoreUnavailable:
            pass  # the watch asks again
        finally:
            self._taking = None

    def _let_go(self, room: RoomId) -> None:
        followed = self._followed.pop(room)
        if followed.ending is not None:
            followed.ending.cancel()
        followed.unsubscribe()
        self._held.pop(room, None)
        self._heard.pop(room, None)
        self._wanted.discard(room)
        for token in self.seats.of(room):
            self.seats.put(token, None)

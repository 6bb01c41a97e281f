"""Read-only replicas of rooms that have, or had until a moment ago, local subscribers.

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
from paddock.stores.failover.replica import HISTORY, EntryOrder, Replica, UnansweredChange, gap_entry
from paddock.stores.feeds import Feeds
from paddock.stores.redis.store import RedisStore
from paddock.stores.seats import Seats
from paddock.stores.whole import WholeRoom

log = structlog.get_logger("paddock.stores.failover")

RETENTION_S: Final = 30.0
"""How long a replica is kept without subscribers, because clients reload pages, also while Redis is being lost."""
AT_ONCE: Final = 64


class _Followed:
    """The number of subscribers of a room, and its subscription to Redis."""

    __slots__ = ("ending", "subscribers", "unsubscribe")

    def __init__(self, unsubscribe: Unsubscribe) -> None:
        self.subscribers = 0
        self.unsubscribe = unsubscribe
        self.ending: asyncio.TimerHandle | None = None


class Replicas:
    """The replicas of this node, kept up from the feeds of their rooms."""

    def __init__(self, shared: RedisStore, availability: Availability) -> None:
        self._shared = shared
        self._availability = availability
        self._feeds = Feeds()
        self._followed: dict[RoomId, _Followed] = {}
        self._replicas: dict[RoomId, Replica] = {}
        self._heard: dict[RoomId, int] = {}
        """The last version that was delivered of each followed room that has no replica."""
        self._unread: set[RoomId] = set()
        self._reading: asyncio.Task[None] | None = None
        self.seats = Seats()
        """Sessions of followed rooms that were written or read here."""
        self.isolated: set[RoomId] = set()
        """Isolated rooms: entries of them are delivered from the local store only."""

    def subscribe(self, room: RoomId, deliver: Deliver) -> Unsubscribe:
        """Deliver the entries of a room from now on, and keep a replica of it."""
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
                followed.ending = asyncio.get_running_loop().call_later(RETENTION_S, partial(self._let_go, room))

        return unsubscribe

    async def close(self) -> None:
        """Drop all replicas."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        for room in list(self._followed):
            self._let_go(room)

    def __len__(self) -> int:
        return len(self._replicas)

    def __iter__(self) -> Iterator[RoomId]:
        return iter(tuple(self._replicas))

    def get(self, room: RoomId) -> Replica | None:
        """Return the replica of a room, or None."""
        return self._replicas.get(room)

    def newest(self, room: RoomId) -> int:
        """Return the highest version of a room that is known of; 0 without a replica."""
        replica = self._replicas.get(room)
        return replica.newest if replica is not None else 0

    def learn(self, found: Known) -> None:
        """Note a snapshot that was read just now."""
        replica = self._replicas.get(found.room.room)
        if replica is not None:
            replica.learn(found)

    def judged(self, room: RoomId, conflict: Conflict) -> Conflict:
        """Note the snapshot that a conflict brings, and return the conflict; without it if Redis has lost entries."""
        if conflict.found is None:
            return conflict
        if conflict.found.version < self.newest(room):
            return Conflict(room)
        self.learn(conflict.found)
        return conflict

    def acknowledge(self, code: RoomId, kept: Entry, room: Room | None) -> None:
        """Note an entry of this node that was saved, and the snapshot after it, unless it is talk."""
        replica = self._replicas.get(code)
        if replica is not None:
            replica.acknowledge(kept)
            if room is not None:
                replica.learn(Known(kept.version, room, mark(kept)))

    def note_unanswered(
        self, code: RoomId, entry: Entry, room: Room | None = None, race: FinishedRace | None = None
    ) -> None:
        """Note a change of this node that Redis did not answer; without a room it was talk."""
        replica = self._replicas.get(code)
        if replica is not None:
            replica.note_unanswered(UnansweredChange(entry, room, race, asyncio.get_running_loop().time()))

    def resume(self, room: RoomId) -> tuple[WholeRoom, FinishedRace | None] | None:
        """Return a room to isolate; see `Replica.resume`."""
        now = asyncio.get_running_loop().time()
        return self._replicas[room].resume(now) if self.whole(room) is not None else None

    def known(self, room: RoomId) -> Known | None:
        """Return the newest snapshot if it follows from memory, else None; see `Replica.known`."""
        replica = self._replicas.get(room)
        try:
            return replica.known() if replica is not None else None
        except Exception:
            log.exception("store.replica_failed", room=room)
        del self._replicas[room]
        return None

    def whole(self, room: RoomId) -> WholeRoom | None:
        """Return the room as its replica has it; None without a replica, or if it cannot be decoded."""
        replica = self._replicas.get(room)
        if replica is None:
            return None
        try:
            return replica.whole()
        except Undecodable as error:
            log.error("store.room_unreadable", room=room, reason=str(error))
        except Exception:  # entries that do not fit their snapshot: a fault of ours, in this room alone
            log.exception("store.replica_failed", room=room)
        del self._replicas[room]
        return None

    def put(self, whole: WholeRoom) -> None:
        """Replace a replica, and deliver the entries that subscribers have missed.

        Nothing is done if the feed is ahead of it.
        """
        before = self._replicas.get(whole.code)
        delivered = before.delivered if before is not None else self._heard.get(whole.code)
        if whole.code not in self._followed or (delivered is not None and delivered > whole.version):
            return
        self._replicas[whole.code] = Replica(whole, whole.version)
        self._heard.pop(whole.code, None)
        if delivered == whole.version:
            return
        news = whole.entries[delivered - whole.first :] if delivered is not None and delivered >= whole.first else ()
        for entry in news or (gap_entry(whole.version),):
            self._feeds.deliver(whole.code, entry)

    def from_local(self, room: RoomId, entry: Entry) -> None:
        """Apply and deliver an entry of an isolated room."""
        replica = self._replicas.get(room)
        if replica is not None:
            replica.hear(entry)
        else:
            self._heard[room] = entry.version
        self._feeds.deliver(room, entry)

    def drop(self, room: RoomId) -> None:
        """Drop a replica, and have its subscribers load the room again."""
        replica = self._replicas.pop(room, None)
        if replica is not None:
            self._feeds.deliver(room, gap_entry(replica.newest + 2))

    def read_again(self, room: RoomId) -> None:
        """Read a room again, because entries were missed."""
        self._want(room)

    def read_wanted(self) -> None:
        """Read the rooms that could not be read so far."""
        if self._unread and self._reading is None:
            self._reading = asyncio.get_running_loop().create_task(self._read_unread(), name="failover-replicas")

    def note_session(self, token: str, session: Session | None) -> None:
        """Note a session that was read or written, if its room is followed."""
        if session is None or session.room in self._followed:
            self.seats.put(token, session)

    def _from_shared(self, room: RoomId, entry: Entry) -> None:
        if room in self.isolated:
            return  # read again when the room is back in Redis: `RedisStore.go_on`
        replica = self._replicas.get(room)
        if replica is None:
            self._heard[room] = entry.version
            self._feeds.deliver(room, entry)
            return
        heard = replica.hear(entry)
        if heard is EntryOrder.KNOWN and entry.version > 1:
            return
        if heard is not EntryOrder.NEXT:
            self._heard[room] = entry.version
            del self._replicas[room]
            self._want(room)
        elif replica.long and room not in self._unread:
            self._want(room)
        self._feeds.deliver(room, entry)

    def _want(self, room: RoomId) -> None:
        self._unread.add(room)
        if self._reading is None and not self._availability.is_offline:
            self._reading = asyncio.get_running_loop().create_task(self._read_unread(), name="failover-replicas")

    async def _read_unread(self) -> None:
        try:
            while self._unread:
                rooms = list(self._unread)[:AT_ONCE]
                found = await asyncio.gather(*(self._shared.whole.read(room, HISTORY) for room in rooms))
                for room, packed in zip(rooms, found, strict=True):
                    self._unread.discard(room)
                    if packed is None or room not in self._followed or room in self.isolated:
                        continue
                    if room in self._replicas:
                        self._replicas[room].renew(packed)
                        continue
                    self._replicas[room] = Replica(packed, None)
                    # What was delivered meanwhile belongs to it, unless it was read already.
                    delivered = self._heard.pop(room, None)
                    if delivered is not None and delivered > packed.version:
                        del self._replicas[room]
                        self._heard[room] = delivered
                        self._unread.add(room)
                    elif delivered is not None:
                        self._replicas[room].delivered = delivered
        except StoreUnavailable:
            pass  # the controller tries again
        finally:
            self._reading = None

    def _let_go(self, room: RoomId) -> None:
        followed = self._followed.pop(room)
        if followed.ending is not None:
            followed.ending.cancel()
        followed.unsubscribe()
        self._replicas.pop(room, None)
        self._heard.pop(room, None)
        self._unread.discard(room)
        for token in self.seats.of(room):
            self.seats.put(token, None)

"""Bringing a room back to Redis after this node went on with it, or after Redis lost it; it judges by `relation`.

What is written is written only if Redis still has what was looked at, so two nodes that do this at once do it one after
the other, and doing it twice changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

import structlog
from msgspec.structs import replace

from paddock.domain.clock_steps import calendar, levelled
from paddock.domain.finished import FinishedRace
from paddock.domain.ids import Millis, PlayerId
from paddock.domain.rebase import Side, rebase
from paddock.domain.room import Room
from paddock.stores.codec import Undecodable
from paddock.stores.contract import COMMANDS_MOST, LOG_MOST, Conflict, Filing, StoreUnavailable
from paddock.stores.failover.holding import hole
from paddock.stores.failover.relation import Relation, relate
from paddock.stores.redis.packed import PackedRoom
from paddock.stores.redis.store import RedisStore
from paddock.stores.whole import WholeRoom

log = structlog.get_logger("paddock.stores.failover")

ATTEMPTS: Final = 8


class Reunion:
    """Brings rooms back; `counts` says how often it came to what."""

    def __init__(
        self, shared: RedisStore, node: str, clock: Callable[[], Millis], filing: Callable[[Room], Filing]
    ) -> None:
        self._shared = shared
        self._node = node
        self._clock = clock
        self._filing = filing
        self.counts: Counter[str] = Counter()

    async def bring(self, ours: WholeRoom, base: int | None, races: tuple[FinishedRace, ...] = ()) -> WholeRoom | None:
        """Bring a room back, with the races that finished meanwhile, and give it as it is now; None: it is another's.

        Raises:
            StoreUnavailable: Redis cannot take it now.
        """
        for race in races:
            await self._shared.owe(race)
        for _ in range(ATTEMPTS):
            packed = await self._shared.whole.read(ours.code, LOG_MOST)
            try:
                after = await self._settle(ours, packed, base)
            except Conflict:
                continue
            return after
        raise StoreUnavailable(f"room {ours.code} changes too fast to be reunited")

    async def _settle(self, ours: WholeRoom, packed: PackedRoom | None, base: int | None) -> WholeRoom | None:
        theirs = _read(packed)
        relation = relate(ours, theirs, base)
        write, filing = self._shared.whole.write, self._filing
        match relation:
            case Relation.LEVEL:
                after: WholeRoom | None = theirs
            case Relation.OLDER if theirs is not None:
                after = ours
                news = replace(
                    ours,
                    entries=ours.entries[theirs.version - ours.first :],
                    chat=tuple(message for message in ours.chat if message.version > theirs.version),
                )
                await write(news, filing(ours.room), packed, anew=False)
            case Relation.FORKED if theirs is not None:
                after = await self._merge(ours, theirs)
                await write(after, filing(after.room), packed, anew=True)
            case Relation.ANOTHER:
                after = None
            case _:
                after = ours
                await write(ours, filing(ours.room), packed, anew=True)
        if relation is not Relation.LEVEL:
            log.warning("store.room_reunited", room=ours.code, how=relation.name.lower(), version=ours.version)
        self.counts[relation.name.lower()] += 1
        return after

    async def _merge(self, ours: WholeRoom, theirs: WholeRoom) -> WholeRoom:
        """Make one room of two; everybody gets one fresh view, because its version follows neither."""
        one, two = levelled(ours.room, theirs.room), levelled(theirs.room, ours.room)
        here = frozenset(who.player for who in ours.room.members.values() if who.node == self._node)
        sides = (
            Side(one, frozenset(_connected(one) & here), ours.chat),
            Side(two, frozenset(_connected(two) - here), theirs.chat),
        )
        now = calendar(self._clock(), one.steps)
        merged = rebase(*sides, now)
        for race in merged.races:
            await self._shared.owe(race)
        version = max(ours.version, theirs.version) + 2
        # A command may be asked for again that was applied to either copy, its answer lost: both sides' stay known.
        known = {**dict(theirs.known()), **dict(ours.known())}
        commands = tuple(sorted(known.items(), key=lambda one: one[1]))[-COMMANDS_MOST:]
        entries = (replace(hole(version), at=now),)
        return WholeRoom(theirs.place, version, version, merged.room, entries, merged.chat, commands)


def _read(packed: PackedRoom | None) -> WholeRoom | None:
    try:
        return packed.read() if packed is not None else None
    except Undecodable as error:
        raise StoreUnavailable(f"Redis has a room that this version cannot read: {error}") from error


def _connected(room: Room) -> set[PlayerId]:
    return {member.player for member in room.members.values() if member.away_since is None}

"""Writes a room back to Redis after it was isolated, or after Redis lost it; `ancestry` decides how.

A write succeeds only if Redis still has what was compared, so concurrent reconciliations by two nodes are serialized,
and a repeated one changes nothing.
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
from paddock.stores.failover.ancestry import Ancestry, compare
from paddock.stores.failover.replica import gap_entry
from paddock.stores.redis.packed import PackedRoom
from paddock.stores.redis.store import RedisStore
from paddock.stores.whole import WholeRoom

log = structlog.get_logger("paddock.stores.failover")

ATTEMPTS: Final = 8


class Reconciler:
    """Reconciles rooms; `counts` has the number of reconciliations by ancestry."""

    def __init__(
        self, shared: RedisStore, node: str, clock: Callable[[], Millis], filing: Callable[[Room], Filing]
    ) -> None:
        self._shared = shared
        self._node = node
        self._clock = clock
        self._filing = filing
        self.counts: Counter[str] = Counter()

    async def reconcile(
        self, ours: WholeRoom, base: int | None, races: tuple[FinishedRace, ...] = ()
    ) -> WholeRoom | None:
        """Write a room and its finished races to Redis.

        Return the room as it is then, or None if another, later room has its code.

        Raises:
            StoreUnavailable: Redis cannot save it now.
        """
        for race in races:
            await self._shared.owe(race)
        for _ in range(ATTEMPTS):
            packed = await self._shared.whole.read(ours.code, LOG_MOST)
            try:
                after = await self._reconcile_once(ours, packed, base)
            except Conflict:
                continue
            return after
        raise StoreUnavailable(f"room {ours.code} changes too fast to be reconciled")

    async def _reconcile_once(self, ours: WholeRoom, packed: PackedRoom | None, base: int | None) -> WholeRoom | None:
        theirs = _read(packed)
        ancestry = compare(ours, theirs, base)
        write, filing = self._shared.whole.write, self._filing
        match ancestry:
            case Ancestry.LEVEL:
                after: WholeRoom | None = theirs
            case Ancestry.OLDER if theirs is not None:
                after = ours
                news = replace(
                    ours,
                    entries=ours.entries[theirs.version - ours.first :],
                    chat=tuple(message for message in ours.chat if message.version > theirs.version),
                )
                await write(news, filing(ours.room), packed, anew=False)
            case Ancestry.FORKED if theirs is not None:
                after = await self._merge(ours, theirs)
                await write(after, filing(after.room), packed, anew=True)
            case Ancestry.ANOTHER:
                after = None
            case _:
                after = ours
                await write(ours, filing(ours.room), packed, anew=True)
        if ancestry is not Ancestry.LEVEL:
            log.warning("store.room_reconciled", room=ours.code, how=ancestry.name.lower(), version=ours.version)
        self.counts[ancestry.name.lower()] += 1
        return after

    async def _merge(self, ours: WholeRoom, theirs: WholeRoom) -> WholeRoom:
        """Merge two copies; its version follows neither, so every client asks for one fresh view."""
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
        # A client may repeat a command that was applied to either copy: the commands of both stay known.
        known = {**dict(theirs.known()), **dict(ours.known())}
        commands = tuple(sorted(known.items(), key=lambda one: one[1]))[-COMMANDS_MOST:]
        entries = (replace(gap_entry(version), at=now),)
        return WholeRoom(theirs.place, version, version, merged.room, entries, merged.chat, commands)


def _read(packed: PackedRoom | None) -> WholeRoom | None:
    try:
        return packed.read() if packed is not None else None
    except Undecodable as error:
        raise StoreUnavailable(f"Redis has a room that this version cannot read: {error}") from error


def _connected(room: Room) -> set[PlayerId]:
    return {member.player for member in room.members.values() if member.away_since is None}

"""Finished races in Redis: by name for a day, by room, and owed to the archive until it has them; no rules, no rooms.

The record is written under its name before the commit that announces it, because the two lie in different buckets. A
commit that fails leaves it behind for a day, which harms nobody: the seed fixes what is in it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import structlog

from paddock.domain.finished import FinishedRace
from paddock.domain.ids import Millis, RaceId, RoomId
from paddock.domain.record import RaceRecord
from paddock.stores.codec import DECODED_AT_ONCE, Undecodable, decode_finished, decode_record
from paddock.stores.contract import RACES_KEPT_MS, Backlog
from paddock.stores.redis import keys
from paddock.stores.redis.replies import Command, bodies, body, number
from paddock.stores.redis.scripts import Scripts
from paddock.stores.redis.servers import Servers, Step

log = structlog.get_logger("paddock.stores.redis")

KEPT_S: Final = RACES_KEPT_MS // 1000


class Races:
    """Keeps finished races."""

    def __init__(self, servers: Servers, scripts: Scripts) -> None:
        self._servers = servers
        self._keys = servers.keys
        self._scripts = scripts
        self._owed_in: dict[RaceId, int] = {}

    async def put(self, race: RaceId, record: bytes) -> None:
        """Keep an encoded record under its name for `KEPT_S`."""
        await self._servers.run(
            Step(keys.bucket_of(race), self._scripts.put, (self._keys.of_race(race),), (record, KEPT_S))
        )

    async def of_room(self, room: RoomId, limit: int) -> tuple[RaceRecord, ...]:
        """Give the newest races of a room, newest first; see `RoomStore`."""
        if limit < 1:
            return ()
        names = self._keys.of_room(room)
        history: Command = ("ZRANGE", names.history, 0, limit - 1, "REV")
        (found,) = await self._servers.ask([(names.bucket, history)])
        races = [RaceId(name.decode()) for name in bodies(found)]
        records = await self._many(races)
        return tuple(record for record in records if record is not None)

    async def one(self, race: RaceId) -> RaceRecord | None:
        """Give one race by its name; see `RoomStore`."""
        (record,) = await self._many([race])
        return record

    async def unrecorded(self, limit: int) -> tuple[FinishedRace, ...]:
        """Give what is owed to the archive, longest waiting first; see `RoomStore`."""
        if limit < 1:
            return ()
        every = range(keys.BUCKETS)
        oldest: list[tuple[int, Command]] = [
            (bucket, ("ZRANGE", self._keys.of_bucket("unrecorded", bucket), 0, limit - 1, "WITHSCORES"))
            for bucket in every
        ]
        waiting: list[tuple[float, RaceId, int]] = []
        for bucket, reply in zip(every, await self._servers.ask(oldest), strict=True):
            flat = bodies(reply)
            for name, at in zip(flat[::2], flat[1::2], strict=True):
                waiting.append((float(at), RaceId(name.decode()), bucket))
        first = sorted(waiting)[:limit]
        # `recorded` names races only; whoever calls it has asked for them here before.
        self._owed_in = {race: bucket for _, race, bucket in first}
        wanted: list[tuple[int, Command]] = []
        for _, race, bucket in first:
            wanted.append((bucket, ("HGET", self._keys.of_bucket("owed", bucket), race)))
            # A record that is still owed can still be asked for by its name, however long the archive is away.
            wanted.append((keys.bucket_of(race), ("EXPIRE", self._keys.of_race(race), KEPT_S)))
        replies = await self._servers.ask(wanted)
        races: list[FinishedRace] = []
        for count, ((_, race, _), reply) in enumerate(zip(first, replies[::2], strict=True), 1):
            found = _owed(race, body(reply))
            if found is not None:
                races.append(found)
            if count % DECODED_AT_ONCE == 0:
                await asyncio.sleep(0)
        return tuple(races)

    async def backlog(self) -> Backlog:
        """Count what is owed to the archive; see `RoomStore`."""
        questions: list[tuple[int, Command]] = []
        for bucket in range(keys.BUCKETS):
            waiting = self._keys.of_bucket("unrecorded", bucket)
            questions += [(bucket, ("ZCARD", waiting)), (bucket, ("ZRANGE", waiting, 0, 0, "WITHSCORES"))]
        replies = await self._servers.ask(questions)
        oldest = [float(flat[1]) for flat in map(bodies, replies[1::2]) if flat]
        return Backlog(sum(map(number, replies[::2])), Millis(int(min(oldest))) if oldest else None)

    async def recorded(self, races: Sequence[RaceId]) -> None:
        """Note that the archive has these races; see `RoomStore`."""
        buckets: dict[int, list[RaceId]] = {}
        for race in races:
            known = self._owed_in.get(race)
            for bucket in (known,) if known is not None else range(keys.BUCKETS):
                buckets.setdefault(bucket, []).append(race)
        steps = [
            Step(
                bucket,
                self._scripts.recorded,
                (self._keys.of_bucket("unrecorded", bucket), self._keys.of_bucket("owed", bucket)),
                tuple(named),
            )
            for bucket, named in buckets.items()
        ]
        await self._servers.run_all(steps)

    async def _many(self, races: Sequence[RaceId]) -> list[RaceRecord | None]:
        questions: list[tuple[int, Command]] = [
            (keys.bucket_of(race), ("GET", self._keys.of_race(race))) for race in races
        ]
        replies = await self._servers.ask(questions)
        records: list[RaceRecord | None] = []
        for count, (race, reply) in enumerate(zip(races, replies, strict=True), 1):
            records.append(_record(race, body(reply)))
            if count % DECODED_AT_ONCE == 0:
                await asyncio.sleep(0)
        return records


def _owed(race: RaceId, owed: bytes | None) -> FinishedRace | None:
    if owed is None:
        return None
    try:
        return decode_finished(owed)
    except Undecodable as error:
        log.error("store.race_unreadable", race=race, reason=str(error))
        return None


def _record(race: RaceId, record: bytes | None) -> RaceRecord | None:
    if record is None:
        return None
    try:
        return decode_record(record)
    except Undecodable as error:
        log.error("store.race_unreadable", race=race, reason=str(error))
        return None

"""An evening of races, recorded while its PostgreSQL is killed at moments that dice choose, and away for a while.

A store owes the races, a recorder hands them over: the real ones. Afterwards every race must be there exactly once, and
every figure must be what a recount gives.
"""

from __future__ import annotations

import asyncio
import random
import time

from msgspec import Struct
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.archive.archives import PATIENT, archive_on, recounted
from tests.archive.evenings import raced
from tests.servers.postgres_server import PostgresServer
from tests.stores.builders import NOON, entry, filed, room
from tests.waiting import until

from paddock.archive.database import Database, Limits
from paddock.archive.postgres import Postgres
from paddock.archive.sql import SqlArchive
from paddock.archive.tables import entries, races
from paddock.domain.finished import FinishedRace
from paddock.domain.ids import Millis
from paddock.service.recorder import Recorder
from paddock.stores.contract import Backlog
from paddock.stores.local import LocalStore

PATIENCE_S = 60.0
MOMENTS = 400
"""Turns of the loop, about a recording's worth: somewhere among them the database is killed."""
PEOPLE = ("Mina", "Jun", "Ara", "Bora", "Doha")
AS_SHIPPED = Limits(pool=5)


class Found(Struct):
    """What came of an evening."""

    races: int
    rows: int
    distinct: int
    entries: int
    wrong: tuple[str, ...]
    kills: int
    drained_s: float
    seed: int


async def play(server: PostgresServer, during: int, away: int, seed: int) -> Found:
    """Run `during` races with kills, then `away` races with no database, then let it come back."""
    dice = random.Random(seed)
    url = await server.copy()
    store = LocalStore(None)
    await store.open()
    await store.create(room(), entry(1), filed())
    archive = archive_on(Postgres(url, AS_SHIPPED))
    recorder = Recorder(store, archive, lambda: Millis(NOON), dice.random, lambda _: None, late_s=5, tick_s=0.01)
    recording = asyncio.create_task(recorder.run())
    kills = 0

    async def all_recorded() -> bool:
        return await store.backlog() == Backlog(0, None)

    async def missed() -> bool:
        return recorder.state.away is not None or await all_recorded()

    try:
        for number in range(during):
            await store.commit(room(), entry(number + 2), filed(), _race(number, dice))
            if dice.random() < 0.5:
                await until(all_recorded, "the races so far are recorded")
            if dice.random() < 0.2:
                kills += 1
                for _ in range(dice.randrange(MOMENTS)):
                    await asyncio.sleep(0)
                await asyncio.to_thread(server.kill)
                if dice.random() < 0.5:
                    await until(missed, "the recorder misses the database")
                await asyncio.to_thread(server.start)
        await asyncio.to_thread(server.kill)
        for number in range(during, during + away):
            await store.commit(room(), entry(number + 2), filed(), _race(number, dice))
        await until(missed, "the recorder misses the database")
        assert (await store.backlog()).races >= away
        await asyncio.to_thread(server.start)
        back = time.monotonic()
        await until(all_recorded, "what waited is recorded", PATIENCE_S)
        drained = time.monotonic() - back
    finally:
        recording.cancel()
        await archive.close()
        await store.close()
    return await _judge(archive_on(Postgres(url, PATIENT)), during + away, kills + 1, drained, seed)


def _race(number: int, dice: random.Random) -> FinishedRace:
    people = dice.sample(PEOPLE, dice.randint(2, len(PEOPLE)))
    return raced(number, *people, room=1 + number % 3)


async def _judge(archive: SqlArchive, number: int, kills: int, drained: float, seed: int) -> Found:
    await archive.open()

    async def count(connection: AsyncConnection) -> tuple[int, int, int]:
        rows, distinct = (await connection.execute(select(func.count(), func.count(races.c.race.distinct())))).one()
        return rows, distinct, await connection.scalar(select(func.count()).select_from(entries)) or 0

    rows, distinct, of_entries = await Database(archive.server).read(count)
    wrong = tuple(str(difference) for difference in await recounted(archive))
    await archive.close()
    return Found(number, rows, distinct, of_entries, wrong, kills, drained, seed)

"""Races that the database would not take: set aside as they came, listed, and taken up again when asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from msgspec import Struct
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from paddock.archive.statements import upsert
from paddock.archive.tables import quarantine
from paddock.domain.finished import FinishedRace
from paddock.domain.ids import Millis, RaceId


class SetAside(Struct, frozen=True):
    """A race in quarantine, why, and since when; `found` is None when its body cannot be read."""

    race: RaceId
    reason: str
    at: Millis
    found: FinishedRace | None

    def since(self) -> str:
        """Say since when, for people."""
        return f"{datetime.fromtimestamp(self.at / 1000, UTC):%Y-%m-%d %H:%M} UTC"


async def put(connection: AsyncConnection, race: FinishedRace, reason: str, now: Millis) -> None:
    """Set a race aside."""
    # JSON escapes control characters, so a text column takes whatever the race has in it.
    row = {"race": race.race, "reason": reason, "at": now, "body": msgspec.json.encode(race).decode()}
    insert = upsert(connection, quarantine).values(row)
    await connection.execute(insert.on_conflict_do_update(index_elements=["race"], set_={"reason": reason}))


async def listed(connection: AsyncConnection) -> tuple[SetAside, ...]:
    """Give all races that are set aside, the longest waiting first."""
    rows = await connection.execute(select(quarantine).order_by(quarantine.c.at, quarantine.c.race))
    return tuple(SetAside(RaceId(row.race), row.reason, Millis(row.at), _decoded(row.body)) for row in rows)


async def taken(connection: AsyncConnection, races: Sequence[RaceId]) -> None:
    """Take races out of quarantine: they are recorded now."""
    await connection.execute(delete(quarantine).where(quarantine.c.race.in_(races)))


def _decoded(body: str) -> FinishedRace | None:
    try:
        return msgspec.json.decode(body, type=FinishedRace)
    except msgspec.MsgspecError:
        return None

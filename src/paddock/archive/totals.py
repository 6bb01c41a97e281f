"""Figures over everybody: kinds, days, and everything in all."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from paddock.archive.contract import DayRow, KindRow, Totals
from paddock.archive.tables import days, kinds, profiles, quarantine, races, rooms
from paddock.domain.ids import Kind, Millis


async def of_kinds(connection: AsyncConnection) -> tuple[KindRow, ...]:
    """Give the figures of all kinds, most picked first."""
    columns = (kinds.c.kind, kinds.c.lined_up, kinds.c.picked, kinds.c.wins, kinds.c.lasts)
    question = select(*columns).where(kinds.c.lined_up > 0).order_by(kinds.c.picked.desc(), kinds.c.kind)
    return tuple(KindRow(Kind(kind), *counts) for kind, *counts in await connection.execute(question))


async def of_days(connection: AsyncConnection, keys: Sequence[str]) -> tuple[DayRow, ...]:
    """Give the figures of some days in their order, those without a race too."""
    columns = (days.c.day, days.c.races, days.c.players, days.c.rooms)
    found = await connection.execute(select(*columns).where(days.c.day.in_(keys)))
    known = {day: DayRow(day, raced, players, in_rooms) for day, raced, players, in_rooms in found}
    return tuple(known.get(day, DayRow(day, 0, 0, 0)) for day in keys)


async def in_all(connection: AsyncConnection) -> Totals:
    """Give what there is in all."""
    raced = select(func.coalesce(func.sum(days.c.races), 0)).scalar_subquery()
    people = select(func.count()).select_from(profiles).scalar_subquery()
    places = select(func.count()).select_from(rooms).scalar_subquery()
    first = select(func.min(races.c.starts_at)).scalar_subquery()
    row = (await connection.execute(select(raced, people, places, first))).one()
    return Totals(int(row[0]), row[1], row[2], Millis(row[3]) if row[3] is not None else None)


async def quarantined(connection: AsyncConnection) -> int:
    """Count the races that were set aside."""
    return await connection.scalar(select(func.count()).select_from(quarantine)) or 0

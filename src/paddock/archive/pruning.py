"""Retention: races that are older than the operator keeps them go, and with them what they gave to all figures."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from paddock.archive import figures
from paddock.archive.tables import audit, days, entries, erased, races
from paddock.domain.ids import Millis


async def prune(connection: AsyncConnection, before: Millis, limit: int) -> int:
    """Remove up to `limit` races from before a moment, the oldest first, and say how many."""
    oldest = select(races.c.id, races.c.day).where(races.c.starts_at < before).order_by(races.c.starts_at)
    rows = (await connection.execute(oldest.limit(limit))).all()
    if not rows:
        await connection.execute(delete(audit).where(audit.c.at < before))
        await connection.execute(delete(erased).where(erased.c.at < before))
        return 0
    ids, of_days = [row.id for row in rows], {row.day for row in rows}
    people = list(
        await connection.scalars(
            select(entries.c.profile_id).distinct().where(entries.c.race_id.in_(ids), entries.c.profile_id.is_not(None))
        )
    )
    gone = (await connection.execute(figures.counted_kinds().where(races.c.id.in_(ids)))).all()
    lost = figures.tally(gone, -1)
    await connection.execute(delete(entries).where(entries.c.race_id.in_(ids)))
    await connection.execute(delete(races).where(races.c.id.in_(ids)))
    await figures.add_kinds(connection, lost)
    await figures.take_standings(connection, people)
    await figures.count_days(connection, of_days)
    empty = select(days.c.day).where(days.c.day.in_(of_days), ~select(races).where(races.c.day == days.c.day).exists())
    await connection.execute(delete(days).where(days.c.day.in_(empty)))
    return len(ids)

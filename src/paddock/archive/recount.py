"""A recount: all figures taken anew from races and entries, compared with those that are kept, and put right if asked.

It proves that figures follow from what is recorded; it is no part of running.
"""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from paddock.archive import figures
from paddock.archive.figures import COUNTS, KEYS
from paddock.archive.tables import days, kinds, standings

SHOWN = 10
_COLUMNS = (*KEYS, *COUNTS, "bound")


class Difference(Struct, frozen=True):
    """A table whose figures are not what a recount gives: how many rows, and some of them as texts."""

    table: str
    rows: int
    examples: tuple[str, ...]


async def differences(connection: AsyncConnection) -> tuple[Difference, ...]:
    """Compare all figures with a recount; nothing is changed."""
    found = [await _standings(connection), await _kinds(connection), await _days(connection)]
    return tuple(difference for difference in found if difference.rows)


async def put_right(connection: AsyncConnection) -> None:
    """Replace all figures by a recount."""
    await connection.execute(delete(standings))
    await figures.add_standings(connection)
    await connection.execute(delete(kinds))
    rows = (await connection.execute(figures.counted_kinds())).all()
    await figures.add_kinds(connection, figures.tally(rows))
    await figures.count_days(connection)


async def _standings(connection: AsyncConnection) -> Difference:
    right = figures.derived()
    wanted = select(*(right.c[name] for name in _COLUMNS))
    kept = select(*(standings.c[name] for name in _COLUMNS))
    sides = {"missing or wrong": wanted.except_(kept), "kept": kept.except_(wanted)}
    count, examples = 0, []
    for side, question in sides.items():
        rows = question.subquery("side")
        number = await connection.scalar(select(func.count()).select_from(rows)) or 0
        count = max(count, number)
        if number:
            some = await connection.execute(select(rows).limit(SHOWN // 2))
            examples += [f"{side}: {dict(zip(_COLUMNS, row, strict=True))}" for row in some]
    return Difference("standings", count, tuple(examples))


async def _kinds(connection: AsyncConnection) -> Difference:
    rows = (await connection.execute(figures.counted_kinds())).all()
    right = figures.tally(rows)
    kept = {kind: tuple(counts) for kind, *counts in await connection.execute(select(kinds))}
    nothing = (0, 0, 0, 0)
    wrong = [kind for kind in right.keys() | kept.keys() if right.get(kind, nothing) != kept.get(kind, nothing)]
    examples = [f"{kind}: {kept.get(kind)} instead of {right.get(kind)}" for kind in sorted(wrong)[:SHOWN]]
    return Difference("kinds", len(wrong), tuple(examples))


async def _days(connection: AsyncConnection) -> Difference:
    counted = figures.counted_days()
    wrong: ColumnElement[bool] = or_(*(days.c[name] != value for name, value in counted.items()))
    rows = (await connection.execute(select(days.c.day, days.c.races, days.c.players, days.c.rooms).where(wrong))).all()
    return Difference("days", len(rows), tuple(str(tuple(row)) for row in rows[:SHOWN]))

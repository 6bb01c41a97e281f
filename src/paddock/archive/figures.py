"""Figures are derived: one set of statements gives standings, kinds and days from races and entries, for some or all.

Recording adds what new races give, a recount takes everything anew, and both ask the same question. What counts: a
race counts with its first heat, which says who won (the players on the first-ranked racers) and which kinds ran;
the one payer of a round counts with the heat that left nobody else, on the day of that heat.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    Row,
    Select,
    Subquery,
    and_,
    case,
    cast,
    delete,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from paddock.archive.calendar import ALL
from paddock.archive.statements import upsert
from paddock.archive.tables import EVERYWHERE, days, entries, kinds, races, standings

CERTAINTY: Final = 1.959963984540054
"""The 97.5 % point of the normal distribution: a rate lies above its lower bound in 95 % of cases, two-sided."""
MILLIONTHS: Final = 1_000_000
KEYS: Final = ("scope", "period", "profile_id")
COUNTS: Final = ("races", "wins", "paid")


def lower_bound(wins: ColumnElement[int], raced: ColumnElement[int]) -> ColumnElement[int]:
    """Give the lower end of the Wilson score interval (Wilson, 1927) of a rate, in millionths; 0 for no races."""
    number = cast(func.nullif(raced, 0), Float(53))
    rate = cast(wins, Float(53)) / number
    square = CERTAINTY * CERTAINTY
    spread = func.sqrt((rate * (1.0 - rate) + square / (4.0 * number)) / number)
    bound = (rate + square / (2.0 * number) - CERTAINTY * spread) / (1.0 + square / number)
    return cast(func.coalesce(func.round(bound * float(MILLIONTHS)), 0), Integer)


def derived(*only: ColumnElement[bool]) -> Subquery:
    """Select the standings that races and entries give, restricted by conditions on `races` and `entries`."""
    first = entries.c.runoff == 0
    pays = entries.c.player == races.c.payer
    daily = (
        select(
            entries.c.profile_id,
            races.c.room_id,
            days.c.day,
            days.c.week,
            days.c.month,
            _sum(first).label("races"),
            _sum(and_(first, entries.c.rank == 1)).label("wins"),
            _sum(pays).label("paid"),
        )
        .join_from(entries, races, races.c.id == entries.c.race_id)
        .join(days, days.c.day == races.c.day)
        .where(entries.c.profile_id.is_not(None), or_(first, pays), *only)
        .group_by(entries.c.profile_id, races.c.room_id, days.c.day, days.c.week, days.c.month)
        .cte("daily")
    )
    parts = []
    for scope in (None, daily.c.room_id):
        for period in (None, daily.c.month, daily.c.week, daily.c.day):
            groups = [column for column in (scope, period, daily.c.profile_id) if column is not None]
            parts.append(
                select(
                    (literal(EVERYWHERE) if scope is None else scope).label("scope"),
                    (literal(ALL) if period is None else period).label("period"),
                    daily.c.profile_id,
                    *(cast(func.sum(daily.c[name]), Integer).label(name) for name in COUNTS),
                ).group_by(*groups)
            )
    found = union_all(*parts).subquery("found")
    return select(
        *(found.c[name] for name in (*KEYS, *COUNTS)), lower_bound(found.c.wins, found.c.races).label("bound")
    ).subquery("derived")


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


async def add_standings(connection: AsyncConnection, *only: ColumnElement[bool]) -> None:
    """Add what some races give to the standings."""
    rows = derived(*only)
    insert = upsert(connection, standings).from_select([*KEYS, *COUNTS, "bound"], select(rows).where(true()))
    new = {name: standings.c[name] + insert.excluded[name] for name in COUNTS}
    bound = lower_bound(new["wins"], new["races"])
    await connection.execute(insert.on_conflict_do_update(index_elements=list(KEYS), set_={**new, "bound": bound}))


async def take_standings(connection: AsyncConnection, people: Sequence[int]) -> None:
    """Take the standings of some people anew."""
    await connection.execute(delete(standings).where(standings.c.profile_id.in_(people)))
    await add_standings(connection, entries.c.profile_id.in_(people))


def counted_days() -> dict[str, ColumnElement[int]]:
    """Give what the columns of `days` should be, as questions about a row of it."""
    of_day = races.c.day == days.c.day
    return {
        "races": select(func.count()).where(of_day, races.c.runoff == 0).scalar_subquery(),
        "players": select(func.count())
        .where(standings.c.scope == EVERYWHERE, standings.c.period == days.c.day)
        .scalar_subquery(),
        "rooms": select(func.count(races.c.room_id.distinct())).where(of_day).scalar_subquery(),
    }


async def count_days(connection: AsyncConnection, only: Iterable[str] | None = None) -> None:
    """Count days anew, all or some; to be done after the standings."""
    statement = update(days).values(counted_days())
    if only is not None:
        statement = statement.where(days.c.day.in_(sorted(only)))
    await connection.execute(statement)


def counted_kinds() -> Select[str, str, str, str, int]:
    """Select how often which kinds were lined up, picked, first and last together."""
    columns = (races.c.lineup, races.c.picked, races.c.winners, races.c.losers)
    return select(*columns, func.count()).where(races.c.runoff == 0).group_by(*columns)


Tally = Mapping[str, tuple[int, int, int, int]]
"""By kind: how often it was lined up and picked, how often first and last."""


def tally(rows: Iterable[Row[str, str, str, str, int]], sign: int = 1) -> Tally:
    """Add up rows of `counted_kinds`; -1 gives what is to be taken away."""
    counts: tuple[Counter[str], ...] = (Counter(), Counter(), Counter(), Counter())
    for lineup, picked, winners, losers, number in rows:
        for counter, names in zip(counts, (lineup, picked, winners, losers), strict=True):
            for kind in names.split():
                counter[kind] += sign * number
    lined_up, picked_of, wins, lasts = counts
    return {kind: (lined_up[kind], picked_of[kind], wins[kind], lasts[kind]) for kind in lined_up}


async def add_kinds(connection: AsyncConnection, figures: Tally) -> None:
    """Add to the figures of kinds; negative numbers take away."""
    if not figures:
        return
    names = ("lined_up", "picked", "wins", "lasts")
    rows = [{"kind": kind, **dict(zip(names, figures[kind], strict=True))} for kind in sorted(figures)]
    insert = upsert(connection, kinds).values(rows)
    new = {name: kinds.c[name] + insert.excluded[name] for name in names}
    await connection.execute(insert.on_conflict_do_update(index_elements=["kind"], set_=new))

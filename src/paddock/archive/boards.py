"""Boards: people by what they have in one scope and period, in the order of an index; ranks are counted, not kept."""

from __future__ import annotations

from typing import Annotated, Final, assert_never

from msgspec import Struct
from sqlalchemy import Column, ColumnElement, Row, Select, func, literal_column, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from paddock.archive import cursors
from paddock.archive.contract import (
    LEAST_RACES,
    PAGE_MOST,
    BadCursor,
    Board,
    BoardQuestion,
    BoardRow,
    Page,
    ProfileId,
)
from paddock.archive.cursors import BIG
from paddock.archive.figures import MILLIONTHS
from paddock.archive.histories import room_number
from paddock.archive.tables import EVERYWHERE, profiles, standings


class BoardPlace(Struct, frozen=True, array_like=True):
    """Where a page of a board ended: after a person with a value. It is good for one board, scope and period."""

    board: Board
    scope: Annotated[int, BIG]
    period: str
    value: Annotated[int, BIG]
    person: Annotated[int, BIG]


class Asked(Struct, frozen=True):
    """A board with the scope and period that its question leads to."""

    board: Board
    scope: int
    period: str

    @property
    def value(self) -> Column[int]:
        """The column that it ranks by."""
        match self.board:
            case Board.RACES:
                return standings.c.races
            case Board.WINS:
                return standings.c.wins
            case Board.WIN_RATE:
                return standings.c.bound
            case Board.PAID:
                return standings.c.paid
            case _:
                assert_never(self.board)

    def conditions(self) -> tuple[ColumnElement[bool], ...]:
        """Say who is on it: those with something to show, and enough races for a rate."""
        here = (standings.c.scope == self.scope, standings.c.period == self.period)
        if self.board is Board.WIN_RATE:
            # Written out: an index of some rows is of use only when the statement itself says that it wants just those.
            return (*here, standings.c.races >= literal_column(str(LEAST_RACES)))
        return (*here, self.value > 0)


_COLUMNS: Final = (
    standings.c.profile_id,
    standings.c.races,
    standings.c.wins,
    standings.c.paid,
    standings.c.bound,
)


async def asked(connection: AsyncConnection, question: BoardQuestion, period: str) -> Asked | None:
    """Find the scope of a question; None when nothing was ever recorded of its room."""
    if question.room is None:
        return Asked(question.board, EVERYWHERE, period)
    scope = await room_number(connection, question.room, question.opened_at)
    return Asked(question.board, scope, period) if scope is not None else None


async def page(connection: AsyncConnection, of: Asked, cursor: str | None, limit: int) -> Page[BoardRow]:
    """Give part of a board, best first."""
    limit = max(1, min(limit, PAGE_MOST))
    inner = _rows(of).order_by(of.value.desc(), standings.c.profile_id.desc()).limit(limit + 1)
    if cursor is not None:
        place = _place(of, cursor)
        inner = inner.where(tuple_(of.value, standings.c.profile_id) < (place.value, place.person))
    # Names are looked up for the page alone: a plan that is made for any page might join everybody's.
    rows = inner.subquery("rows")
    question = select(rows, profiles.c.profile, profiles.c.name).join(profiles, profiles.c.id == rows.c.profile_id)
    question = question.order_by(rows.c.value.desc(), rows.c.profile_id.desc())
    found = (await connection.execute(question)).all()
    shown = found[:limit]
    if not shown:
        return Page((), None)
    rank, ahead = await _begin(connection, of, shown[0])
    items: list[BoardRow] = []
    for turn, row in enumerate(shown):
        if turn and row.value != shown[turn - 1].value:
            rank = ahead + turn + 1
        items.append(_row(rank, row, row.profile, row.name))
    last = shown[-1]
    more = len(found) > limit
    end = BoardPlace(of.board, of.scope, of.period, last.value, last.profile_id)
    return Page(tuple(items), cursors.write(end) if more else None)


async def standing(connection: AsyncConnection, of: Asked, person: ProfileId) -> BoardRow | None:
    """Give a person's own row."""
    # By number, which is the key of standings: a plan that is made for any period might read a whole one instead.
    whose = select(profiles.c.id, profiles.c.name).where(profiles.c.profile == person)
    known = (await connection.execute(whose)).one_or_none()
    if known is None:
        return None
    row = (await connection.execute(_rows(of).where(standings.c.profile_id == known.id))).one_or_none()
    if row is None:
        return None
    return _row(1 + await _better(connection, of, row.value), row, person, known.name)


def _rows(of: Asked) -> Select[*tuple[object, ...]]:
    return select(*_COLUMNS, of.value.label("value")).where(*of.conditions())


def _place(of: Asked, cursor: str) -> BoardPlace:
    place = cursors.read(cursor, BoardPlace)
    if (place.board, place.scope, place.period) != (of.board, of.scope, of.period):
        raise BadCursor("a cursor of another board")
    return place


async def _begin(connection: AsyncConnection, of: Asked, first: Row[*tuple[object, ...]]) -> tuple[int, int]:
    """Give the rank of a page's first row, and how many rows stand before it."""
    better = await _better(connection, of, first.value)
    beside = select(func.count()).where(
        *of.conditions(), of.value == first.value, standings.c.profile_id > first.profile_id
    )
    return better + 1, better + (await connection.scalar(beside) or 0)


async def _better(connection: AsyncConnection, of: Asked, value: int) -> int:
    return await connection.scalar(select(func.count()).where(*of.conditions(), of.value > value)) or 0


def _row(rank: int, row: Row[*tuple[object, ...]], person: str, name: str) -> BoardRow:
    return BoardRow(
        rank,
        ProfileId(person),
        name,
        row.races,
        row.wins,
        row.paid,
        row.wins / row.races if row.races else 0.0,
        row.bound / MILLIONTHS,
    )

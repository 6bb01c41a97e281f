"""Races as they are read back: one by its id, those of a room and those of a person, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

import msgspec
import structlog
from msgspec import Struct
from sqlalchemy import Row, Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from paddock.archive import cursors
from paddock.archive.contract import PAGE_MOST, BadCursor, Page, ProfileId, RaceLine, Runner, after, place_of
from paddock.archive.cursors import BIG
from paddock.archive.rows import record_of
from paddock.archive.tables import books, entries, profiles, races, rooms
from paddock.domain.card import Rule
from paddock.domain.ids import Kind, Millis, PlayerId, RaceId, RoomId
from paddock.domain.record import RaceRecord

log = structlog.get_logger("paddock.archive")

_LINE: Final = (
    races.c.id,
    races.c.race,
    rooms.c.code,
    races.c.starts_at,
    races.c.track,
    races.c.rule,
    races.c.runoff,
    races.c.payer,
)


class PersonPlace(Struct, frozen=True, array_like=True, tag="person"):
    """Where a page of a person's races ended."""

    person: str
    starts_at: Annotated[int, BIG]
    number: Annotated[int, BIG]


async def race(connection: AsyncConnection, name: RaceId) -> RaceRecord | None:
    """Give the public record of a race."""
    question = select(races.c.id, races.c.body, books.c.body).join(books, books.c.digest == races.c.book)
    row = (await connection.execute(question.where(races.c.race == name))).one_or_none()
    if row is None:
        return None
    number, body, book = row
    found = await connection.execute(select(entries.c.player, entries.c.name).where(entries.c.race_id == number))
    try:
        return record_of(body, book, {PlayerId(player): name for player, name in found})
    except (msgspec.MsgspecError, ValueError) as error:
        log.error("archive.race_unreadable", race=name, reason=str(error))
        return None


async def room_number(connection: AsyncConnection, code: RoomId, opened_at: Millis | None) -> int | None:
    """Give the number of the newest room of a code, or of the one that was opened then."""
    question = select(rooms.c.id).where(rooms.c.code == code).order_by(rooms.c.opened_at.desc()).limit(1)
    if opened_at is not None:
        question = question.where(rooms.c.opened_at == opened_at)
    return await connection.scalar(question)


async def of_room(
    connection: AsyncConnection, code: RoomId, cursor: str | None, limit: int, opened_at: Millis | None
) -> Page[RaceLine]:
    """Give the races of a room, newest first."""
    place = place_of(cursor) if cursor is not None else None
    number = await room_number(connection, code, opened_at)
    if number is None:
        return Page((), None)
    question = select(*_LINE).join(rooms, rooms.c.id == races.c.room_id).where(races.c.room_id == number)
    if place is not None:
        question = question.where(tuple_(races.c.starts_at, races.c.race) < (place.starts_at, place.race))
    question = question.order_by(races.c.starts_at.desc(), races.c.race.desc())
    lines, more = await _lines(connection, question, limit)
    return Page(tuple(lines), after(lines[-1]) if more else None)


async def of_person(connection: AsyncConnection, person: ProfileId, cursor: str | None, limit: int) -> Page[RaceLine]:
    """Give the races of a person, newest first."""
    place = cursors.read(cursor, PersonPlace) if cursor is not None else None
    if place is not None and place.person != person:
        raise BadCursor("a cursor of somebody else's races")
    number = await connection.scalar(select(profiles.c.id).where(profiles.c.profile == person))
    if number is None:
        return Page((), None)
    # Two seats of one person in a race are one line.
    mine = select(entries.c.starts_at, entries.c.race_id).where(entries.c.profile_id == number).distinct()
    if place is not None:
        mine = mine.where(tuple_(entries.c.starts_at, entries.c.race_id) < (place.starts_at, place.number))
    mine = mine.order_by(entries.c.starts_at.desc(), entries.c.race_id.desc()).limit(_most(limit) + 1)
    found = mine.subquery("mine")
    question = (
        select(*_LINE)
        .join(rooms, rooms.c.id == races.c.room_id)
        .join(found, found.c.race_id == races.c.id)
        .order_by(races.c.starts_at.desc(), races.c.id.desc())
    )
    rows = (await connection.execute(question)).all()
    shown = rows[: _most(limit)]
    lines = await _with_runners(connection, shown)
    end = PersonPlace(person, shown[-1].starts_at, shown[-1].id) if len(rows) > len(shown) else None
    return Page(tuple(lines), cursors.write(end) if end is not None else None)


def _most(limit: int) -> int:
    return max(1, min(limit, PAGE_MOST))


async def _lines(
    connection: AsyncConnection, question: Select[tuple[object, ...]], limit: int
) -> tuple[list[RaceLine], bool]:
    rows = (await connection.execute(question.limit(_most(limit) + 1))).all()
    return await _with_runners(connection, rows[: _most(limit)]), len(rows) > _most(limit)


async def _with_runners(connection: AsyncConnection, rows: Sequence[Row[*tuple[object, ...]]]) -> list[RaceLine]:
    """Make lines of rows of `_LINE`."""
    if not rows:
        return []
    ids = [row.id for row in rows]
    question = (
        select(
            entries.c.race_id,
            entries.c.player,
            profiles.c.profile,
            entries.c.name,
            entries.c.racer,
            entries.c.kind,
            entries.c.rank,
            entries.c.time_ms,
        )
        .outerjoin(profiles, profiles.c.id == entries.c.profile_id)
        .where(entries.c.race_id.in_(ids))
        .order_by(entries.c.race_id, entries.c.rank, entries.c.racer, entries.c.player)
    )
    payers = {row.id: row.payer for row in rows}
    runners: dict[int, list[Runner]] = {number: [] for number in ids}
    for number, player, person, name, racer, kind, rank, time_ms in await connection.execute(question):
        pays = payers[number] == player
        runners[number].append(Runner(person, PlayerId(player), name, racer, Kind(kind), rank, time_ms, pays))
    return [
        RaceLine(
            RaceId(row.race),
            RoomId(row.code),
            Millis(row.starts_at),
            row.track,
            Rule(row.rule),
            row.runoff,
            tuple(runners[row.id]),
        )
        for row in rows
    ]

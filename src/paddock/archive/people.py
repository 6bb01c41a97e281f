"""People and their devices: figures, name, everything kept of them, its deletion, and moving to another device."""

from __future__ import annotations

import hashlib

from sqlalchemy import ColumnElement, Integer, and_, case, cast, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from paddock.archive import figures
from paddock.archive.calendar import ALL
from paddock.archive.contract import MOVE_LASTS_MS, Profile, ProfileId
from paddock.archive.statements import upsert
from paddock.archive.tables import EVERYWHERE, devices, entries, erased, moves, profiles, races, standings
from paddock.domain.ids import Kind, Millis


async def profile(connection: AsyncConnection, person: ProfileId) -> Profile | None:
    """Give a person's figures."""
    row = (await connection.execute(select(profiles).where(profiles.c.profile == person))).one_or_none()
    if row is None:
        return None
    counts = select(standings.c.races, standings.c.wins, standings.c.paid).where(
        standings.c.scope == EVERYWHERE, standings.c.period == ALL, standings.c.profile_id == row.id
    )
    found = (await connection.execute(counts)).one_or_none()
    raced, wins, paid = found if found is not None else (0, 0, 0)
    favourite = (
        select(entries.c.kind)
        .where(entries.c.profile_id == row.id, entries.c.runoff == 0)
        .group_by(entries.c.kind)
        .order_by(func.count().desc(), entries.c.kind)
        .limit(1)
    )
    last = select(func.max(entries.c.starts_at)).where(entries.c.profile_id == row.id)
    kind, last_at = (await connection.execute(select(favourite.scalar_subquery(), last.scalar_subquery()))).one()
    streaks = (await connection.execute(_streaks(row.id))).one()
    return Profile(
        profile=person,
        name=row.name,
        since=Millis(row.since),
        races=raced,
        wins=wins,
        paid=paid,
        win_rate=wins / raced if raced else 0.0,
        pay_rate=paid / raced if raced else 0.0,
        win_streak=streaks.win_streak,
        best_win_streak=streaks.best_win_streak,
        paid_streak=streaks.paid_streak,
        worst_paid_streak=streaks.worst_paid_streak,
        favourite=Kind(kind) if kind is not None else None,
        last_raced_at=Millis(last_at) if last_at is not None else None,
    )


def _streaks(person: int):  # type: ignore[no-untyped-def]
    """Ask for runs of rounds: those until now, and the longest ones."""
    last_heat = races.alias("last_heat")
    seats = entries.alias("seats")
    heat = races.alias("heat")
    # Most rounds are over with their first heat; only the others are worth a look at their run-offs.
    pays = case(
        (heat.c.payer.is_not(None), heat.c.payer == seats.c.player),
        else_=exists().where(last_heat.c.first == heat.c.race, last_heat.c.payer == seats.c.player),
    )
    order = (seats.c.starts_at, seats.c.race_id, seats.c.player)
    rounds = (
        select(
            func.row_number().over(order_by=order).label("turn"),
            (seats.c.rank == 1).label("won"),
            pays.label("paid"),
        )
        .join_from(seats, heat, heat.c.id == seats.c.race_id)
        .where(seats.c.profile_id == person, seats.c.runoff == 0)
        .cte("rounds")
    )

    def now(flag: ColumnElement[bool]) -> ColumnElement[int]:
        broken = select(func.coalesce(func.max(rounds.c.turn), 0)).where(~flag).scalar_subquery()
        return select(func.count() - broken).select_from(rounds).scalar_subquery()

    def best(flag: ColumnElement[bool]) -> ColumnElement[int]:
        run = (rounds.c.turn - func.row_number().over(order_by=rounds.c.turn)).label("run")
        runs = select(run).where(flag).subquery()
        lengths = select(func.count().label("length")).group_by(runs.c.run).select_from(runs).subquery()
        return select(cast(func.coalesce(func.max(lengths.c.length), 0), Integer)).scalar_subquery()

    return select(
        now(rounds.c.won).label("win_streak"),
        best(rounds.c.won).label("best_win_streak"),
        now(rounds.c.paid).label("paid_streak"),
        best(rounds.c.paid).label("worst_paid_streak"),
    )


async def profile_of(connection: AsyncConnection, device: str) -> ProfileId | None:
    """Say whose device this is."""
    question = select(profiles.c.profile).join(devices, devices.c.profile_id == profiles.c.id)
    found = await connection.scalar(question.where(devices.c.device == device))
    return ProfileId(found) if found is not None else None


async def rename(connection: AsyncConnection, person: ProfileId, name: str) -> Profile | None:
    """Give a person a name that stays."""
    await connection.execute(update(profiles).where(profiles.c.profile == person).values(name=name, renamed=True))
    return await profile(connection, person)


async def device_count(connection: AsyncConnection, person: ProfileId) -> int:
    """Count a person's devices."""
    question = select(func.count()).join_from(devices, profiles, devices.c.profile_id == profiles.c.id)
    return await connection.scalar(question.where(profiles.c.profile == person)) or 0


async def erase(connection: AsyncConnection, person: ProfileId, now: Millis) -> bool:
    """Delete a person; their part in races stays without name and profile, also in races that are recorded later."""
    number = await _number(connection, person)
    if number is None:
        return False
    days = await _days_of(connection, number)
    theirs = select(devices.c.device).where(devices.c.profile_id == number)
    gone = [{"device": device, "at": now} for device in await connection.scalars(theirs)]
    if gone:
        insert = upsert(connection, erased).values(gone)
        await connection.execute(
            insert.on_conflict_do_update(index_elements=["device"], set_={"at": insert.excluded.at})
        )
    await connection.execute(update(entries).where(entries.c.profile_id == number).values(profile_id=None, name=""))
    await connection.execute(delete(profiles).where(profiles.c.id == number))
    await figures.count_days(connection, days)
    return True


async def offer_move(connection: AsyncConnection, person: ProfileId, code: str, now: Millis) -> None:
    """Keep the hash of a one-time code, unless there is no such person."""
    number = await _number(connection, person)
    if number is None:
        return
    values = {"profile_id": number, "code": _hash(code), "until": now + MOVE_LASTS_MS}
    insert = upsert(connection, moves).values(values)
    new = {name: insert.excluded[name] for name in ("code", "until")}
    await connection.execute(insert.on_conflict_do_update(index_elements=["profile_id"], set_=new))


async def take_move(connection: AsyncConnection, code: str, device: str, now: Millis) -> Profile | None:
    """Give a device, with all that its own person has raced, to the person who made the code."""
    found = await connection.execute(
        delete(moves).where(moves.c.code == _hash(code)).returning(moves.c.profile_id, moves.c.until)
    )
    row = found.one_or_none()
    if row is None or row.until < now:
        return None
    to = row.profile_id
    own = await connection.scalar(select(devices.c.profile_id).where(devices.c.device == device))
    if own is None:
        await connection.execute(devices.insert().values(device=device, profile_id=to))
    elif own != to:
        await _merge(connection, own, to)
    person = await connection.scalar(select(profiles.c.profile).where(profiles.c.id == to))
    return await profile(connection, ProfileId(person)) if person is not None else None


async def _merge(connection: AsyncConnection, own: int, to: int) -> None:
    days = await _days_of(connection, own)
    for table in (entries, devices):
        await connection.execute(update(table).where(table.c.profile_id == own).values(profile_id=to))
    earlier = select(profiles.c.since).where(profiles.c.id == own).scalar_subquery()
    await connection.execute(
        update(profiles).where(and_(profiles.c.id == to, profiles.c.since > earlier)).values(since=earlier)
    )
    await connection.execute(delete(profiles).where(profiles.c.id == own))
    await figures.take_standings(connection, [to])
    await figures.count_days(connection, days)


async def _number(connection: AsyncConnection, person: ProfileId) -> int | None:
    return await connection.scalar(select(profiles.c.id).where(profiles.c.profile == person))


async def _days_of(connection: AsyncConnection, number: int) -> set[str]:
    question = select(races.c.day).distinct().join_from(races, entries, entries.c.race_id == races.c.id)
    return set(await connection.scalars(question.where(entries.c.profile_id == number)))


def _hash(code: str) -> str:
    """Hash a code as people type it: in small letters, with or without its dash."""
    typed = code.upper().replace("-", "").replace(" ", "")
    return hashlib.sha256(typed.encode()).hexdigest()

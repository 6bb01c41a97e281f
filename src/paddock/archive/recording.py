"""Recording: finished races into rows, each once by its id, with what they give to all figures, in one transaction.

The caller holds the turn to write, so what is looked up here stays true until the end.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from msgspec import Struct
from sqlalchemy import bindparam, false, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from paddock.archive import figures
from paddock.archive.contract import ProfileId
from paddock.archive.rows import Filed, Row
from paddock.archive.statements import upsert
from paddock.archive.tables import audit, books, days, devices, entries, erased, profiles, races, rooms
from paddock.domain.ids import Millis


class Named(Struct, frozen=True):
    """Who an unknown device is when it is met: the name they raced under first and last."""

    since: Millis
    named_at: Millis
    name: str


async def record(connection: AsyncConnection, filed: Sequence[Filed], new_profile: Callable[[], ProfileId]) -> None:
    """Keep races with their entries and figures; those that are known already change nothing."""
    fresh = await _unknown(connection, filed)
    if not fresh:
        return
    numbers = await _rooms(connection, fresh)
    await _ignore(connection, fresh)
    ids = await _races(connection, fresh, numbers)
    deleted = await _deleted(connection, fresh)
    people = await _people(connection, fresh, new_profile, deleted)
    await connection.execute(entries.insert(), [row for one in fresh for row in _entries(one, ids, people, deleted)])
    notes = [row for one in fresh for row in _notes(one, numbers, people)]
    if notes:
        await connection.execute(audit.insert(), notes)
    await add_figures(connection, ids.values(), {one.keys.day for one in fresh})


async def add_figures(connection: AsyncConnection, ids: Collection[int], of_days: Iterable[str]) -> None:
    """Add what races that were not there before give to all figures."""
    some = races.c.id.in_(sorted(ids))
    await figures.add_standings(connection, some)
    rows = (await connection.execute(figures.counted_kinds().where(some))).all()
    await figures.add_kinds(connection, figures.tally(rows))
    await figures.count_days(connection, of_days)


async def _unknown(connection: AsyncConnection, filed: Sequence[Filed]) -> list[Filed]:
    by_id = {one.race.race: one for one in filed}
    known = await connection.scalars(select(races.c.race).where(races.c.race.in_(by_id)))
    for race in known:
        del by_id[race]
    return list(by_id.values())


Place = tuple[str, int]
"""A room: its code, and when it was opened."""


def _place(one: Filed) -> Place:
    return one.race.record.room, one.race.opened_at


async def _rooms(connection: AsyncConnection, filed: Sequence[Filed]) -> dict[Place, int]:
    rows = {
        _place(one): {"code": _place(one)[0], "opened_at": _place(one)[1], "title": one.race.title} for one in filed
    }
    insert = upsert(connection, rooms).values(list(rows.values()))
    insert = insert.on_conflict_do_update(index_elements=["code", "opened_at"], set_={"title": insert.excluded.title})
    found = await connection.execute(insert.returning(rooms.c.code, rooms.c.opened_at, rooms.c.id))
    return {(code, opened_at): number for code, opened_at, number in found}


async def _ignore(connection: AsyncConnection, filed: Sequence[Filed]) -> None:
    """Keep books and days that are not there yet."""
    for table, rows in (
        (books, {one.row["book"]: one.book for one in filed}),
        (days, {one.keys.day: one.day for one in filed}),
    ):
        await connection.execute(upsert(connection, table).values(list(rows.values())).on_conflict_do_nothing())


async def _races(connection: AsyncConnection, filed: Sequence[Filed], numbers: dict[Place, int]) -> dict[str, int]:
    rows = [{**one.row, "room_id": numbers[_place(one)]} for one in filed]
    found = await connection.execute(races.insert().values(rows).returning(races.c.race, races.c.id))
    return {row.race: row.id for row in found}


async def _people(
    connection: AsyncConnection, filed: Sequence[Filed], new_profile: Callable[[], ProfileId], deleted: Deleted
) -> dict[str, int]:
    """Give the numbers of the people whose devices raced, made when they are met first, and note their newest names."""
    met: dict[str, Named] = {}
    for one in sorted(filed, key=lambda one: one.race.record.starts_at):
        at = one.race.record.starts_at
        for player, device in one.race.devices.items():
            if not deleted.covers(device, at):
                name = one.race.record.names.get(player, "")
                met[device] = Named(met[device].since if device in met else at, at, name)
    hosts = {note.device for one in filed for note in one.race.changes}
    question = select(devices.c.device, devices.c.profile_id).where(devices.c.device.in_(met.keys() | hosts))
    people = {row.device: row.profile_id for row in await connection.execute(question)}
    await _rename(connection, [(people[device], named) for device, named in met.items() if device in people])
    strangers = {new_profile(): device for device in met if device not in people}
    if strangers:
        rows = [_stranger(profile, met[device]) for profile, device in strangers.items()]
        made = await connection.execute(profiles.insert().values(rows).returning(profiles.c.profile, profiles.c.id))
        new = {strangers[profile]: number for profile, number in made}
        await connection.execute(devices.insert(), [{"device": d, "profile_id": number} for d, number in new.items()])
        people |= new
    return people


def _stranger(profile: ProfileId, named: Named) -> Row:
    return {
        "profile": profile,
        "name": named.name,
        "named_at": named.named_at,
        "renamed": False,
        "since": named.since,
    }


class Deleted(Struct, frozen=True):
    """Devices whose data was deleted, and when."""

    at: dict[str, int]

    def covers(self, device: str, at: int) -> bool:
        """Say whether what a device raced then is to stay without a name."""
        return at <= self.at.get(device, -1)


async def _deleted(connection: AsyncConnection, filed: Sequence[Filed]) -> Deleted:
    every = {device for one in filed for device in one.race.devices.values()}
    question = select(erased.c.device, erased.c.at).where(erased.c.device.in_(every))
    return Deleted({row.device: row.at for row in await connection.execute(question)})


_NEWER_NAME = (
    update(profiles)
    .where(profiles.c.id == bindparam("person"), profiles.c.named_at < bindparam("at"), profiles.c.renamed.is_(false()))
    .values(name=bindparam("called"), named_at=bindparam("at"))
)
_EARLIER_RACE = (
    update(profiles)
    .where(profiles.c.id == bindparam("person"), profiles.c.since > bindparam("at"))
    .values(since=bindparam("at"))
)


async def _rename(connection: AsyncConnection, named: Sequence[tuple[int, Named]]) -> None:
    """Give people the name of their newest race, unless they have chosen one; and note earlier races."""
    if not named:
        return
    ordered = sorted(named, key=lambda pair: (pair[0], pair[1].named_at))
    names = [{"person": person, "at": of.named_at, "called": of.name} for person, of in ordered]
    await connection.execute(_NEWER_NAME, names)
    await connection.execute(_EARLIER_RACE, [{"person": person, "at": of.since} for person, of in ordered])


def _entries(one: Filed, ids: dict[str, int], people: dict[str, int], deleted: Deleted) -> list[Row]:
    rows = []
    for player, row in one.entries:
        device = one.race.devices.get(player)
        person = people.get(device) if device is not None else None
        if device is not None and deleted.covers(device, one.race.record.starts_at):
            person, row = None, {**row, "name": ""}
        rows.append({**row, "race_id": ids[one.race.race], "profile_id": person})
    return rows


def _notes(one: Filed, numbers: dict[Place, int], people: dict[str, int]) -> list[Row]:
    return [
        {
            "room_id": numbers[_place(one)],
            "at": note.at,
            "profile_id": people.get(note.device),
            "setting": note.setting,
            "before": note.before,
            "after": note.after,
        }
        for note in one.race.changes
    ]

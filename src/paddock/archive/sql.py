"""The archive in an SQL database: an `Archive` on PostgreSQL or SQLite, one piece of work for each question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, TypeVar

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from paddock.archive import boards, histories, people, pruning, quarantine, recording, totals
from paddock.archive.calendar import Calendar, key
from paddock.archive.contract import (
    ArchiveUnavailable,
    BoardQuestion,
    BoardRow,
    DayRow,
    Export,
    KindRow,
    Page,
    Profile,
    ProfileId,
    RaceLine,
    Recording,
    Refused,
    Totals,
    Trouble,
)
from paddock.archive.database import Database, Refusal, Server, Work
from paddock.archive.migrating import Schema
from paddock.archive.rows import Filed, file
from paddock.domain.finished import FinishedRace
from paddock.domain.ids import Millis, RaceId, RoomId
from paddock.domain.record import RaceRecord

log = structlog.get_logger("paddock.archive")

T = TypeVar("T")
TRIES: Final = 3
"""How often a race is tried that the database refuses, before it is set aside."""
EXPORT_PAGES: Final = 1_000


class Chance:
    """What is made up by dice: names of profiles, and codes to move."""

    def __init__(self, profile: Callable[[], ProfileId], code: Callable[[], str]) -> None:
        self.profile = profile
        self.code = code


class SqlArchive:
    """Finished races for ever; see `Archive`."""

    def __init__(
        self,
        server: Server,
        calendar: Calendar,
        chance: Chance,
        now: Callable[[], Millis],
        *,
        tries: int = TRIES,
    ) -> None:
        """Prepare an archive; nothing is opened before the first question."""
        self.server = server
        self._database = Database(server)
        self._schema = Schema(server)
        self._calendar = calendar
        self._chance = chance
        self._now = now
        self._tries = tries
        self._tried: Counter[RaceId] = Counter()

    @property
    def trouble(self) -> Trouble | None:
        """What is the matter with the database, in a word for machines; None while all is well."""
        return self._schema.trouble or self._database.trouble

    async def open(self) -> None:
        """Lead the database to this version's schema, unless that has been done.

        Raises:
            ArchiveUnavailable: it cannot be reached now, or it is of a newer version; ask again later.
        """
        await self._schema.ready()

    async def close(self) -> None:
        """Hang up."""
        await self.server.close()

    async def record(self, races: Sequence[FinishedRace]) -> Recording:
        """Keep races, each once by its id; see `Archive`."""
        await self._schema.ready()
        if not races:
            return Recording(())
        try:
            filed = [file(race, self._calendar) for race in races]
            await self._database.write(lambda connection: self._keep(connection, filed))
        except ArchiveUnavailable:
            raise
        except Exception as error:  # whatever it is about one of them, it must not hold up the others
            if len(races) == 1:
                return await self._refuse(races[0], error)
            return await self._one_by_one(races)
        self._forget(races)
        return Recording(tuple(race.race for race in races))

    async def _keep(self, connection: AsyncConnection, filed: Sequence[Filed]) -> None:
        await recording.record(connection, filed, self._chance.profile)
        await quarantine.taken(connection, [race.race.race for race in filed])

    async def _one_by_one(self, races: Sequence[FinishedRace]) -> Recording:
        recorded: list[RaceId] = []
        refused: list[Refused] = []
        for race in races:
            became = await self.record([race])
            recorded += became.recorded
            refused += became.refused
        return Recording(tuple(recorded), tuple(refused))

    async def _refuse(self, race: FinishedRace, error: Exception) -> Recording:
        reason = error.reason if isinstance(error, Refusal) else "unreadable"
        self._tried[race.race] += 1
        log.error("archive.race_refused", race=race.race, reason=reason, error=type(error).__name__)
        if self._tried[race.race] < self._tries:
            return Recording(())
        await self._database.write(lambda connection: quarantine.put(connection, race, reason, self._now()))
        self._forget([race])
        log.error("archive.race_quarantined", race=race.race, reason=reason)
        return Recording((), (Refused(race.race, reason),))

    def _forget(self, races: Sequence[FinishedRace]) -> None:
        for race in races:
            self._tried.pop(race.race, None)

    async def race(self, race: RaceId) -> RaceRecord | None:
        """Give the public record of one race."""
        return await self._read(lambda connection: histories.race(connection, race))

    async def races_of_room(
        self, room: RoomId, cursor: str | None, limit: int, opened_at: Millis | None = None
    ) -> Page[RaceLine]:
        """Give the races of a room, newest first; see `Archive`."""
        return await self._read(lambda connection: histories.of_room(connection, room, cursor, limit, opened_at))

    async def races_of_profile(self, profile: ProfileId, cursor: str | None, limit: int) -> Page[RaceLine]:
        """Give the races of a person, newest first; see `Archive`."""
        return await self._read(lambda connection: histories.of_person(connection, profile, cursor, limit))

    async def profile(self, profile: ProfileId) -> Profile | None:
        """Give a person's figures."""
        return await self._read(lambda connection: people.profile(connection, profile))

    async def profile_of(self, device: str) -> ProfileId | None:
        """Say whose device this is."""
        return await self._read(lambda connection: people.profile_of(connection, device))

    async def rename(self, profile: ProfileId, name: str) -> Profile | None:
        """Give a person another name."""
        return await self._write(lambda connection: people.rename(connection, profile, name))

    async def export(self, profile: ProfileId) -> Export | None:
        """Give everything that is kept of a person."""
        figures = await self.profile(profile)
        if figures is None:
            return None
        devices = await self._read(lambda connection: people.device_count(connection, profile))
        lines: list[RaceLine] = []
        cursor: str | None = None
        for _ in range(EXPORT_PAGES):
            page = await self.races_of_profile(profile, cursor, 100)
            lines += page.items
            cursor = page.next
            if cursor is None:
                break
        return Export(figures, devices, tuple(lines))

    async def erase(self, profile: ProfileId) -> bool:
        """Delete a person; see `Archive`."""
        return await self._write(lambda connection: people.erase(connection, profile, self._now()))

    async def offer_move(self, profile: ProfileId, now: Millis) -> str:
        """Make a one-time code; see `Archive`."""
        code = self._chance.code()
        await self._write(lambda connection: people.offer_move(connection, profile, code, now))
        return code

    async def take_move(self, code: str, device: str, now: Millis) -> Profile | None:
        """Give this device to the person who made the code; see `Archive`."""
        return await self._write(lambda connection: people.take_move(connection, code, device, now))

    async def board(self, question: BoardQuestion, cursor: str | None, limit: int) -> Page[BoardRow]:
        """Give part of a board, best first; see `Archive`."""
        period = key(question.period, question.on)

        async def work(connection: AsyncConnection) -> Page[BoardRow]:
            asked = await boards.asked(connection, question, period)
            return await boards.page(connection, asked, cursor, limit) if asked is not None else Page((), None)

        return await self._read(work)

    async def standing(self, question: BoardQuestion, profile: ProfileId) -> BoardRow | None:
        """Give a person's own row of a board; see `Archive`."""
        period = key(question.period, question.on)

        async def work(connection: AsyncConnection) -> BoardRow | None:
            asked = await boards.asked(connection, question, period)
            return await boards.standing(connection, asked, profile) if asked is not None else None

        return await self._read(work)

    async def kinds(self) -> tuple[KindRow, ...]:
        """Give the statistics of all racer kinds."""
        return await self._read(totals.of_kinds)

    async def days(self, until: Millis, days: int) -> tuple[DayRow, ...]:
        """Give the last `days` days; see `Archive`."""
        keys = self._calendar.last_days(until, days)
        return await self._read(lambda connection: totals.of_days(connection, keys))

    async def totals(self) -> Totals:
        """Give what there is in all."""
        return await self._read(totals.in_all)

    async def quarantined(self) -> int:
        """Count the races that were set aside.

        It is asked all the time, so a database that was away or refused this server at the start is taken up here,
        also when there is nothing to record.
        """
        await self._schema.ready()
        return await self._read(totals.quarantined)

    async def prune(self, before: Millis, limit: int) -> int:
        """Remove old races; see `Archive`."""
        return await self._write(lambda connection: pruning.prune(connection, before, limit))

    async def _read(self, work: Work[T]) -> T:
        self._schema.check()
        with _taken():
            return await self._database.read(work)

    async def _write(self, work: Work[T]) -> T:
        self._schema.check()
        with _taken():
            return await self._database.write(work)


@contextmanager
def _taken() -> Iterator[None]:
    """Turn a refusal of the values into the answer that everybody knows: who asks can do nothing about it."""
    try:
        yield
    except Refusal as refusal:
        log.error("archive.refused", reason=refusal.reason)
        raise ArchiveUnavailable("the database refuses this") from refusal

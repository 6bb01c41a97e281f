"""Where the local store keeps what must outlive the process: on disk, or nowhere; both report in order.

A keeper deals in rows and bodies. It has no idea of versions, conflicts or subscribers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

import structlog

from paddock.domain.finished import FinishedRace
from paddock.domain.ids import Millis, RaceId, RoomId
from paddock.stores import saved, tables
from paddock.stores.codec import DECODED_AT_ONCE, Undecodable, decode_finished
from paddock.stores.contract import Backlog, StoreUnavailable
from paddock.stores.journal import Column, Done, Journal
from paddock.stores.rows import RaceRow, Rows
from paddock.stores.saved import Saved
from paddock.stores.upgrades import Upgrade

log = structlog.get_logger("paddock.stores.local")

Body = str | bytes


class Keeper(Protocol):
    """What the local store needs of one; every method may raise `StoreUnavailable`."""

    @property
    def trouble(self) -> str | None:
        """Why changes cannot be kept at the moment, or None."""

    async def open(self) -> Saved:
        """Begin, and give everything that was kept before."""

    async def close(self) -> None:
        """Keep and report what was handed in, and end."""

    def keep(self, rows: Rows, done: Done) -> None:
        """Take one change; `done` is called later, on the event loop, once it is kept or lost."""

    async def races(self, code: RoomId, limit: int) -> list[Body]:
        """Give the newest races of a room, newest first."""

    async def race(self, race: RaceId) -> list[Body]:
        """Give one race, or nothing."""

    async def unrecorded(self, limit: int) -> list[Body]:
        """Give races that are not recorded, oldest first."""

    async def backlog(self) -> Backlog:
        """Count the races that are not recorded."""

    async def copy(self, path: Path, told: Callable[[int, int], None]) -> None:
        """Copy everything that is kept to a new file, and go on keeping meanwhile."""


class OnDisk:
    """Keeps in an SQLite journal."""

    def __init__(self, journal: Journal, upgrades: Mapping[int, Upgrade]) -> None:
        self._journal = journal
        self._upgrades = upgrades

    @property
    def trouble(self) -> str | None:
        """Why the newest batch could not be written, or None."""
        return self._journal.trouble

    async def open(self) -> Saved:
        """Open the file and read it; raises `JournalTrouble`."""
        return await self._journal.open(partial(saved.read, upgrades=self._upgrades))

    async def close(self) -> None:
        """Write what is there and close the file."""
        await self._journal.close()

    def keep(self, rows: Rows, done: Done) -> None:
        """Hand the change to the writer thread."""
        self._journal.write(rows, done)

    async def races(self, code: RoomId, limit: int) -> list[Body]:
        """Give the newest races of a room, newest first."""
        return _bodies(await self._journal.ask(tables.RACES_OF_ROOM, code, limit))

    async def race(self, race: RaceId) -> list[Body]:
        """Give one race, or nothing."""
        return _bodies(await self._journal.ask(tables.RACE, race))

    async def unrecorded(self, limit: int) -> list[Body]:
        """Give races that are not recorded, oldest first."""
        return _bodies(await self._journal.ask(tables.UNRECORDED, limit))

    async def backlog(self) -> Backlog:
        """Count the races that are not recorded."""
        ((count, oldest),) = await self._journal.ask(tables.BACKLOG)
        return Backlog(int(count or 0), Millis(int(oldest)) if oldest is not None else None)

    async def copy(self, path: Path, told: Callable[[int, int], None]) -> None:
        """Copy the journal."""
        await self._journal.copy(path, told)


class Nowhere:
    """Keeps nothing beyond the process: for tests, and for whoever wants no file. Changes are reported a turn later."""

    trouble: str | None = None

    def __init__(self) -> None:
        self._waiting: list[tuple[Rows, Done]] = []
        self._races: dict[RaceId, RaceRow] = {}
        self._unrecorded: set[RaceId] = set()
        self._open = False

    async def open(self) -> Saved:
        """Begin with nothing."""
        self._open = True
        return Saved([], {}, 0)

    async def close(self) -> None:
        """Report what was handed in."""
        self._open = False
        self._report()

    def keep(self, rows: Rows, done: Done) -> None:
        """Report the change as kept in the next turn of the loop."""
        if not self._open:
            raise StoreUnavailable("the store is closed")
        self._waiting.append((rows, done))
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_soon(self._report)

    async def races(self, code: RoomId, limit: int) -> list[Body]:
        """Give the newest races of a room, newest first."""
        rows = [row for row in self._races.values() if row.code == code]
        rows.reverse()
        rows.sort(key=lambda row: row.at, reverse=True)
        return [row.body for row in rows[:limit]]

    async def race(self, race: RaceId) -> list[Body]:
        """Give one race, or nothing."""
        return [self._races[race].body] if race in self._races else []

    async def unrecorded(self, limit: int) -> list[Body]:
        """Give races that are not recorded, oldest first."""
        rows = sorted((row for row in self._races.values() if row.race in self._unrecorded), key=lambda row: row.at)
        return [row.body for row in rows[:limit]]

    async def backlog(self) -> Backlog:
        """Count the races that are not recorded."""
        waiting = [self._races[race].at for race in self._unrecorded]
        return Backlog(len(waiting), min(waiting, default=None))

    async def copy(self, path: Path, told: Callable[[int, int], None]) -> None:
        """Refuse: there is nothing to copy."""
        raise StoreUnavailable("nothing is kept on disk")

    def _report(self) -> None:
        waiting, self._waiting = self._waiting, []
        for rows, done in waiting:
            self._take(rows)
            done(None)

    def _take(self, rows: Rows) -> None:
        if rows.race is not None and rows.race.race not in self._races:
            self._races[rows.race.race] = rows.race
            self._unrecorded.add(rows.race.race)
        self._unrecorded.difference_update(rows.recorded)
        before = rows.races_before
        if before is not None:
            for race, row in tuple(self._races.items()):
                if row.at < before and race not in self._unrecorded:
                    del self._races[race]


def _bodies(rows: list[tuple[Column, ...]]) -> list[Body]:
    return [body for (body,) in rows if isinstance(body, str | bytes)]


async def readable_races(bodies: Sequence[Body]) -> tuple[FinishedRace, ...]:
    """Read kept races in slices; one that cannot be read is reported and left out."""
    races: list[FinishedRace] = []
    for number, body in enumerate(bodies, 1):
        if number % DECODED_AT_ONCE == 0:
            await asyncio.sleep(0)
        try:
            races.append(decode_finished(body))
        except Undecodable as error:
            log.error("store.race_unreadable", reason=str(error))
    return tuple(races)

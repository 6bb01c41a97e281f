"""An archive for tests of the HTTP side alone: it answers what a test has put on it, counts nothing, keeps nothing.

What an archive must do is in `tests/contracts`; what the API makes of a real one is in `test_served_archive.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TypeVar

from msgspec.structs import replace

from paddock.archive.contract import (
    ArchiveUnavailable,
    BadCursor,
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
    Totals,
)
from paddock.domain.finished import FinishedRace
from paddock.domain.ids import Kind, Millis, RaceId, RoomId
from paddock.domain.record import RaceRecord

T = TypeVar("T")


def profile(name: str, profile: str = "aaaaaaaaaaaa", races: int = 8, wins: int = 3, paid: int = 2) -> Profile:
    """Make a person's figures."""
    return Profile(
        profile=ProfileId(profile),
        name=name,
        since=Millis(1_790_000_000_000),
        races=races,
        wins=wins,
        paid=paid,
        win_rate=wins / races,
        pay_rate=paid / races,
        win_streak=1,
        best_win_streak=2,
        paid_streak=0,
        worst_paid_streak=1,
        favourite=Kind("tiger"),
        last_raced_at=Millis(1_800_000_000_000),
    )


class Shelf:
    """What there is to be given out; `asked` are the questions that came."""

    def __init__(self) -> None:
        self.away = False
        self.stuck: asyncio.Event | None = None
        """While set and not over, nothing is answered."""
        self.people: dict[ProfileId, Profile] = {}
        self.devices: dict[str, ProfileId] = {}
        self.lines: list[RaceLine] = []
        self.codes: dict[str, ProfileId] = {}
        self.asked: list[BoardQuestion] = []

    async def _answers(self) -> None:
        if self.stuck is not None:
            await self.stuck.wait()
        if self.away:
            raise ArchiveUnavailable

    async def record(self, races: Sequence[FinishedRace]) -> Recording:
        await self._answers()
        return Recording(())

    async def race(self, race: RaceId) -> RaceRecord | None:
        await self._answers()
        return None

    async def races_of_room(
        self, room: RoomId, cursor: str | None, limit: int, opened_at: Millis | None = None
    ) -> Page[RaceLine]:
        await self._answers()
        return self._page([line for line in self.lines if line.room == room], cursor, limit)

    async def races_of_profile(self, profile: ProfileId, cursor: str | None, limit: int) -> Page[RaceLine]:
        await self._answers()
        own = [line for line in self.lines if any(runner.profile == profile for runner in line.runners)]
        return self._page(own, cursor, limit)

    async def profile(self, profile: ProfileId) -> Profile | None:
        await self._answers()
        return self.people.get(profile)

    async def profile_of(self, device: str) -> ProfileId | None:
        await self._answers()
        return self.devices.get(device)

    async def rename(self, profile: ProfileId, name: str) -> Profile | None:
        await self._answers()
        self.people[profile] = replace(self.people[profile], name=name)
        return self.people[profile]

    async def export(self, profile: ProfileId) -> Export | None:
        await self._answers()
        return Export(self.people[profile], 1, ())

    async def erase(self, profile: ProfileId) -> bool:
        await self._answers()
        return self.people.pop(profile, None) is not None

    async def offer_move(self, profile: ProfileId, now: Millis) -> str:
        await self._answers()
        self.codes["K7AB-2CDE"] = profile
        return "K7AB-2CDE"

    async def take_move(self, code: str, device: str, now: Millis) -> Profile | None:
        await self._answers()
        whose = self.codes.pop(code, None)
        if whose is None:
            return None
        self.devices[device] = whose
        return self.people[whose]

    async def board(self, question: BoardQuestion, cursor: str | None, limit: int) -> Page[BoardRow]:
        await self._answers()
        self.asked.append(question)
        return self._page(
            [self._row(rank, person) for rank, person in enumerate(self.people.values(), 1)], cursor, limit
        )

    async def standing(self, question: BoardQuestion, profile: ProfileId) -> BoardRow | None:
        await self._answers()
        places = list(self.people)
        return self._row(places.index(profile) + 1, self.people[profile]) if profile in self.people else None

    async def kinds(self) -> tuple[KindRow, ...]:
        await self._answers()
        return (KindRow(Kind("tiger"), 9, 5, 2, 1),)

    async def days(self, until: Millis, days: int) -> tuple[DayRow, ...]:
        await self._answers()
        return tuple(DayRow(f"2027-01-{day:02}", 0, 0, 0) for day in range(1, days + 1))

    async def totals(self) -> Totals:
        await self._answers()
        return Totals(len(self.lines), len(self.people), 1, None)

    async def quarantined(self) -> int:
        return 0

    async def prune(self, before: Millis, limit: int) -> int:
        return 0

    def _row(self, rank: int, person: Profile) -> BoardRow:
        return BoardRow(
            rank, person.profile, person.name, person.races, person.wins, person.paid, person.win_rate, 0.125
        )

    def _page(self, rows: list[T], cursor: str | None, limit: int) -> Page[T]:
        if cursor is not None and not cursor.isdecimal():
            raise BadCursor(cursor)
        first = int(cursor or 0)
        return Page(tuple(rows[first : first + limit]), str(first + limit) if first + limit < len(rows) else None)

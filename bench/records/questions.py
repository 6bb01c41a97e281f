"""Every question of the archive's contract, with values that dice choose among people and rooms that are there."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from itertools import product

from paddock.archive.contract import Board, BoardQuestion, Period, ProfileId
from paddock.archive.sql import SqlArchive
from paddock.domain.ids import Millis, RaceId, RoomId

Ask = Callable[[SqlArchive, random.Random], Awaitable[object]]
Ranked = dict[tuple[Board, Period], list[tuple[ProfileId, date]]]
"""For each board some of those who are on it, with a day on which they are."""
BASE = 1_735_000_000_000
FIRST = date(2024, 12, 24)
"""The day of it in Seoul."""
DAY = 86_400_000


class World:
    """What is in the archive: how many people and days, which rooms, some of them with many races, who is on boards."""

    def __init__(self, people: int, races: int, days: int, codes: list[str], long_rooms: int, ranked: Ranked) -> None:
        self._people = people
        self._races = races
        self._days = days
        self._codes = codes
        self.long_rooms = [RoomId(code) for code in codes[:long_rooms]]
        self._ranked = ranked

    def person(self, dice: random.Random) -> ProfileId:
        """Somebody as they come: who races often is asked about often."""
        return self.named(1 + int(self._people * dice.random() ** 1.5))

    def named(self, number: int) -> ProfileId:
        """The person of a number; 1 races most."""
        return ProfileId(str(number).rjust(12, "p"))

    def device(self, dice: random.Random) -> str:
        """Anybody's device."""
        return f"device-{dice.randint(1, self._people)}"

    def on_board(self, board: Board, period: Period, dice: random.Random) -> tuple[ProfileId, date]:
        """Somebody who is on a board, and a day on which they are."""
        return dice.choice(self._ranked[board, period])

    def room(self, dice: random.Random) -> RoomId:
        """Any room."""
        return RoomId(dice.choice(self._codes))

    def race(self, dice: random.Random) -> RaceId:
        """Any race."""
        return RaceId(str(dice.randint(1, self._races)).rjust(16, "r"))

    def moment(self, dice: random.Random) -> Millis:
        """Any day that has races."""
        return Millis(BASE + dice.randrange(self._days) * DAY)

    def day(self, dice: random.Random) -> date:
        """Any day that has races."""
        return FIRST + timedelta(days=dice.randrange(self._days))


def questions(world: World) -> dict[str, Ask]:
    """Name all questions."""
    found: dict[str, Ask] = {
        "race by its id": lambda archive, dice: archive.race(world.race(dice)),
        "races of a room, first page": lambda archive, dice: archive.races_of_room(world.room(dice), None, 20),
        "races of a room with 1,000, any page": _any_races(world),
        "races of a person, first page": lambda archive, dice: archive.races_of_profile(world.person(dice), None, 20),
        "races of a person, a later page": _later_races(world),
        "profile": lambda archive, dice: archive.profile(world.person(dice)),
        "profile of who races most": lambda archive, dice: archive.profile(world.named(dice.randint(1, 20))),
        "whose device": lambda archive, dice: archive.profile_of(world.device(dice)),
        "kinds": lambda archive, dice: archive.kinds(),
        "30 days": lambda archive, dice: archive.days(world.moment(dice), 30),
        "totals": lambda archive, dice: archive.totals(),
        "quarantined": lambda archive, dice: archive.quarantined(),
    }
    for board, period in product(Board, Period):
        found[f"board of {board}, {period}"] = _board(world, board, period)
        found[f"own rank by {board}, {period}"] = _rank(world, board, period)
    for board in Board:
        found[f"board of {board} of a room"] = _room_board(world, board)
        found[f"board of {board}, all, a page far down"] = _deep(world, board)
    return found


def _board(world: World, board: Board, period: Period) -> Ask:
    return lambda archive, dice: archive.board(BoardQuestion(board, period, world.day(dice)), None, 50)


def _rank(world: World, board: Board, period: Period) -> Ask:
    """Of people who are on it: those who are not are answered without counting."""

    async def ask(archive: SqlArchive, dice: random.Random) -> object:
        person, day = world.on_board(board, period, dice)
        found = await archive.standing(BoardQuestion(board, period, day), person)
        assert found is not None, f"{person} is not on the board of {board}, {period}, {day}"
        return found

    return ask


def _room_board(world: World, board: Board) -> Ask:
    return lambda archive, dice: archive.board(
        BoardQuestion(board, Period.ALL, world.day(dice), world.room(dice)), None, 50
    )


def _deep(world: World, board: Board) -> Ask:
    """A page that begins after somebody far down, as whoever reads on to the end gets to."""
    cursors: list[str] = []

    async def ask(archive: SqlArchive, dice: random.Random) -> object:
        question = BoardQuestion(board, Period.ALL, world.day(dice))
        if not cursors:
            cursor = None
            for _ in range(300):
                cursor = (await archive.board(question, cursor, 100)).next
                if cursor is None:
                    break
                cursors.append(cursor)
        return await archive.board(question, dice.choice(cursors[-50:]), 50)

    return ask


def _any_races(world: World) -> Ask:
    """Any page of the history of a room that has a long one."""
    pages: list[tuple[RoomId, str | None]] = []

    async def ask(archive: SqlArchive, dice: random.Random) -> object:
        if not pages:
            for room in world.long_rooms:
                cursor: str | None = None
                while not pages or cursor is not None or pages[-1][0] != room:
                    pages.append((room, cursor))
                    cursor = (await archive.races_of_room(room, cursor, 20)).next
        room, cursor = dice.choice(pages)
        found = await archive.races_of_room(room, cursor, 20)
        assert found.items
        return found

    return ask


def _later_races(world: World) -> Ask:
    async def ask(archive: SqlArchive, dice: random.Random) -> object:
        person = world.named(dice.randint(1, 1000))
        first = await archive.races_of_profile(person, None, 20)
        return await archive.races_of_profile(person, first.next, 20)

    return ask

"""Live rooms for those outside: the room list, one listed room, a room's history; nothing here changes a room.

Whether a room that is not listed exists is not told, and neither is what was raced in a room with a password, but to
the devices of its members.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final, assert_never

from paddock.api import bodies as b
from paddock.api.asking import Asked
from paddock.api.ports import RestPorts
from paddock.api.problems import ProblemCode
from paddock.archive.contract import BadCursor
from paddock.domain.ids import Millis, RaceId, RoomId
from paddock.domain.views import (
    ClosedView,
    CountdownView,
    DrawingView,
    GatheringView,
    PhaseView,
    PodiumView,
    RacingView,
    RoomSummary,
    RunOffView,
    phase_view,
)

_CURSOR: Final = re.compile(r"([0-9]{1,15})-([A-Z0-9]{5})")


class Rooms:
    """Answers for rooms."""

    def __init__(self, ports: RestPorts) -> None:
        self._ports = ports

    async def rooms(self, asked: Asked[b.RoomsQuestion, b.Nothing]) -> b.RoomsPage:
        """Give part of the room list; rooms that come and go meanwhile do not shift the pages."""
        listed = self._ports.listed()
        question = asked.question
        after = None if question.cursor is None else _place_of(question.cursor)
        rest = (room for room in sorted(listed, key=_place) if after is None or _place(room) > after)
        rooms = tuple(islice(rest, question.limit))
        more = next(rest, None) is not None
        return b.RoomsPage(rooms, len(listed), f"{rooms[-1].opened_at}-{rooms[-1].room}" if more else None)

    async def room(self, asked: Asked[b.RoomQuestion, b.Nothing]) -> b.PublicRoom | ProblemCode:
        """Give one room of the list."""
        code = asked.question.room
        line = next((line for line in self._ports.listed() if line.room == code), None)
        room = None if line is None else await self._ports.room(code)
        if line is None or room is None:
            return ProblemCode.NO_ROOM
        race, commitment = (None, None) if line.private else _race_of(phase_view(room.phase))
        return b.PublicRoom(line, room.settings.track, room.settings.racers, room.rounds, race, commitment)

    async def races(self, asked: Asked[b.RoomRacesQuestion, b.Nothing]) -> b.RacesPage:
        """Give part of a room's history."""
        question = asked.question
        if not await is_open(self._ports, question.room, asked.device):
            return b.RacesPage((), None)
        page = await self._ports.history(question.room, question.cursor, question.limit)
        return b.RacesPage(page.items, page.next)


async def is_open(ports: RestPorts, code: RoomId, device: str) -> bool:
    """Say whether a device may read what was raced in a room: always, but for a room with a password."""
    room = await ports.room(code)
    return room is None or room.password is None or any(m.keys.device == device for m in room.members.values())


def _place(room: RoomSummary) -> tuple[int, RoomId]:
    return -room.opened_at, room.room


def _place_of(cursor: str) -> tuple[int, RoomId]:
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise BadCursor(cursor)
    return -Millis(int(found[1])), RoomId(found[2])


def _race_of(phase: PhaseView) -> tuple[RaceId | None, str | None]:
    match phase:
        case GatheringView(race=race, commitment=commitment) | DrawingView(race=race, commitment=commitment):
            return race, commitment
        case CountdownView(card=card, commitment=commitment) | RunOffView(card=card, commitment=commitment):
            return card.race, commitment
        case RacingView(card=card, commitment=commitment):
            return card.race, commitment
        case PodiumView(result=result):
            return result.card.race, result.commitment
        case ClosedView():
            return None, None
        case _:
            assert_never(phase)

"""Live rooms for those outside: the room list, one listed room, a room's history; nothing here changes a room.

Whether a room that is not listed exists is not told, and neither is what was raced in a room with a password, but to
the devices of its members.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import assert_never

from paddock.api import bodies as b
from paddock.api.asking import Asked
from paddock.api.ports import RestPorts
from paddock.api.problems import ProblemCode
from paddock.archive.contract import BadCursor, RaceLine
from paddock.domain.ids import RaceId, RoomId
from paddock.domain.room import Room
from paddock.domain.views import (
    ClosedView,
    CountdownView,
    DrawingView,
    GatheringView,
    PhaseView,
    PodiumView,
    RacingView,
    RunOffView,
    phase_view,
)
from paddock.service.room_list import question


class Rooms:
    """Answers for rooms."""

    def __init__(self, ports: RestPorts) -> None:
        self._ports = ports

    async def rooms(self, asked: Asked[b.RoomsQuestion, b.Nothing]) -> b.RoomsPage:
        """Give part of the room list; rooms that come and go meanwhile do not shift the pages."""
        try:
            wanted = question(asked.question.query, asked.question.cursor, asked.question.limit)
        except ValueError as error:
            raise BadCursor(asked.question.cursor) from error
        page = await self._ports.listed(wanted)
        return b.RoomsPage(page.rooms, page.total, page.next)

    async def room(self, asked: Asked[b.RoomQuestion, b.Nothing]) -> b.PublicRoom | ProblemCode:
        """Give one room of the list."""
        code = asked.question.room
        line = self._ports.line(code)
        room = None if line is None else await self._ports.room(code)
        if line is None or room is None:
            return ProblemCode.NO_ROOM
        race, commitment = (None, None) if line.private else _race_of(phase_view(room.phase))
        return b.PublicRoom(line, room.settings.track, room.settings.racers, room.rounds, race, commitment)

    async def races(self, asked: Asked[b.RoomRacesQuestion, b.Nothing]) -> b.RacesPage:
        """Give part of a room's history."""
        wanted = asked.question
        if not await is_open(self._ports, wanted.room, asked.device):
            return b.RacesPage((), None, self._ports.zone)
        page = await self._ports.history(wanted.room, wanted.cursor, wanted.limit)
        return b.RacesPage(page.items, page.next, self._ports.zone)


async def is_open(ports: RestPorts, code: RoomId, device: str) -> bool:
    """Say whether a device may read what was raced in a room: always, but for a room with a password."""
    room = await ports.room(code)
    return room is None or may_read(room, device)


def may_read(room: Room, device: str) -> bool:
    """Say whether a device may read what was raced in a live room."""
    return room.password is None or any(member.keys.device == device for member in room.members.values())


async def visible(ports: RestPorts, lines: Sequence[RaceLine], device: str) -> tuple[RaceLine, ...]:
    """Leave out races of rooms that a device may not read."""
    rooms = tuple({line.room for line in lines})
    readable = await asyncio.gather(*(is_open(ports, room, device) for room in rooms))
    hidden = {room for room, may in zip(rooms, readable, strict=True) if not may}
    return tuple(line for line in lines if line.room not in hidden)


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

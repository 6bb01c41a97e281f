"""Live rooms for those outside: the room list, one listed room, a room's history; nothing here changes a room.

Whether a room that is not listed exists is told to those only who know its code and show a token; what was raced in a
room with a password, to the devices of its members. A code that leads to nothing costs a guess, whatever the reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from enum import Enum, auto
from typing import assert_never

from paddock.api import bodies as b
from paddock.api.asking import Asked
from paddock.api.ports import RestPorts
from paddock.api.problems import ProblemCode, TooManyGuesses
from paddock.archive.contract import BadCursor, RaceLine
from paddock.domain.ids import RaceId, RoomId
from paddock.domain.room import Room
from paddock.domain.settings import Listing
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
from paddock.service.room_list import parse_query


class Rooms:
    """Answers for rooms."""

    def __init__(self, ports: RestPorts) -> None:
        self._ports = ports

    async def rooms(self, asked: Asked[b.RoomsQuestion, b.Nothing]) -> b.RoomsPage:
        """Give part of the room list; rooms that come and go meanwhile do not shift the pages."""
        try:
            wanted = parse_query(asked.question.query, asked.question.cursor, asked.question.limit)
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
        hidden = b.RacesPage((), None, self._ports.zone)
        sight = await sight_of(self._ports, wanted.room, asked.device)
        if sight is Sight.NONE:
            return hidden
        page = await self._ports.history(wanted.room, wanted.cursor, wanted.limit)
        found = sight is not Sight.SHUT and page.items != ()
        await told(self._ports, asked.source, wanted.room, sight, found=found)
        return b.RacesPage(page.items, page.next, self._ports.zone) if found else hidden


class Sight(Enum):
    """What somebody who presents the code of a room may see of it."""

    NONE = auto()
    """Nothing, and nothing is looked up: what they show is nothing to guess with, or it is known that it is shut."""
    FREE = auto()
    """What there is: it is listed, or they are in it."""
    BY_CODE = auto()
    """What there is, for they know its code."""
    SHUT = auto()
    """Nothing, but they must not notice that by the work either."""


async def sight_of(ports: RestPorts, code: RoomId, device: str) -> Sight:
    """Say what a device may see of a room that it has a code of.

    A page of another site cannot make a browser show a token, so that whoever shows none is no guesser.
    """
    listed = ports.line(code) is not None
    if not listed and not device:
        return Sight.NONE
    room = await ports.room(code)
    if room is not None and is_member(room, device):
        return Sight.FREE
    readable = room is None or room.password is None
    if listed:
        return Sight.FREE if readable else Sight.NONE
    return Sight.BY_CODE if readable else Sight.SHUT


async def told(ports: RestPorts, source: str, code: RoomId, sight: Sight, *, found: bool) -> None:
    """Charge a code that led to nothing.

    Raises:
        TooManyGuesses: the source has no guess left, so that nothing may be told.
    """
    if sight is Sight.FREE:
        return
    wait_s = await ports.admission.admit_room_lookup(source, code, found=found)
    if wait_s is not None:
        raise TooManyGuesses(wait_s)


async def visible(ports: RestPorts, lines: Sequence[RaceLine], device: str) -> tuple[RaceLine, ...]:
    """Leave out races of rooms whose code a device must not learn, because it would lead there."""
    rooms = tuple({line.room for line in lines})
    readable = await asyncio.gather(*(_is_public(ports, room, device) for room in rooms))
    hidden = {room for room, may in zip(rooms, readable, strict=True) if not may}
    return tuple(line for line in lines if line.room not in hidden)


async def _is_public(ports: RestPorts, code: RoomId, device: str) -> bool:
    room = await ports.room(code)
    if room is None or is_member(room, device):
        return True
    return room.password is None and room.settings.listing is Listing.PUBLIC


def is_member(room: Room, device: str) -> bool:
    """Say whether a device is in a live room."""
    return any(member.keys.device == device for member in room.members.values())


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

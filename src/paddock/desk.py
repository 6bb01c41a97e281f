"""Answers what the REST API asks, from the live rooms, the archive and the allowances; it decides nothing itself."""

from __future__ import annotations

from datetime import date
from functools import partial

from aiohttp import web

from paddock.archive.calendar import Calendar
from paddock.archive.contract import Archive, Page, RaceLine
from paddock.domain.ids import Millis, RaceId, RoomId
from paddock.domain.record import RaceRecord
from paddock.domain.room import Room
from paddock.domain.views import RoomSummary
from paddock.gateway import asyncapi
from paddock.gateway.client_ip import networks
from paddock.gateway.request_admission import RequestAdmission
from paddock.gateway.sessions import TokenHasher
from paddock.service.history import History
from paddock.service.lobby import Lobby
from paddock.service.room_list import RoomListPage, RoomListQuery
from paddock.service.rooms import Rooms
from paddock.service.work import Work
from paddock.service.work_queue import Owner


class Desk:
    """The server as the REST API sees it; `admission` limits requests, `zone` is where days begin."""

    def __init__(
        self,
        rooms: Rooms,
        archive: Archive,
        lobby: Lobby,
        hasher: TokenHasher,
        admission: RequestAdmission,
        zone: str,
        work: Work,
    ) -> None:
        self.zone = zone
        self._calendar = Calendar(zone)
        self.archive = archive
        self._rooms = rooms
        self._history = History(rooms, archive)
        self._lobby = lobby
        self._hasher = hasher
        self.admission = admission
        self.work = work

    async def listed(self, query: RoomListQuery) -> RoomListPage:
        """Give a page of the room list."""
        return (await self._lobby.search(query)).page

    def line(self, room: RoomId) -> RoomSummary | None:
        """Give what the room list says of a room."""
        return self._lobby.line(room)

    async def room(self, room: RoomId) -> Room | None:
        """Give a live room."""
        stored = await self._rooms.load(room)
        return None if stored is None else stored.room

    async def history(self, room: RoomId, cursor: str | None, limit: int) -> Page[RaceLine]:
        """Give the races of a room, live and archived ones in one list."""
        return await self._history.of_room(room, cursor, limit)

    async def race(self, race: RaceId) -> RaceRecord | None:
        """Give a finished race."""
        return await self._history.race(race)

    def device(self, token: str) -> str:
        """Hash the token of a device."""
        return self._hasher.token(token)

    def now(self) -> Millis:
        """Give the time by the calendar."""
        return self._rooms.calendar()

    def today(self) -> date:
        """Give the day that it is now."""
        return self._calendar.day(self.now())

    def owner(self, request: web.Request) -> Owner:
        """Say whose work a request is."""
        source = networks(self.admission.source(request))[-1]
        return Owner(source, f"{source} {id(request.protocol)}", partial(_is_connected, request))

    def asyncapi(self) -> bytes:
        """Describe the realtime protocol."""
        return asyncapi.document()


def _is_connected(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()

"""Answers what the REST API asks, from the live rooms, the archive and the allowances; it decides nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from aiohttp import web

from paddock.archive.contract import Archive, ArchiveUnavailable, BadCursor, Page, RaceLine, Runner
from paddock.domain.ids import Millis, RaceId, RoomId
from paddock.domain.record import RaceRecord
from paddock.domain.room import Room
from paddock.domain.views import RoomSummary
from paddock.gateway import asyncapi
from paddock.gateway.limits import Allowances
from paddock.gateway.sessions import Keyring
from paddock.service.lobby import Lobby
from paddock.service.room_list import Page as RoomPage
from paddock.service.room_list import Question
from paddock.service.rooms import Rooms

WAIT_S: Final = 2
"""Until some requests are left again; the allowance refills all the time."""
GUESS_WAIT_S: Final = 60


class Desk:
    """The server as the REST API sees it; `source` names where a request comes from, `zone` is where days begin."""

    def __init__(
        self,
        rooms: Rooms,
        lobby: Lobby,
        keyring: Keyring,
        allowances: Allowances,
        source: Callable[[web.Request], str],
        zone: str,
    ) -> None:
        self.zone = zone
        self._rooms = rooms
        self._lobby = lobby
        self._keyring = keyring
        self._allowances = allowances
        self._source = source

    @property
    def archive(self) -> Archive:
        """The archive."""
        raise ArchiveUnavailable

    def listed(self, question: Question) -> RoomPage:
        """Give a page of the room list."""
        return self._lobby.page(question)

    def line(self, room: RoomId) -> RoomSummary | None:
        """Give what the room list says of a room."""
        return self._lobby.line(room)

    async def room(self, room: RoomId) -> Room | None:
        """Give a live room."""
        stored = await self._rooms.load(room)
        return None if stored is None else stored.room

    async def history(self, room: RoomId, cursor: str | None, limit: int) -> Page[RaceLine]:
        """Give the newest races of a room, as long as the live store keeps them."""
        if cursor is not None:
            raise BadCursor("the live races are one page")
        return Page(tuple(race_line(record) for record in await self._rooms.races(room, limit)), None)

    async def race(self, race: RaceId) -> RaceRecord | None:
        """Give a finished race."""
        return await self._rooms.race(race)

    def device(self, token: str) -> str:
        """Hash the token of a device."""
        return self._keyring.token(token)

    def now(self) -> Millis:
        """Give the time."""
        return self._rooms.clock()

    async def allowed(self, request: web.Request, *, guess: bool = False) -> int | None:
        """Count a request against its source."""
        source, now = self._source(request), self.now()
        if not self._allowances.requests_of_source.take(source, now):
            return WAIT_S
        if guess and not await self._allowances.guesses_of_source.take(self._keyring.address(source), now):
            return GUESS_WAIT_S
        return None

    def asyncapi(self) -> bytes:
        """Describe the realtime protocol."""
        return asyncapi.document()


def race_line(record: RaceRecord) -> RaceLine:
    """Show a record as a row of a history; whose profile a player is, is not in it."""
    card = record.card
    ranks: dict[int, int] = {}
    for group in record.order:
        ranks |= dict.fromkeys(group, len(ranks) + 1)
    runners = sorted(
        (
            Runner(
                profile=None,
                player=player,
                name=record.names.get(player, ""),
                racer=racer,
                kind=card.lineup[racer],
                rank=ranks[racer],
                time_ms=record.finish[racer],
                paid=record.payers == (player,),
            )
            for player, racer in card.picks
        ),
        key=lambda runner: (runner.rank, runner.racer, runner.player),
    )
    return RaceLine(card.race, record.room, record.starts_at, card.track, record.rule, card.runoff, tuple(runners))

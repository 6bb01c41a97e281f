"""Leaderboards and statistics: what the archive has counted, asked anew each time; nothing is counted here."""

from __future__ import annotations

from paddock.api import bodies as b
from paddock.api.asking import Asked
from paddock.api.periods import earlier, later
from paddock.api.ports import RestPorts
from paddock.api.rooms import Sight, sight_of, told
from paddock.archive.contract import BoardQuestion, Totals


class Boards:
    """Answers for leaderboards."""

    def __init__(self, ports: RestPorts) -> None:
        self._ports = ports

    async def board(self, asked: Asked[b.BoardPageQuestion, b.Nothing]) -> b.BoardPage:
        """Give part of a board, with the own row of whose device asks."""
        q = asked.question
        today = self._ports.today()
        on = today if q.on is None else q.on
        where = (q.board, q.period, on, earlier(q.period, on), later(q.period, on, today), q.room)
        hidden = b.BoardPage(*where, (), None, None)
        sight = Sight.FREE if q.room is None else await sight_of(self._ports, q.room, asked.device)
        if sight is Sight.NONE:
            return hidden
        live = None if q.room is None else await self._ports.room(q.room)
        archive = self._ports.archive
        # An earlier room of the code would be the newest in the archive, until the first race of the live one is there.
        question = BoardQuestion(q.board, q.period, on, q.room, live.opened_at if live is not None else None)
        page = await archive.board(question, q.cursor, q.limit)
        found = sight is not Sight.SHUT and page.items != ()
        if q.room is not None:
            await told(self._ports, asked.source, q.room, sight, found=found)
        if sight is not Sight.FREE and not found:
            return hidden
        profile = await archive.profile_of(asked.device) if asked.device else None
        own = await archive.standing(question, profile) if profile is not None else None
        return b.BoardPage(*where, page.items, page.next, own)


class Statistics:
    """Answers for statistics."""

    def __init__(self, ports: RestPorts) -> None:
        self._ports = ports

    async def kinds(self, asked: Asked[b.NoQuestion, b.Nothing]) -> b.Kinds:
        """Give the figures of racer kinds."""
        return b.Kinds(await self._ports.archive.kinds())

    async def days(self, asked: Asked[b.DaysQuestion, b.Nothing]) -> b.Days:
        """Give the figures of days."""
        question = asked.question
        until = self._ports.now() if question.until is None else question.until
        return b.Days(await self._ports.archive.days(until, question.days), self._ports.zone)

    async def totals(self, asked: Asked[b.NoQuestion, b.Nothing]) -> Totals:
        """Give the figures of everything."""
        return await self._ports.archive.totals()

"""Leaderboards and statistics: what the archive has counted, asked anew each time; nothing is counted here."""

from __future__ import annotations

from paddock.api import bodies as b
from paddock.api.asking import Asked
from paddock.api.ports import RestPorts
from paddock.api.rooms import is_open
from paddock.archive.contract import BoardQuestion, Totals


class Boards:
    """Answers for leaderboards."""

    def __init__(self, ports: RestPorts) -> None:
        self._ports = ports

    async def board(self, asked: Asked[b.BoardPageQuestion, b.Nothing]) -> b.BoardPage:
        """Give part of a board, with the own row of whose device asks."""
        q = asked.question
        if q.room is not None and not await is_open(self._ports, q.room, asked.device):
            return b.BoardPage(q.board, q.period, q.at, q.room, (), None, None)
        archive = self._ports.archive
        question = BoardQuestion(q.board, q.period, self._ports.now() if q.at is None else q.at, q.room)
        page = await archive.board(question, q.cursor, q.limit)
        profile = await archive.profile_of(asked.device) if asked.device else None
        own = await archive.standing(question, profile) if profile is not None else None
        return b.BoardPage(q.board, q.period, q.at, q.room, page.items, page.next, own)


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

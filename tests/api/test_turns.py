"""Requests wait for their turn: how many may, what the others are told, and what is done for those who left."""

from __future__ import annotations

import asyncio
from pathlib import Path

from aiohttp import ClientSession, web
from tests.api.server import Backstage, serving
from tests.waiting import until

from paddock.service.work import LIMITS, Work, WorkKind
from paddock.service.work_queue import Owner
from paddock.service.work_schedule import WorkLimits

TOTALS = "/api/statistics/totals"


class Crowded(Backstage):
    """A server that asks its archive one thing at a time, and lets two more wait; the source is named by a header."""

    def __init__(self) -> None:
        super().__init__()
        self.work = Work({**LIMITS, WorkKind.RECORD: WorkLimits(1, 2, 2, 1)})
        self.archive.stuck = asyncio.Event()
        self.owners: list[Owner] = []

    def owner(self, request: web.Request) -> Owner:
        def connected() -> bool:
            return request.transport is not None and not request.transport.is_closing()

        owner = Owner(request.headers.get("X-Source", "office"), str(id(request.protocol)), connected)
        self.owners.append(owner)
        return owner

    async def until_gone(self, source: str) -> None:
        """Wait until the server knows that all connections of a source have ended."""
        await until(
            lambda: not any(owner.wanted() for owner in self.owners if owner.source == source), f"{source} is gone"
        )

    async def until(self, running: int, waiting: int) -> None:
        """Wait until so many questions are under way, and so many wait."""
        figures = self.work[WorkKind.RECORD].figures
        await until(
            lambda: (figures.running, figures.waiting) == (running, waiting), f"{running} run and {waiting} wait"
        )

    def lets_go(self) -> None:
        """The archive answers."""
        assert self.archive.stuck is not None
        self.archive.stuck.set()


async def ask(web: ClientSession, source: str) -> tuple[int, str | None, str | None]:
    """Ask for figures and give the status, the code of a refusal, and when to ask again."""
    async with web.get(TOTALS, headers={"X-Source": source}) as answer:
        body = await answer.json(content_type=None)
        return answer.status, body.get("code"), answer.headers.get("Retry-After")


async def test_a_source_that_asks_too_much_is_refused_and_another_gets_its_turn(tmp_path: Path) -> None:
    backstage = Crowded()
    async with serving(backstage, tmp_path) as web:
        first = asyncio.create_task(ask(web, "office"))
        await backstage.until(running=1, waiting=0)
        others = [asyncio.create_task(ask(web, "office")) for _ in range(2)]
        await backstage.until(running=1, waiting=2)
        assert await ask(web, "office") == (429, "too_many", "1")
        home = asyncio.create_task(ask(web, "home"))
        done, _ = await asyncio.wait(others, return_when=asyncio.FIRST_COMPLETED)
        assert [await one for one in done] == [(503, "busy", "1")], "home got the place of the office's newest"
        backstage.lets_go()
        answered = await asyncio.gather(first, home, *others)
        assert sorted(status for status, _, _ in answered) == [200, 200, 200, 503]


async def test_the_archive_is_not_asked_for_those_who_left(tmp_path: Path) -> None:
    backstage = Crowded()
    async with serving(backstage, tmp_path) as web, ClientSession(str(web._base_url)) as leaving:
        first = asyncio.create_task(ask(web, "office"))
        await backstage.until(running=1, waiting=0)
        gone = [asyncio.create_task(ask(leaving, "home")) for _ in range(2)]
        await backstage.until(running=1, waiting=2)
        for one in gone:
            one.cancel()
        await backstage.until_gone("home")
        backstage.lets_go()
        assert (await first)[0] == 200
        await backstage.until(running=0, waiting=0)
        figures = backstage.work[WorkKind.RECORD].figures
        assert (figures.begun, figures.gone) == (1, 2)

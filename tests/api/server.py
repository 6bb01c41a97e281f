"""A real HTTP server around the routes, with what stands behind them set by a test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

from aiohttp import ClientSession, web
from tests.api.shelf import Shelf

from paddock.api import Forwarding, Health, Vitals, routes
from paddock.archive.contract import Page, RaceLine
from paddock.domain.ids import Millis, RaceId, RoomId
from paddock.domain.record import RaceRecord
from paddock.domain.room import Room
from paddock.domain.views import RoomSummary
from paddock.service.room_list import RoomList, RoomListPage, RoomListQuery
from paddock.service.work import Work
from paddock.service.work_queue import Owner
from paddock.socketio import Counters
from paddock.stores.contract import StoreUnavailable


class Gate:
    """Lets everybody in, and counts what would be charged."""

    def __init__(self) -> None:
        self.wait_s: int | None = None
        self.guess_wait_s: int | None = None
        self.asked = 0
        self.guesses: list[str] = []
        self.cross_site = False

    def source(self, request: web.Request) -> str:
        return "192.0.2.1"

    def is_cross_site(self, request: web.Request) -> bool:
        return self.cross_site

    def admit(self, request: web.Request) -> int | None:
        self.asked += 1
        return self.wait_s

    async def admit_transfer_code(self, source: str) -> int | None:
        self.guesses.append("code")
        return self.guess_wait_s

    async def refund_transfer_code(self, source: str) -> None:
        self.guesses.remove("code")

    async def admit_room_lookup(self, source: str, room: RoomId, *, found: bool) -> int | None:
        if not found:
            self.guesses.append(room)
        return self.guess_wait_s


class Backstage:
    """What the server behind the routes would say."""

    def __init__(self) -> None:
        self.archive = Shelf()
        self.list: list[RoomSummary] = []
        self.live: dict[RoomId, Room] = {}
        self.admission = Gate()
        self.records: dict[RaceId, RaceRecord] = {}
        self.asked: list[RaceId] = []
        self.away = False
        self.state = Health("ready")
        self.work = Work()
        self.vital = Vitals("ready", 0, False, Counters(), Forwarding())

    async def race(self, race: RaceId) -> RaceRecord | None:
        self.asked.append(race)
        if self.away:
            raise StoreUnavailable
        return self.records.get(race)

    zone = "Asia/Seoul"

    def owner(self, request: web.Request) -> Owner:
        return Owner("somewhere", str(id(request.protocol)))

    async def listed(self, query: RoomListQuery) -> RoomListPage:
        rooms = RoomList()
        for line in self.list:
            rooms.put(line.room, line)
        return rooms.page(query)

    def line(self, room: RoomId) -> RoomSummary | None:
        return next((line for line in self.list if line.room == room), None)

    async def room(self, room: RoomId) -> Room | None:
        if self.away:
            raise StoreUnavailable
        return self.live.get(room)

    async def history(self, room: RoomId, cursor: str | None, limit: int) -> Page[RaceLine]:
        return await self.archive.races_of_room(room, cursor, limit)

    def device(self, token: str) -> str:
        return f"hash of {token}"

    def now(self) -> Millis:
        return Millis(1_800_000_000_000)

    def today(self) -> date:
        return date(2027, 1, 15)

    def asyncapi(self) -> bytes:
        return b"{}"

    async def health(self) -> Health:
        return self.state

    async def vitals(self) -> Vitals:
        return self.vital


@asynccontextmanager
async def serving(backstage: Backstage, folder: Path) -> AsyncIterator[ClientSession]:
    """Serve on a free port of this machine; the session's addresses are relative to it."""
    app = web.Application(client_max_size=64 * 1024)  # as the server has it

    async def fail(request: web.Request) -> web.Response:
        raise RuntimeError("the password is swordfish")

    app.router.add_get("/faulty", fail)
    routes(app, backstage, backstage, folder=folder)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    try:
        async with ClientSession(f"http://{host}:{port}") as session:
            yield session
    finally:
        await runner.cleanup()


def build(folder: Path) -> Path:
    """Lay out a web client as a build leaves it."""
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Paddock</title>")
    (folder / "favicon.svg").write_text("<svg/>")
    (folder / "secret.txt").write_text("not for the web")
    (folder / "assets" / "main-abc123.js").write_text("plain")
    (folder / "assets" / "main-abc123.js.br").write_bytes(b"brotli")
    (folder / "assets" / "main-abc123.js.gz").write_bytes(b"gzip")
    return folder

"""Clients at their defaults (polling first) behind real balancers that know nothing of sessions: nobody notices."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from tests.cluster.books import sprint, written
from tests.cluster.conftest import PACE
from tests.cluster.process import Server
from tests.cluster.test_witnesses import PLAYER, ROOT, assert_saw_the_race, record_of
from tests.gateway.wire import Json
from tests.servers.balancers import Balancer, HaProxy, Nginx
from tests.servers.redis_server import RedisServer

from paddock.gateway.sources import source_rule

CROWD = Path(__file__).parent / "js" / "crowd.mjs"
PEOPLE = 100
LIMIT_S = 60.0


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis with an append-only file."""
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def servers(redis: RedisServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    """Three servers of one machine, and a fourth on another, which reach each other at their own addresses."""
    opened = []
    for name, address in (("a", "127.0.0.1"), ("b", "127.0.0.1"), ("c", "127.0.0.1"), ("d", "127.0.0.2")):
        folder = tmp_path_factory.mktemp(name)
        settings: dict[str, str | int] = {**PACE, "redis": redis.url, "host": address, "peer_host": address}
        opened.append(Server(folder, book=written(sprint(), folder / "book.json"), **settings))
    try:
        for server in opened:
            server.start()
        yield opened
    finally:
        for server in opened:
            server.kill()
            print(server.output)


def addresses(servers: Sequence[Server]) -> list[str]:
    """Give the addresses that a balancer knows; the fourth server is on another machine."""
    return [f"127.0.0.{2 if place == 3 else 1}:{server.port}" for place, server in enumerate(servers)]


class Crowd:
    """A hundred people in a process of their own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def settles(self) -> Json:
        """Wait until everybody is connected, has moved up to WebSocket and heard all news; give what they say."""
        assert self._process.stdout is not None
        async with asyncio.timeout(LIMIT_S):
            line = await self._process.stdout.readline()
        told: Json = json.loads(line)
        return told

    def hears(self, news: str) -> None:
        """Let the hosts say something that everybody must hear."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{news}\n".encode())


@asynccontextmanager
async def started(balancer: Balancer) -> AsyncIterator[None]:
    """Run a balancer; what it complains of is shown when the test fails."""
    await asyncio.to_thread(balancer.start)
    try:
        yield
    finally:
        balancer.stop()
        print(balancer.output)


@asynccontextmanager
async def crowd(balancer: Balancer) -> AsyncIterator[Crowd]:
    """Let a hundred people come in through a balancer."""
    process = await asyncio.create_subprocess_exec(
        "node", CROWD, ROOT / "web" / "package.json", balancer.url, str(PEOPLE),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield Crowd(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.mark.parametrize("places", [(0, 1, 2), (0, 3)], ids=["three workers", "two hosts"])
async def test_a_hundred_connect_move_up_and_recover_in_plain_turns(
    servers: list[Server], tmp_path: Path, places: tuple[int, ...]
) -> None:
    known = addresses(servers)
    balancer = Nginx(tmp_path, [known[place] for place in places], hashed=False)
    async with started(balancer), crowd(balancer) as people:
        assert await people.settles() == {
            "connected": PEOPLE, "upgraded": PEOPLE, "recovered": 0, "afresh": 0, "heard": True,
        }  # fmt: skip
        for place in places:
            servers[place].kill()
            people.hears(f"server {place} is gone")
            told = await people.settles()
            await asyncio.to_thread(servers[place].start)
        assert told == {
            "connected": PEOPLE, "upgraded": PEOPLE, "recovered": PEOPLE, "afresh": 0, "heard": True,
        }  # fmt: skip


@pytest.mark.parametrize("kind", ["nginx polling", "haproxy polling", "haproxy"])
async def test_a_race_is_played_whatever_carries_it(servers: list[Server], tmp_path: Path, kind: str) -> None:
    balancer = (Nginx if kind.startswith("nginx") else HaProxy)(tmp_path, addresses(servers))
    only = kind.split()[1:]
    async with started(balancer):
        node = await asyncio.create_subprocess_exec(
            "node", PLAYER, ROOT / "web" / "package.json", balancer.url, *only, stdout=asyncio.subprocess.PIPE
        )
        try:
            told, _ = await asyncio.wait_for(node.communicate(), LIMIT_S)
        finally:
            if node.returncode is None:
                node.kill()
                await node.wait()
        assert node.returncode == 0
        for saw in json.loads(told):
            assert_saw_the_race(saw, record_of(servers[0], saw["race"]), *only)


@pytest.mark.parametrize("kind", [Nginx, HaProxy])
async def test_a_room_has_one_server_and_the_others_go_round(
    servers: list[Server], tmp_path: Path, kind: Callable[[Path, list[str]], Balancer]
) -> None:
    balancer = kind(tmp_path, addresses(servers))

    async def came_to(http: aiohttp.ClientSession, room: str = "") -> str:
        """Open a session and read off its id which server it is at."""
        query = "EIO=4&transport=polling" + (f"&room={room}" if room else "")
        async with http.get(f"{balancer.url}/socket.io/?{query}") as answer:
            return str(json.loads((await answer.text())[1:])["sid"])[:8]

    async with started(balancer), aiohttp.ClientSession() as http:
        homes = [{await came_to(http, f"R{number:04}") for _ in range(6)} for number in range(24)]
        assert all(len(home) == 1 for home in homes), homes
        everywhere = set[str]().union(*homes)
        assert len(everywhere) == 4, "rooms are spread"
        assert {await came_to(http) for _ in range(12)} == everywhere


@pytest.mark.parametrize("kind", [Nginx, HaProxy])
async def test_the_house_is_not_shown_its_figures_outside(
    servers: list[Server], tmp_path: Path, kind: Callable[[Path, list[str]], Balancer]
) -> None:
    balancer = kind(tmp_path, addresses(servers))
    async with started(balancer), aiohttp.ClientSession() as http:
        for path, status in (("/metrics", 404), ("/healthz", 200), ("/", 200)):
            async with http.get(balancer.url + path) as answer:
                assert answer.status == status, path


@pytest.mark.parametrize("kind", [Nginx, HaProxy])
@pytest.mark.parametrize("claimed", [None, "9.9.9.9", "9.9.9.9, 127.0.0.1"])
async def test_the_source_is_who_came_to_the_balancer(
    tmp_path: Path, kind: Callable[[Path, list[str]], Balancer], claimed: str | None
) -> None:
    rule = source_rule([ip_network("127.0.0.1/32")])

    async def tell(request: web.Request) -> web.Response:
        return web.Response(text=rule(request))

    app = web.Application()
    app.router.add_get("/{path:.*}", tell)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    balancer = kind(tmp_path, [f"127.0.0.1:{runner.addresses[0][1]}"])
    try:
        async with started(balancer):
            # Somebody from another address than the balancer's own, which is a trusted proxy.
            outside = aiohttp.TCPConnector(local_addr=("127.0.0.3", 0))
            async with aiohttp.ClientSession(connector=outside) as http:
                headers = {} if claimed is None else {"X-Forwarded-For": claimed}
                async with http.get(f"{balancer.url}/who", headers=headers) as answer:
                    assert await answer.text() == "127.0.0.3"
    finally:
        await runner.cleanup()

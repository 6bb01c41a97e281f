"""Clients at their defaults (polling first) behind real balancers that know nothing of sessions: nobody notices."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
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
from tests.peers.house import UNKNOWN
from tests.servers.balancers import Balancer, HaProxy, Nginx
from tests.servers.redis_server import RedisServer
from tests.supervisor.pool import metrics
from tests.supervisor.pool import workers as processes
from tests.waiting import until

from paddock.gateway.client_ip import client_ip_rule

CROWD = Path(__file__).parent / "js" / "crowd.mjs"
PEOPLE = 100
LIMIT_S = 100.0
"""Reached only by a test that fails: on two busy cores a hundred clients take half a minute instead of some seconds."""


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis with an append-only file."""
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.kill()


Serve = Callable[..., Server]


@pytest.fixture(scope="module")
def serve(redis: RedisServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Start servers on that Redis; they end with the tests."""
    opened: list[Server] = []

    def start(name: str, **settings: str | int) -> Server:
        folder = tmp_path_factory.mktemp(name)
        book = written(sprint(), folder / "book.json")
        server = Server(folder, book=book, **{**PACE, "redis": redis.url, **settings})
        opened.append(server)
        server.start()
        return server

    yield start
    for server in opened:
        server.kill()
        print(server.output)


@pytest.fixture(scope="module")
def workers(serve: Serve) -> Server:
    """Three workers on one port of one machine."""
    return serve("workers", workers=3)


@pytest.fixture(scope="module")
def hosts(serve: Serve) -> tuple[Server, Server]:
    """Two machines, which reach each other at their own addresses."""
    one, other = [serve(f"host{address}", host=address, peer_host=address) for address in ("127.0.0.1", "127.0.0.2")]
    return one, other


@pytest.fixture
def known(hosts: tuple[Server, Server]) -> list[str]:
    """The addresses of the two machines, as a balancer knows them."""
    return [f"127.0.0.1:{hosts[0].port}", f"127.0.0.2:{hosts[1].port}"]


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
async def crowd(url: str) -> AsyncIterator[Crowd]:
    """Let a hundred people come in."""
    process = await asyncio.create_subprocess_exec(
        "node", CROWD, ROOT / "web" / "package.json", url, str(PEOPLE),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield Crowd(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


EVERYBODY_IS_HERE = {"connected": PEOPLE, "upgraded": PEOPLE, "afresh": 0, "heard": True}
UNDISTURBED = {"recovered": 0, "stuck": 0}


def everybody_is_here(told: Json, *servers: Server) -> None:
    """Hold what the crowd says to what it must be.

    A server that gets no CPU on a busy machine for longer than the others wait for it (`peers.unreachable`, 1 s) costs
    some clients a connection, which they recover, or an upgrade; nothing else disturbs them.
    """
    assert {name: told[name] for name in EVERYBODY_IS_HERE} == EVERYBODY_IS_HERE
    if not any("peers.unreachable" in server.output for server in servers):
        assert {name: told[name] for name in UNDISTURBED} == UNDISTURBED


@pytest.mark.timeout(300)
async def test_a_hundred_connect_move_up_and_recover_at_three_workers(workers: Server) -> None:
    async with crowd(workers.url) as people:
        everybody_is_here(await people.settles(), workers)
        handoffs = await metrics(workers, "paddock_websocket_handoffs_total")
        assert sum(handoffs.values()) > 0, "WebSockets landed on workers that do not have their session"
        for number in range(3):
            # Each is killed once: whoever was there, and whoever's connection ran through it, comes back.
            oldest = processes(workers)[0]
            os.kill(oldest, signal.SIGKILL)
            people.hears(f"worker {number} is gone")
            told = await people.settles()
            await replaced(workers, oldest)
        assert {name: told[name] for name in EVERYBODY_IS_HERE} == EVERYBODY_IS_HERE
        assert told["recovered"] == PEOPLE


async def replaced(server: Server, process: int) -> None:
    """Wait until a worker is no more and three others take players."""

    async def three_serve() -> bool:
        return sum((await metrics(server, "paddock_worker_up")).values()) == 3

    await until(lambda: process not in processes(server), "the end of the killed worker")
    await until(three_serve, "three workers that take players", LIMIT_S)


@asynccontextmanager
async def refusals_shown(*addresses: str) -> AsyncIterator[None]:
    """When the block fails, show why servers did not let clients recover."""
    try:
        yield
    except BaseException:
        for address in addresses:
            with suppress(aiohttp.ClientError):
                async with aiohttp.ClientSession() as http, http.get(f"http://{address}/metrics") as answer:
                    print(*(line for line in (await answer.text()).splitlines() if "recover" in line), sep="\n")
        raise


async def figure(address: str, name: str) -> float:
    """Give one figure of a server."""
    async with aiohttp.ClientSession() as http, http.get(f"http://{address}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return next(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{name} "))


@pytest.mark.timeout(300)
async def test_a_hundred_connect_move_up_and_recover_at_two_hosts_in_plain_turns(
    hosts: tuple[Server, Server], known: list[str], tmp_path: Path
) -> None:
    balancer = Nginx(tmp_path, known, hashed=False)
    async with started(balancer), crowd(balancer.url) as people, refusals_shown(*known):
        everybody_is_here(await people.settles(), *hosts)
        tunnels = [await figure(host, "paddock_websocket_tunnels_total") for host in known]
        assert sum(tunnels) > 0, "WebSockets landed on the machine that does not have their session"
        for number, host in enumerate(hosts):
            host.kill()
            people.hears(f"host {number} is gone")
            told = await people.settles()
            await asyncio.to_thread(host.start)
        assert {name: told[name] for name in EVERYBODY_IS_HERE} == EVERYBODY_IS_HERE
        assert told["recovered"] == PEOPLE


@pytest.mark.parametrize("kind", ["nginx polling", "haproxy polling", "haproxy"])
async def test_a_race_is_played_whatever_carries_it(
    workers: Server, hosts: tuple[Server, Server], known: list[str], tmp_path: Path, kind: str
) -> None:
    everywhere = [*known, f"127.0.0.1:{workers.port}"]
    balancer = (Nginx if kind.startswith("nginx") else HaProxy)(tmp_path, everywhere)
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
            assert_saw_the_race(saw, record_of(hosts[0], saw["race"]), *only)


@pytest.mark.parametrize("kind", [Nginx, HaProxy])
async def test_a_room_has_one_server_and_the_others_go_round(
    known: list[str], tmp_path: Path, kind: Callable[[Path, list[str]], Balancer]
) -> None:
    balancer = kind(tmp_path, known)

    async def came_to(http: aiohttp.ClientSession, room: str = "") -> str:
        """Open a session and read off its id which server it is at."""
        query = "EIO=4&transport=polling" + (f"&room={room}" if room else "")
        async with http.get(f"{balancer.url}/socket.io/?{query}") as answer:
            return str(json.loads((await answer.text())[1:])["sid"])[:8]

    async with started(balancer), aiohttp.ClientSession() as http:
        homes = [{await came_to(http, f"R{number:04}") for _ in range(6)} for number in range(24)]
        assert all(len(home) == 1 for home in homes), homes
        everywhere = set[str]().union(*homes)
        assert len(everywhere) == 2, "rooms are spread"
        assert {await came_to(http) for _ in range(12)} == everywhere


WRITTEN = (
    "/metrics",
    "/%6detrics",
    "/%6D%65%74%72%69%63%73",
    "//metrics",
    "///metrics",
    "/%2fmetrics",
    "/x/../metrics",
    "/%2e%2e/metrics",
    "/x/%2e%2e/metrics",
    "/./metrics",
    "/%2e/metrics",
    "/metrics/",
    "/metrics//",
    "/metrics/.",
    "/metrics/x/..",
    "/METRICS",
    "/Metrics",
    "/metrics?name=x",
    "/metrics%3fname=x",
    "/metrics#x",
    "/metrics;x",
    "/metrics%20",
    "/metrics%00",
    "http://127.0.0.1/metrics",
    "HTTP://example.com//metrics",
    "/socket.io/../metrics",
    "/assets/..%2fmetrics",
    "*",
    "metrics",
)


async def raw(port: int, path: str, method: str = "GET") -> str:
    """Ask for a path as it stands and return the answer; empty when the connection is closed without one."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        return (await asyncio.wait_for(reader.read(), LIMIT_S)).decode(errors="replace")
    finally:
        writer.close()


@pytest.mark.parametrize("kind", [Nginx, HaProxy])
async def test_the_house_is_not_shown_its_figures_outside_however_they_are_asked_for(
    known: list[str], tmp_path: Path, kind: Callable[[Path, list[str]], Balancer]
) -> None:
    """`/%6detrics` came through HAProxy."""
    balancer = kind(tmp_path, known)
    async with started(balancer), aiohttp.ClientSession() as http:
        assert "paddock_rooms" in await raw(int(known[0].rpartition(":")[2]), "/metrics"), "they are there inside"
        for path in ("/healthz", "/"):
            async with http.get(balancer.url + path) as answer:
                assert answer.status == 200, path
        for path in WRITTEN:
            for method in ("GET", "POST", "HEAD", "PROPFIND"):
                told = await raw(balancer.port, path, method)
                assert not told.startswith("HTTP/1.1 200") and "paddock_" not in told, (method, path, told[:200])


@pytest.mark.parametrize("kind", [Nginx, HaProxy])
@pytest.mark.parametrize("claimed", [None, "9.9.9.9", "9.9.9.9, 127.0.0.1"])
async def test_the_source_is_who_came_to_the_balancer(
    tmp_path: Path, kind: Callable[[Path, list[str]], Balancer], claimed: str | None
) -> None:
    rule = client_ip_rule([ip_network("127.0.0.1/32")])

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


async def test_a_frozen_machine_ties_nobody_up_and_its_sessions_go_on_when_it_does(
    hosts: tuple[Server, Server], known: list[str]
) -> None:
    ask = "/socket.io/?EIO=4&transport=polling"
    here, there = [f"http://{address}" for address in known]
    async with aiohttp.ClientSession() as http:

        async def answer(url: str, body: str | None = None) -> tuple[int, str]:
            async with http.request("GET" if body is None else "POST", url, data=body) as got:
                return got.status, await got.text()

        sid = json.loads((await answer(there + ask))[1][1:])["sid"]
        session = f"{here}{ask}&sid={sid}"
        os.kill(hosts[1].pid, signal.SIGSTOP)
        try:
            async with asyncio.timeout(LIMIT_S):
                answers = await asyncio.gather(*(answer(session, "40") for _ in range(20)))
                assert answers == [UNKNOWN] * 20
                assert (await answer(here + "/healthz"))[0] == 200
        finally:
            os.kill(hosts[1].pid, signal.SIGCONT)

        async def is_taken() -> bool:
            told = await answer(session, "40")
            assert told in {UNKNOWN, (200, "ok")}
            return told != UNKNOWN

        await until(is_taken, "an answer of the machine that goes on", LIMIT_S)
        assert (await answer(session))[1].startswith("40{")

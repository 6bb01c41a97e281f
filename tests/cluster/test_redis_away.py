"""Redis is lost under play, in every way it can be, and comes back: nobody is dropped, nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import aiohttp
import pytest
from tests.cluster.books import brisk, sprint
from tests.cluster.conftest import serving
from tests.cluster.door import Door
from tests.cluster.process import Server
from tests.cluster.test_two_nodes import entries, record
from tests.gateway.wire import Guest, Json
from tests.servers.fault_proxy import FaultProxy
from tests.servers.redis_server import RedisServer

from paddock.domain.record import verify

Start = Callable[..., Server]


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis that has on the disk what it has acknowledged."""
    yield from started(tmp_path, "--appendfsync", "always")


def started(folder: Path, *options: str) -> Iterator[RedisServer]:
    server = RedisServer(folder, *options)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start servers on a Redis, or on a way to it, each with a folder of its own; all end with the test."""
    with ExitStack() as stack:

        def start_one(redis: RedisServer | FaultProxy, name: str, **settings: str) -> Server:
            folder = tmp_path / name
            folder.mkdir()
            url = f"redis://127.0.0.1:{redis.port}"
            return stack.enter_context(serving(folder, brisk(), redis=url, **settings))

        yield start_one


async def health(server: Server) -> Json:
    """Ask whether players should be sent to a server; it always should, here."""
    async with aiohttp.ClientSession() as session, session.get(f"{server.url}/readyz") as answer:
        assert answer.status == 200
        found: Json = await answer.json()
        return found


async def figures(server: Server) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"{server.url}/metrics") as answer:
        return await answer.text()


def unbroken(*guests: Guest) -> None:
    """Everybody heard every version once and in order."""
    for who in guests:
        versions = [entry["version"] for entry in entries(who)]
        assert versions == list(range(versions[0], versions[0] + len(versions))), versions


async def level(who: Guest, *servers: Server) -> Json:
    """The room as the servers show it, which is the same on each."""
    shown = []
    for server in servers:
        async with aiohttp.ClientSession() as session, session.get(f"{server.url}/api/rooms/{who.code}") as answer:
            shown.append(await answer.json())
    assert all(one == shown[0] for one in shown), shown
    found: Json = shown[0]
    return found


async def test_a_round_is_played_while_redis_is_dead_and_is_there_when_it_is_back(
    redis: RedisServer, start: Start, door: Door
) -> None:
    a = await asyncio.to_thread(start, redis, "a")
    mina, jun = await door.across(a, a)
    assert (await mina.asks("say", text="before"))["ok"]
    redis.kill()
    await mina.hears("degraded")
    assert (await health(a))["degraded"]
    assert "paddock_degraded 1.0" in await figures(a)

    assert (await mina.asks("pick_racer", racer=0))["ok"]
    assert (await jun.asks("pick_racer", racer=2))["ok"]
    assert (await jun.asks("say", text="meanwhile"))["ok"]
    assert (await mina.asks("start_race"))["ok"]
    await jun.hears("segments", lambda message: bool(message["until"] > 2_000))

    await asyncio.to_thread(redis.start)
    await mina.hears("healed")
    assert not (await health(a))["degraded"]
    finished = await jun.hears_of("race_finished")
    race = finished["result"]["card"]["race"]
    b = await asyncio.to_thread(start, redis, "b")
    third = await door.at(b)
    view = (await third.resumes(jun.code, jun.token))["view"]
    assert view["own"]["player"] == jun.player
    assert {message["text"] for message in view["chat"]} >= {"before", "meanwhile"}
    assert [summary["race"] for summary in view["history"]] == [race]
    assert verify(await record(b, race)) == ()
    unbroken(mina)

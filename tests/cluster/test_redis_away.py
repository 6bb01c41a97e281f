"""Redis is lost under play, in every way it can be, and comes back: nobody is dropped, nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from tests.cluster.books import brisk
from tests.cluster.conftest import serving
from tests.cluster.door import Door
from tests.cluster.process import Server
from tests.cluster.test_two_nodes import entries, record
from tests.gateway.wire import Guest, Json
from tests.servers.fault_proxy import FaultProxy
from tests.servers.redis_server import RedisServer
from tests.waiting import until

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


async def alone(who: Guest) -> None:
    """Wait until somebody is told that their server goes on by itself."""
    await who.hears("degraded", lambda message: bool(message["on"]))


async def healed(who: Guest) -> None:
    """Wait until they are told that this is over."""
    await who.hears("degraded", lambda message: not message["on"])


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
    await alone(mina)
    assert (await health(a))["degraded"]
    assert "paddock_degraded 1.0" in await figures(a)

    assert (await mina.asks("pick_racer", racer=0))["ok"]
    assert (await jun.asks("pick_racer", racer=2))["ok"]
    assert (await jun.asks("say", text="meanwhile"))["ok"]
    assert (await mina.asks("start_race"))["ok"]
    await jun.hears("segments", lambda message: bool(message["until"] > 2_000))

    await asyncio.to_thread(redis.start)
    await healed(mina)
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


async def test_another_servers_room_is_left_alone_and_heard_of_again(
    redis: RedisServer, start: Start, door: Door
) -> None:
    """A process that has just lost Redis must not take commands for a room whose home is elsewhere."""
    a, b = await both(start, redis, redis)
    mina, jun = await door.across(a, b)
    redis.kill()
    for who in (mina, jun):
        await alone(who)
    refused = await jun.asks("pick_racer", racer=1)
    assert (refused["ok"], refused["code"], refused["retry"]) == (False, "degraded", True)
    assert (await jun.asks("say", text="lost"))["code"] == "degraded"
    assert (await mina.asks("pick_racer", racer=0))["ok"]
    assert (await mina.asks("say", text="at home"))["ok"]

    await asyncio.to_thread(redis.start)
    assert "at home" in str(await jun.hears("entry", lambda entry: "at home" in str(entry)))
    await insists(jun, "pick_racer", racer=1)
    await mina.hears_of("player_picked", after=len(mina.heard) - 1)
    unbroken(mina, jun)
    await level(mina, a, b)


async def test_an_emptied_redis_is_filled_again(redis: RedisServer, start: Start, door: Door) -> None:
    a, b = await both(start, redis, redis)
    mina, jun = await door.across(a, b)
    assert (await mina.asks("say", text="before"))["ok"]
    redis.ask("FLUSHALL")
    await insists(mina, "pick_racer", racer=0)
    await insists(jun, "pick_racer", racer=1)
    assert (await mina.asks("say", text="after"))["ok"]
    await jun.hears("entry", lambda entry: "after" in str(entry))
    unbroken(mina, jun)
    again = await door.at(b)
    view = (await again.resumes(jun.code, jun.token))["view"]
    assert view["own"]["player"] == jun.player
    assert [message["text"] for message in view["chat"]] == ["before", "after"]


async def test_a_redis_that_comes_back_with_older_data_is_brought_up_to_date(
    tmp_path: Path, start: Start, door: Door
) -> None:
    for redis in started(tmp_path, "--appendonly", "no"):
        a, b = await both(start, redis, redis)
        mina, jun = await door.across(a, b)
        assert (await mina.asks("say", text="saved"))["ok"]
        redis.ask("SAVE")
        assert (await mina.asks("say", text="acknowledged"))["ok"]
        assert (await jun.asks("pick_racer", racer=1))["ok"]
        await mina.hears_of("player_picked")
        await asyncio.to_thread(redis.restart)
        await insists(mina, "pick_racer", racer=0)
        await insists(mina, "say", text="after")
        await jun.hears("entry", lambda entry: "after" in str(entry))
        unbroken(mina, jun)
        view = (await mina.asks("catch_up", version=10_000))["view"]
        assert [message["text"] for message in view["chat"]] == ["saved", "acknowledged", "after"]
        assert set(view["room"]["phase"]["picked"]) == {mina.player, jun.player}


async def test_a_room_of_a_redis_that_keeps_nothing_survives_its_end(tmp_path: Path, start: Start, door: Door) -> None:
    for redis in started(tmp_path, "--appendonly", "no"):
        a = await asyncio.to_thread(start, redis, "a")
        mina, jun = await door.across(a, a)
        assert (await jun.asks("pick_racer", racer=1))["ok"]
        redis.kill()
        await alone(mina)
        assert (await mina.asks("pick_racer", racer=0))["ok"]
        await asyncio.to_thread(redis.start)
        await healed(mina)
        assert (await mina.asks("start_race"))["ok"]
        await jun.hears_of("countdown_started")
        unbroken(mina, jun)
        b = await asyncio.to_thread(start, redis, "b")
        again = await door.at(b)
        assert (await again.resumes(jun.code, jun.token))["view"]["own"]["player"] == jun.player


async def test_a_server_killed_while_redis_is_away_brings_its_rooms_back_by_itself(
    redis: RedisServer, start: Start, door: Door
) -> None:
    a = await asyncio.to_thread(start, redis, "a")
    mina, jun = await door.across(a, a)
    redis.kill()
    await alone(mina)
    assert (await mina.asks("pick_racer", racer=0))["ok"]
    assert (await jun.asks("pick_racer", racer=3))["ok"]
    await asyncio.to_thread(a.restart)
    back = await door.at(a)
    await alone(back)
    view = (await back.resumes(mina.code, mina.token))["view"]
    assert set(view["room"]["phase"]["picked"]) == {mina.player, jun.player}
    assert (await back.asks("say", text="still here"))["ok"]
    await asyncio.to_thread(redis.start)
    await healed(back)
    b = await asyncio.to_thread(start, redis, "b")
    again = await door.at(b)
    assert "still here" in str((await again.resumes(jun.code, jun.token))["view"]["chat"])


async def test_a_server_that_starts_without_redis_says_so_and_heals(
    redis: RedisServer, start: Start, door: Door
) -> None:
    redis.kill()
    a = await asyncio.to_thread(start, redis, "a")
    assert (await health(a))["degraded"]
    assert "store.degraded" in a.output
    mina = await door.at(a)
    await alone(mina)
    assert (await mina.opens(name="Mina"))["ok"]
    assert (await mina.asks("pick_racer", racer=0))["ok"]
    await asyncio.to_thread(redis.start)
    await healed(mina)
    b = await asyncio.to_thread(start, redis, "b")
    jun = await door.at(b)
    assert (await jun.joins(mina.code))["ok"]
    assert (await mina.hears_of("member_joined"))["member"]["name"] == "Jun"


async def test_a_server_told_to_need_redis_does_not_start_without_it(redis: RedisServer, start: Start) -> None:
    redis.kill()
    with pytest.raises(AssertionError, match="start Redis"):
        await asyncio.to_thread(start, redis, "a", require_redis="true")


async def test_a_full_redis_is_gone_on_without_until_it_takes_writes_again(
    redis: RedisServer, start: Start, door: Door
) -> None:
    a = await asyncio.to_thread(start, redis, "a")
    mina, jun = await door.across(a, a)
    redis.ask("CONFIG", "SET", "maxmemory", "1")
    await alone(mina)
    assert (await mina.asks("pick_racer", racer=0))["ok"]
    redis.ask("CONFIG", "SET", "maxmemory", "0")
    await healed(mina)
    assert (await jun.asks("pick_racer", racer=1))["ok"]
    await mina.hears_of("player_picked")
    unbroken(mina, jun)
    assert a.output.count("store.degraded") == 1, "one alarm"


async def both(start: Start, to_a: RedisServer | FaultProxy, to_b: RedisServer | FaultProxy) -> list[Server]:
    """Start two servers at once."""
    return list(await asyncio.gather(asyncio.to_thread(start, to_a, "a"), asyncio.to_thread(start, to_b, "b")))


async def insists(who: Guest, event: str, command: str = "", **fields: Any) -> Json:
    """Ask again as long as asking again may help, as the client does."""
    reply: Json = {}

    async def is_done() -> bool:
        nonlocal reply
        reply = await who.asks(event, command, **fields)
        assert reply["ok"] or reply["retry"], reply
        return bool(reply["ok"])

    await until(is_done, f"{event} that is done")
    return reply


async def test_nobody_waits_for_a_frozen_redis(redis: RedisServer, start: Start, door: Door) -> None:
    """It is frozen until all of a room who act at once have been served; `make test-faults` measures the 0.5 s."""
    a = await asyncio.to_thread(start, redis, "a")
    mina, jun = await door.across(a, a)
    waits: list[float] = []

    async def acts(who: Guest) -> None:
        async def picks() -> bool:
            asked = time.monotonic()
            reply = await who.asks("pick_racer", racer=1)
            waits.append(time.monotonic() - asked)
            assert reply["ok"] or reply["retry"]
            return bool(reply["ok"])

        await until(picks, "a server that goes on by itself")

    redis.stop()
    try:
        await asyncio.gather(acts(mina), acts(jun))
    finally:
        redis.cont()
    print("longest wait for an answer:", round(max(waits), 3), "s")
    # The freeze lasts until both are served: who waited for its end would wait for ever. A busy machine takes its time.
    assert max(waits) < 10, "one time limit, and never the rest of the freeze"
    await healed(mina)
    await insists(mina, "say", text="thawed")
    await jun.hears("entry", lambda entry: "thawed" in str(entry))
    unbroken(mina, jun)


async def test_whoever_was_cut_off_and_taken_for_gone_is_there_again(
    redis: RedisServer, start: Start, door: Door
) -> None:
    proxy = FaultProxy(redis.port)
    await proxy.open()
    try:
        a, b = await both(start, proxy, redis)
        mina, jun = await door.across(a, b)
        proxy.refuse()
        await alone(mina)
        assert (await jun.hears_of("member_went_away"))["player"] == mina.player
        proxy.accept()
        assert (await jun.hears_of("member_came_back"))["player"] == mina.player
        await insists(mina, "pick_racer", racer=0)
        await jun.hears_of("player_picked")
    finally:
        await proxy.close()


async def test_two_that_went_on_apart_become_one_room(redis: RedisServer, start: Start, door: Door) -> None:
    """One of two servers is cut off from Redis, and both go on with the same room."""
    proxy = FaultProxy(redis.port)
    await proxy.open()
    try:
        a, b = await both(start, proxy, redis)
        mina, jun = await door.across(a, b)
        assert (await mina.asks("say", text="together"))["ok"]
        await jun.hears("entry", lambda entry: "together" in str(entry))
        proxy.refuse()
        await alone(mina)
        assert (await mina.asks("pick_racer", racer=0))["ok"]
        assert (await mina.asks("say", "mina-said-it", text="cut off"))["ok"]
        assert (await jun.asks("pick_racer", racer=1))["ok"]
        assert (await jun.asks("say", "jun-said-it", text="at the other"))["ok"]

        heard = [len(who.heard) for who in (mina, jun)]
        proxy.accept()
        await healed(mina)
        views = []
        for who, before in zip((mina, jun), heard, strict=True):
            jump = await who.hears("entry", lambda entry: not entry["events"], after=before)
            known = max(entry["version"] for entry in entries(who) if entry["events"])
            assert jump["version"] > known + 1, "everybody sees a hole, and asks"
            caught = await who.asks("catch_up", version=known)
            views.append(caught["view"])
        assert views[0]["room"] == views[1]["room"]
        shown = views[0]["room"]
        assert shown["host"] == mina.player
        assert set(shown["phase"]["picked"]) == {mina.player, jun.player}
        assert all(member["away_since"] is None for member in shown["members"]), shown["members"]
        assert [message["text"] for message in views[0]["chat"]] == ["together", "cut off", "at the other"]
        # Neither had heard that it was said, and says it again: at the server that both copies are at now.
        assert (await insists(mina, "say", "mina-said-it", text="cut off"))["ok"]
        assert (await insists(jun, "say", "jun-said-it", text="at the other"))["ok"]
        missed = await mina.asks("catch_up", version=shown["version"])
        assert missed["view"] is None
        assert "said" not in str(missed["entries"]), "nothing is said twice"
        assert (await mina.asks("start_race"))["ok"]
        await jun.hears_of("countdown_started")
    finally:
        await proxy.close()

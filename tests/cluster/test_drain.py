"""A node that is told to end in the middle of races hands its players over in slices, and nobody misses anything."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import aiohttp
import pytest
from tests.cluster.books import sprint, written
from tests.cluster.conftest import PACE
from tests.cluster.door import Door
from tests.cluster.process import STOP_S, Server
from tests.cluster.rounds import assert_nothing_was_missed, rounds
from tests.cluster.test_two_nodes import record
from tests.gateway.wire import Guest
from tests.servers.redis_server import RedisServer
from tests.supervisor.crew import comes

from paddock.domain.record import verify
from paddock.gateway.drain import SLICE

ROOMS = 15


async def closed_after(who: Guest, began: float) -> float:
    """Give the seconds until the server let somebody go, who must have been told when to come back."""
    await who.ends()
    took = time.monotonic() - began
    assert [message["retry_ms"] for name, message in who.heard if name == "closing"] == [100]
    return took


async def test_players_are_moved_in_slices_while_the_others_play_on(nodes: tuple[Server, Server], door: Door) -> None:
    leaving, staying = nodes
    people = [await door.at(leaving) for _ in range(3 * SLICE)]
    mina = people[0]
    assert (await mina.opens(name="Mina"))["ok"]
    jun = await door.at(staying)
    assert (await jun.joins(mina.code, "Jun"))["ok"]
    await mina.asks("pick_racer", racer=0)
    await jun.asks("pick_racer", racer=2)
    await mina.asks("start_race")
    await jun.hears_of("race_started")
    async with aiohttp.ClientSession(headers={"Connection": "keep-alive"}) as session:
        async with session.get(f"{leaving.url}/readyz") as answer:
            assert answer.status == 200
        began = time.monotonic()
        ending = asyncio.create_task(asyncio.to_thread(leaving.term))
        waiting = [asyncio.create_task(closed_after(who, began)) for who in people]
        _, still = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        assert len(still) >= SLICE, "the first ones are gone, and the others are not yet"
        async with session.get(f"{leaving.url}/readyz") as answer:
            assert answer.status == 503, "no new players are wanted from the first moment on"
    gone = sorted(await asyncio.gather(*waiting))
    assert gone[2 * SLICE] - gone[0] > 0.1, "slices are apart"
    assert await ending == 0
    assert time.monotonic() - began < STOP_S
    assert (await (await door.at(staying)).resumes(mina.code, mina.token))["ok"]
    finished = await jun.hears_of("race_finished")
    assert verify(await record(staying, finished["result"]["card"]["race"])) == ()


async def test_a_server_that_nobody_uses_ends_at_once(nodes: tuple[Server, Server]) -> None:
    began = time.monotonic()
    assert await asyncio.to_thread(nodes[0].term) == 0
    assert "drain.slice" not in nodes[0].output
    assert time.monotonic() - began < STOP_S


@pytest.fixture
def three(redis: RedisServer, tmp_path: Path) -> Server:
    """Three workers that share a Redis, with races of three seconds; not started."""
    settings: dict[str, str | int] = {**PACE, "pace_podium_ms": 1_500, "redis": redis.url, "workers": 3}
    return Server(tmp_path, book=written(sprint(), tmp_path / "book.json"), **settings)


async def test_a_rolling_restart_under_load_loses_no_race_and_recovers_everybody(three: Server) -> None:
    await asyncio.to_thread(three.start)
    try:
        async with rounds(ROOMS, three.url) as everybody:
            three.hang_up()
            await comes(lambda: "supervisor.rolled" in three.output, 60)
            told = await everybody.stops()
            races = assert_nothing_was_missed(told)
            for race in races:
                assert verify(await record(three, race)) == ()
        assert three.output.count("worker.replaced") == 3
        back = sum(one["recovered"] for one in told)
        assert back >= len(told), "everybody was moved once at least"
        assert back >= 0.99 * sum(one["recovered"] + one["fresh"] for one in told)
        assert await asyncio.to_thread(three.term) == 0
        assert "by_force" not in three.output
    finally:
        three.kill()
        print(three.output)

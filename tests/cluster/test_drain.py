"""A node that is told to end in the middle of races hands its players over in slices, and nobody misses anything."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest
from tests.cluster.books import sprint, written
from tests.cluster.conftest import PACE
from tests.cluster.door import Door
from tests.cluster.process import Server
from tests.cluster.rounds import assert_nothing_was_missed, rounds
from tests.cluster.test_two_nodes import record
from tests.gateway.wire import Guest
from tests.servers.redis_server import RedisServer
from tests.waiting import until

from paddock.domain.record import verify
from paddock.gateway.drain import SLICE

ROOMS = 15
MANY = 8 * SLICE
"""Moving them takes seven pauses, half a second at least: long enough to ask whether players are wanted."""


async def is_let_go(who: Guest) -> None:
    """Wait until the server lets somebody go, who must have been told when to come back."""
    await who.ends()
    assert [message["retry_ms"] for name, message in who.heard if name == "closing"] == [100]


async def test_players_are_moved_in_slices_while_the_others_play_on(nodes: tuple[Server, Server], door: Door) -> None:
    """`gateway/test_drain.py` shows that slices are apart."""
    leaving, staying = nodes
    people = [await door.at(leaving) for _ in range(MANY)]
    mina = people[0]
    assert (await mina.opens(name="Mina"))["ok"]
    jun = await door.at(staying)
    assert (await jun.joins(mina.code, "Jun"))["ok"]
    await mina.asks("pick_racer", racer=0)
    await jun.asks("pick_racer", racer=2)
    await mina.asks("start_race")
    await jun.hears_of("race_started")
    async with aiohttp.ClientSession(headers={"Connection": "keep-alive"}) as session:

        async def takes_players() -> bool:
            async with session.get(f"{leaving.url}/readyz") as answer:
                assert answer.status in {200, 503}
                return answer.status == 200

        assert await takes_players()
        ending = asyncio.create_task(asyncio.to_thread(leaving.term))
        while await takes_players():
            assert not ending.done(), "no new players are wanted from the first moment on"
        await asyncio.gather(*(is_let_go(who) for who in people))
        assert await ending == 0
    slices = [line for line in leaving.output.splitlines() if "drain.slice" in line]
    assert len(slices) == MANY // SLICE
    assert all(f"moved={SLICE}" in line for line in slices), slices
    assert (await (await door.at(staying)).resumes(mina.code, mina.token))["ok"]
    finished = await jun.hears_of("race_finished")
    assert verify(await record(staying, finished["result"]["card"]["race"])) == ()


async def test_a_server_that_nobody_uses_ends_without_moving_anybody(nodes: tuple[Server, Server]) -> None:
    assert await asyncio.to_thread(nodes[0].term) == 0
    assert "drain.slice" not in nodes[0].output


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
            await until(lambda: "supervisor.rolling_restart_done" in three.output, "the end of the rolling restart", 60)
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

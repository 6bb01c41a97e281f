"""Presence over two servers: whose server died is away, then gone; crown and room pass on as if they had left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from tests.cluster.conftest import sharing
from tests.cluster.door import Door
from tests.cluster.process import Server
from tests.servers.redis_server import RedisServer
from tests.waiting import until

GRACES = {"pace_host_grace_ms": 1_500, "pace_seat_grace_ms": 4_000, "pace_empty_grace_ms": 1_000}


@pytest.fixture
def impatient(redis: RedisServer, tmp_path: Path) -> Iterator[tuple[Server, Server]]:
    """Two servers that hold crown and seat for seconds only."""
    with sharing(redis, tmp_path, **GRACES) as pair:
        yield pair


async def test_a_dead_servers_host_loses_the_crown_and_then_the_seat(
    impatient: tuple[Server, Server], door: Door
) -> None:
    a, b = impatient
    mina, jun = await door.across(a, b)
    alone = await door.at(a)
    assert (await alone.opens(name="Nobody but me"))["ok"]

    a.kill()

    assert (await jun.hears_of("member_went_away"))["player"] == mina.player
    assert (await jun.hears_of("crown_passed"))["player"] == jun.player
    left = await jun.hears_of("member_left")
    assert (left["player"], left["reason"]) == (mina.player, "away")
    told = [event["type"] for name, entry in jun.heard if name == "entry" for event in entry["events"]]
    assert [told.count(kind) for kind in ("member_went_away", "crown_passed", "member_left")] == [1, 1, 1]

    again = await door.at(b)
    assert (await again.resumes(mina.code, mina.token))["code"] == "not_in_room", "the token is worth nothing any more"
    assert (await again.joins(mina.code, "Mina"))["ok"]
    # The room that had nobody else is closed by the server that is left, and leaves the list.
    async with aiohttp.ClientSession() as web:

        async def is_closed() -> bool:
            async with web.get(f"{b.url}/api/rooms/{alone.code}") as answer:
                return answer.status == 404

        await until(is_closed, "the end of the room with nobody in it")

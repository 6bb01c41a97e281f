"""Two servers on one Redis: either may serve any room, and either may die without anybody losing a seat or a race."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import aiohttp
import msgspec
from tests.cli.paddock import paddock
from tests.cluster.door import Door
from tests.cluster.process import Server
from tests.gateway.wire import Guest, Json
from tests.servers.redis_server import RedisServer
from tests.waiting import until

from paddock.domain.record import RaceRecord, verify


def entries(who: Guest) -> list[Json]:
    """Give all entries a guest heard, in the order they came."""
    return [entry for name, entry in who.heard if name == "entry"]


async def test_a_pick_at_one_server_is_seen_at_the_other_and_stays_secret(
    nodes: tuple[Server, Server], door: Door
) -> None:
    mina, jun = await door.across(*nodes)
    assert (await mina.asks("pick_racer", racer=3))["ok"]
    assert (await jun.hears_of("player_picked"))["player"] == mina.player
    assert all('"pick":3' not in text for text in jun.traffic)


async def test_everybody_hears_everything_in_one_order_wherever_they_are(
    nodes: tuple[Server, Server], door: Door
) -> None:
    mina, jun = await door.across(*nodes)
    talk = [who.asks("say", text=f"{who.player} {number}") for number in range(9) for who in (mina, jun)]
    picks = [who.asks("pick_racer", racer=number % 4) for number in range(10) for who in (mina, jun)]
    replies = await asyncio.gather(*talk, *picks)
    assert all(reply["ok"] for reply in replies), replies
    # The last word comes over the feed like all before it; who asks for it (`catch_up`) does not get it from there.
    assert (await jun.asks("say", text="the last word"))["ok"]
    last_of = [await who.hears("entry", lambda entry: "the last word" in str(entry)) for who in (mina, jun)]
    last = last_of[0]["version"]
    told = [{entry["version"]: entry["events"] for entry in entries(who)} for who in (mina, jun)]
    versions = [[entry["version"] for entry in entries(who)] for who in (mina, jun)]
    for heard in versions:
        assert heard == list(range(heard[0], last + 1)), "in order, without a gap, each once"
    shared = set(told[0]) & set(told[1])
    assert all(told[0][version] == told[1][version] for version in shared)


async def test_servers_that_keep_finished_races_in_files_of_their_own_say_so(nodes: tuple[Server, Server]) -> None:
    """Their records would be split over the hosts, and nobody would know."""
    await until(lambda: all("archive.not_shared" in node.output for node in nodes), "both that say so", 60)


async def test_a_server_that_would_keep_races_in_another_file_does_not_start(
    nodes: tuple[Server, Server], redis: RedisServer, tmp_path: Path
) -> None:
    """History and figures differed from host to host, and nobody read the line in the log."""
    ran = await asyncio.to_thread(
        partial(paddock, "serve", "--port", "0", "--data", tmp_path / "third", PADDOCK_REDIS=redis.url)
    )
    assert (ran.returncode, "Traceback" in ran.stderr) == (2, False)
    said = ran.stderr.splitlines()[-1]
    assert said.startswith("paddock: The server could not start: ")
    assert "of the same Redis keep finished races in another place" in said
    assert "separate_archives = true" in said


async def test_a_seat_moves_to_the_other_server_and_its_player_is_never_away(
    nodes: tuple[Server, Server], door: Door
) -> None:
    mina, jun = await door.across(*nodes)
    tab = await door.at(nodes[0])
    assert (await tab.resumes(mina.code, jun.token))["ok"]
    await jun.hears("moved")
    await jun.ends()
    assert (await tab.asks("pick_racer", racer=0))["ok"]
    await mina.hears_of("player_picked")
    assert all(event["type"] != "member_went_away" for entry in entries(mina) for event in entry["events"])


async def test_a_killed_servers_players_are_away_and_recover_at_the_other(
    nodes: tuple[Server, Server], door: Door
) -> None:
    mina, jun = await door.across(*nodes)
    await mina.asks("say", text="heard")
    await jun.hears_of("said")
    nodes[1].kill()
    assert (await mina.hears_of("member_went_away"))["player"] == jun.player
    await mina.asks("say", text="missed")
    claim = {"pid": jun.pid, "offset": jun.offset, "room": jun.code, "token": jun.token}
    back = await door.at(nodes[0], claim)
    assert back.pid == jun.pid, "recovered, on another server, after the death of the first"
    assert "missed" in str(await back.hears("entry", lambda entry: "missed" in str(entry)))
    assert (await mina.hears_of("member_came_back"))["player"] == jun.player


async def test_the_race_goes_on_when_its_server_is_killed(nodes: tuple[Server, Server], door: Door) -> None:
    mina, jun = await door.across(*nodes)
    await mina.asks("pick_racer", racer=0)
    await jun.asks("pick_racer", racer=1)
    await mina.asks("start_race")
    await jun.hears("segments", lambda message: bool(message["until"] > 2_000))
    nodes[0].kill()
    finished = await jun.hears_of("race_finished")
    race = finished["result"]["card"]["race"]
    view = (await jun.resumes(jun.code, jun.token))["view"]
    assert [summary["race"] for summary in view["history"]].count(race) == 1
    assert verify(await record(nodes[1], race)) == ()


async def test_all_servers_killed_at_once_lose_nothing(nodes: tuple[Server, Server], door: Door) -> None:
    mina, jun = await door.across(*nodes)
    await mina.asks("pick_racer", racer=0)
    await jun.asks("pick_racer", racer=2)
    await mina.asks("start_race")
    before = await jun.hears_of("countdown_started")
    for node in nodes:
        node.kill()
    for node in nodes:
        await asyncio.to_thread(node.start)
    again = [await door.at(nodes[1]), await door.at(nodes[0])]
    for who, seat in zip(again, (mina, jun), strict=True):
        reply = await who.resumes(mina.code, seat.token)
        assert reply["view"]["own"]["player"] == seat.player
    finished = await again[0].hears_of("race_finished")
    assert finished["result"]["card"]["picks"] == before["card"]["picks"]
    assert verify(await record(nodes[0], finished["result"]["card"]["race"])) == ()


async def record(server: Server, race: str) -> RaceRecord:
    """Fetch a race's public record from a server."""
    async with aiohttp.ClientSession() as session, session.get(f"{server.url}/api/races/{race}") as answer:
        return msgspec.json.decode(await answer.read(), type=RaceRecord)

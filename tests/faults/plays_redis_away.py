"""Redis away under load: for two seconds and for twenty, killed and frozen, with every way of keeping its data."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.cluster.conftest import door
from tests.cluster.door import Door
from tests.cluster.process import Server
from tests.cluster.test_redis_away import both, start, started, unbroken
from tests.cluster.test_two_nodes import entries
from tests.faults.pauses import outage_lasts_in_thread, play_goes_on
from tests.gateway.wire import Guest
from tests.servers.redis_server import RedisServer

__all__ = ["door", "start"]

KEEPING = {
    "always": ("--appendonly", "yes", "--appendfsync", "always"),
    "everysec": ("--appendonly", "yes", "--appendfsync", "everysec"),
    "never": ("--appendonly", "no"),
}
_commands = itertools.count()


@pytest.fixture(params=KEEPING)
def redis(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis that keeps its data in one of the ways."""
    yield from started(tmp_path, *KEEPING[request.param])


class Talker:
    """Renames itself as fast as it is answered, as the client does: the same command until it is done."""

    def __init__(self, who: Guest, name: str) -> None:
        self.who = who
        self.name = name
        self.acknowledged: list[str] = []
        self.longest_s = 0.0

    async def run(self, until: Callable[[], bool]) -> None:
        for number in itertools.count():
            if until():
                return
            name, command = f"{self.name}{number}", f"rename-{next(_commands)}"
            while True:
                asked = time.monotonic()
                reply = await self.who.asks("rename_player", command, name=name)
                self.longest_s = max(self.longest_s, time.monotonic() - asked)
                if reply["ok"]:
                    self.acknowledged.append(name)
                    break
                assert reply["retry"], reply
                await play_goes_on(0.02)
            await play_goes_on(0.005)


class Evening:
    """A room with a host and four talkers, at one server or at both."""

    def __init__(self, door: Door, servers: list[Server]) -> None:
        self._door = door
        self._servers = servers
        self.host: Guest
        self.talkers: list[Talker] = []

    async def endures(self, ordeal: Callable[[], object]) -> None:
        """Let people act while something happens to Redis, and a while longer."""
        first, last = self._servers[0], self._servers[-1]
        self.host, *others = [await self._door.at(server) for server in (first, first, first, last, last)]
        assert (await self.host.opens(name="Host"))["ok"]
        for number, who in enumerate(others):
            assert (await who.joins(self.host.code, f"Guest{number}"))["ok"]
        self.talkers = [Talker(who, name) for who, name in zip(others, "pqrs", strict=True)]
        over = False
        acting = [asyncio.create_task(talker.run(lambda: over)) for talker in self.talkers]
        await play_goes_on(1.0)
        await asyncio.to_thread(ordeal)
        await play_goes_on(5.0)
        over = True
        await asyncio.gather(*acting)
        assert (await self.host.asks("say", text="the end"))["ok"]
        for who in self.everybody:
            await who.hears("entry", lambda entry: "the end" in str(entry))
        for talker in self.talkers:
            print(f"{talker.name}: {len(talker.acknowledged)} done, longest wait {talker.longest_s:.3f} s")

    @property
    def everybody(self) -> list[Guest]:
        return [self.host, *(talker.who for talker in self.talkers)]

    async def ends_well(self) -> None:
        """Everybody sees the same room, with what each was told last."""
        views = [(await who.asks("catch_up", version=100_000))["view"]["room"] for who in self.everybody]
        assert all(view == views[0] for view in views)
        names = {member["player"]: member["name"] for member in views[0]["members"]}
        for talker in self.talkers:
            assert names[talker.who.player] == talker.acknowledged[-1]
        assert views[0]["host"] == self.host.player

    def missed_nothing(self) -> None:
        """Everybody heard everything that was acknowledged, once and in order, without a hole."""
        unbroken(*self.everybody)
        for who in self.everybody:
            events = [event for entry in entries(who) for event in entry["events"]]
            seen = [event["name"] for event in events if event["type"] == "member_renamed"]
            for talker in self.talkers:
                assert [name for name in seen if name[0] == talker.name] == talker.acknowledged

    def jumped_at_most(self, times: int) -> None:
        """Nobody saw a hole more often than the copies of the room had to be made one; then they ask for a view."""
        for who in self.everybody:
            versions = [entry["version"] for entry in entries(who)]
            assert versions == sorted(set(versions))
            assert sum(later != before + 1 for before, later in itertools.pairwise(versions)) <= times


def away(redis: RedisServer, seconds: float) -> None:
    redis.kill()
    outage_lasts_in_thread(seconds)
    redis.start()


def frozen(redis: RedisServer, seconds: float) -> None:
    redis.stop()
    outage_lasts_in_thread(seconds)
    redis.cont()


@pytest.mark.parametrize("seconds", [0, 2, 20])
async def test_at_one_server_a_killed_redis_costs_nobody_an_entry(
    redis: RedisServer, start: Callable[..., Server], door: Door, seconds: int
) -> None:
    evening = Evening(door, [await asyncio.to_thread(start, redis, "a")])
    await evening.endures(lambda: away(redis, seconds))
    evening.missed_nothing()
    await evening.ends_well()


@pytest.mark.parametrize("seconds", [0, 2, 20])
async def test_at_two_servers_a_killed_redis_costs_a_fresh_view_at_most(
    redis: RedisServer, start: Callable[..., Server], door: Door, seconds: int
) -> None:
    """What one server was told at the last moment the other may never have heard, and gone on without it."""
    evening = Evening(door, await both(start, redis, redis))
    await evening.endures(lambda: away(redis, seconds))
    evening.jumped_at_most(1)
    await evening.ends_well()


async def test_a_frozen_redis_keeps_nobody_waiting(
    redis: RedisServer, start: Callable[..., Server], door: Door
) -> None:
    evening = Evening(door, await both(start, redis, redis))
    await evening.endures(lambda: frozen(redis, 10.0))
    assert max(talker.longest_s for talker in evening.talkers) < 0.5, "no handler takes longer, for whatever is frozen"
    evening.jumped_at_most(1)
    await evening.ends_well()


async def test_an_emptied_redis_is_filled_under_load(
    redis: RedisServer, start: Callable[..., Server], door: Door
) -> None:
    evening = Evening(door, await both(start, redis, redis))
    await evening.endures(lambda: redis.ask("FLUSHALL"))
    evening.jumped_at_most(1)
    await evening.ends_well()


@pytest.mark.parametrize("seed", range(4))
async def test_one_thing_after_another(redis: RedisServer, start: Callable[..., Server], door: Door, seed: int) -> None:
    """Kills, freezes and restarts in an order of the dice, which are told so that it can be played again."""
    dice = random.Random(seed)

    def ordeals() -> None:
        for _ in range(4):
            what, seconds = dice.choice((away, frozen)), dice.choice((0.0, dice.uniform(0.2, 4.0)))
            print(f"seed {seed}: {what.__name__} {seconds:.1f} s")
            what(redis, seconds)
            outage_lasts_in_thread(dice.uniform(0.0, 3.0))

    evening = Evening(door, await both(start, redis, redis))
    await evening.endures(ordeals)
    evening.jumped_at_most(4)
    await evening.ends_well()

"""The clock of a real Redis is set by hours while people race, on two nodes that share it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from tests.cluster.books import sprint
from tests.contracts.backends import PATIENT
from tests.servers.redis_server import RedisServer
from tests.service.conftest import keys, player
from tests.service.test_scheduler import loaded
from tests.stores.builders import code, entry, filed, room
from tests.stores.redis.conftest import OpenNode
from tests.waiting import LIMIT_S, until

from paddock.domain.commands import JoinRoom, PickRacer, StartRace
from paddock.domain.events import ClockStepped, Event, RaceFinished
from paddock.domain.ids import Millis, RoomId
from paddock.domain.refusals import Refusal
from paddock.domain.room import Podium, Racing
from paddock.domain.settings import Pace, Settings
from paddock.service.random_source import RandomSource
from paddock.service.rooms import Rooms
from paddock.service.scheduler import Scheduler
from paddock.stores.redis import pulse
from paddock.stores.redis import store as redis_store
from paddock.stores.redis.keys import Keys
from paddock.stores.redis.nodes import BUCKET
from paddock.stores.redis.scripts import Script, Scripts, load_scripts

pytestmark = pytest.mark.processes

TIME = "redis.call('TIME')"
SET_TIME = f"""(function()
  local time = {TIME}
  return {{string.format('%d', time[1] + (redis.call('GET', 'off') or 0)), time[2]}}
end)()"""
"""No test may set the clock of its machine, so Redis adds to it what a key says, wherever it is asked."""
QUICK = Pace(reason_ms=200, roulette_ms=200, hold_ms=200, countdown_ms=200, tail_ms=200)
BOOK = sprint()


def with_set_time() -> Scripts:
    """Load the product's scripts on a clock that can be set."""
    shipped = load_scripts()

    def moved(script: Script) -> Script:
        # No hash that Redis knows: the text comes along with each call, as after a restart.
        return Script(script.text.replace(TIME, SET_TIME), "0" * 40, script.reads)

    return Scripts(**{name: moved(getattr(shipped, name)) for name in Scripts.__struct_fields__})


@pytest.fixture
async def two(shared: RedisServer, open_node: OpenNode, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[Rooms]]:
    """Two nodes at work, each with a scheduler."""
    monkeypatch.setattr(redis_store, "load_scripts", with_set_time)
    monkeypatch.setattr(pulse, "TIME", ("EVAL", f"return {SET_TIME}", 0))
    async with AsyncExitStack() as stack:
        nodes = []
        for name in ("node-a", "node-b"):
            store = await open_node(shared, name, PATIENT)
            rooms = Rooms(store, store, store.clock, RandomSource(BOOK.stable), name, steps=store.clock.steps)
            work = asyncio.create_task(Scheduler(rooms, lambda: BOOK).run())
            stack.callback(work.cancel)
            nodes.append(rooms)
        yield nodes


async def racing(rooms: Rooms) -> tuple[RoomId, Racing]:
    """Open a room for two and wait until they race."""
    made = await rooms.open(player("Mina"), "Mina", keys("Mina"), Settings(), QUICK, None)
    assert not isinstance(made, Refusal)
    await rooms.submit(made, JoinRoom(player("Jun"), "Jun", keys("Jun")))
    await rooms.submit(made, PickRacer(player("Mina"), 0))
    await rooms.submit(made, PickRacer(player("Jun"), 1))
    await rooms.submit(made, StartRace(player("Mina")))
    phases: list[Racing] = []

    async def races() -> bool:
        phase = (await loaded(rooms, made)).room.phase
        phases.extend([phase] if isinstance(phase, Racing) else [])
        return bool(phases)

    await until(races, "they race")
    return made, phases[0]


async def happened(rooms: Rooms, made: RoomId) -> list[Event]:
    entries = await rooms.since(made, 0)
    assert entries is not None
    return [event for entry in entries for event in entry.events]


@pytest.mark.parametrize("hours", [3, -3])
async def test_a_race_takes_its_time_although_the_clock_of_redis_is_set(
    two: list[Rooms], shared: RedisServer, hours: int
) -> None:
    one, other = two
    made, race = await racing(one)
    room_of_race, by_ms = (await loaded(one, made)).room, hours * 3_600_000
    began = asyncio.get_running_loop().time()
    left_s = (race.ends_at - one.now(room_of_race)) / 1000
    before = [rooms.calendar() for rooms in two]

    shared.ask("SET", "off", str(hours * 3_600))

    def follow() -> bool:
        return all(abs(rooms.calendar() - was - by_ms) < 60_000 for rooms, was in zip(two, before, strict=True))

    async def is_over() -> bool:
        return isinstance((await loaded(other, made)).room.phase, Podium)

    await until(follow, "both nodes follow the clock")
    # A race that followed the clock as well would be over at once, or take three hours more.
    await until(is_over, "the race is over and was not held up", left_s + LIMIT_S)
    took = asyncio.get_running_loop().time() - began
    assert left_s - 0.2 <= took, "not cut short"
    events = await happened(one, made)
    steps = [event for event in events if isinstance(event, ClockStepped)]
    assert [abs(step.by_ms - by_ms) < 1_000 for step in steps] == [True], "everybody is told once"
    assert len([event for event in events if isinstance(event, RaceFinished)]) == 1
    assert await one.due(Millis(one.clock()), 10) == ()


async def test_what_dead_nodes_held_ends_although_the_clock_was_set_back(
    shared: RedisServer, open_node: OpenNode
) -> None:
    """Redis ends things by its wall clock: after three hours back, what lasts for seconds lasts three hours longer."""
    store = await open_node(shared, "node-a", PATIENT)
    await store.create(room(), entry(1), filed(due=100))
    names, later_ms = Keys().of_room(code(1)), store.clock.exact() + 3 * 3_600_000
    claim = f"{Keys().of_bucket('claim', names.bucket)}:{code(1)}"
    shared.ask("SET", claim, "node-dead", "PX", "10800000")
    shared.ask("SET", f"{Keys().of_bucket('node', BUCKET)}:node-dead", "{}", "PX", "10800000")
    shared.ask("ZADD", Keys().of_bucket("nodes", BUCKET), str(later_ms), "node-dead")
    shared.ask("HSET", names.room, "w", f"{later_ms} node-dead")

    assert await store.due(Millis(100), 10) == (code(1),)
    assert "node-dead" not in await store.nodes.alive()
    assert (await store.commit(room(), entry(2), filed())).version == 2

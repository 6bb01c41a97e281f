"""A wall clock that is set while people play: the calendar follows it, and nothing ends sooner or later for that.

What broke: the server took the wall clock once, at its start. A clock that was wrong then, and set right by NTP soon
after, left it hours off until it was started again, and that start cut short or held up what was running.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.service.conftest import keys, opened, player
from tests.service.test_scheduler import loaded, round_started

from paddock.backend import last_known
from paddock.domain.clock_steps import shifted
from paddock.domain.commands import GoAway, JoinRoom
from paddock.domain.duties import next_due
from paddock.domain.events import ClockStepped
from paddock.domain.ids import RoomId
from paddock.domain.room import Gathering, Member, Podium, Racing
from paddock.races.settings import load_book
from paddock.service.clock import NodeClock
from paddock.service.random_source import RandomSource
from paddock.service.rooms import Rooms
from paddock.service.scheduler import Scheduler
from paddock.stores.local import LocalStore

HOUR_MS = 3_600_000
RIGHT_MS = 1_796_000_000_000


class Machine:
    """A machine with both its clocks in hand; the wall clock is off by so many ms."""

    def __init__(self, off_ms: int) -> None:
        self.off_ms = off_ms
        self.monotonic_ms = 77_000
        self.true_ms = RIGHT_MS

    @property
    def wall_ms(self) -> int:
        return self.true_ms + self.off_ms

    def passes(self, ms: int) -> None:
        """Let time go by."""
        self.monotonic_ms += ms
        self.true_ms += ms

    def sleeps(self, ms: int) -> None:
        """Suspend the machine: its monotonic clock stands still."""
        self.true_ms += ms

    def clock(self) -> NodeClock:
        """Start a process on it."""
        return NodeClock(lambda: self.wall_ms * 1_000_000, lambda: self.monotonic_ms * 1_000_000)


class House:
    """Rooms on a store with a machine's clock, and the scheduler who looks after them twenty times a second."""

    def __init__(self, machine: Machine, store: LocalStore, clock: NodeClock) -> None:
        self.machine = machine
        self.rooms = Rooms(store, store, clock, RandomSource(load_book().stable), "node-1", steps=clock.steps)
        self._scheduler = Scheduler(self.rooms, load_book)

    async def passes(self, ms: int) -> None:
        """Let time go by, and the scheduler do his work."""
        for _ in range(ms // 50):
            self.machine.passes(50)
            await self._scheduler.run_due()
            await self._scheduler.follow_clock()

    async def until_racing(self, code: RoomId) -> Racing:
        """Let time go by until the race is on."""
        while True:
            phase = (await loaded(self.rooms, code)).room.phase
            if isinstance(phase, Racing):
                return phase
            await self.passes(50)


def house_on(store: LocalStore, machine: Machine) -> House:
    return House(machine, store, machine.clock())


@pytest.mark.parametrize("off_h", [3, -3])
async def test_a_clock_that_is_set_right_is_followed_and_the_race_takes_its_time(store: LocalStore, off_h: int) -> None:
    machine = Machine(off_h * HOUR_MS)
    house = house_on(store, machine)
    code = await round_started(house.rooms)
    race = await house.until_racing(code)
    lasts = race.ends_at - house.rooms.now((await loaded(house.rooms, code)).room)

    machine.off_ms = 0
    await house.passes(2_000)

    assert abs(house.rooms.calendar() - machine.true_ms) <= 250, "followed within seconds"
    stored = await loaded(house.rooms, code)
    assert isinstance(stored.room.phase, Racing), "the race goes on"
    assert abs(stored.room.phase.ends_at - machine.true_ms - (lasts - 2_000)) <= 250, "and ends when it would have"
    assert stored.room.phase.starts_at - stored.room.phase.ahead_ms == race.starts_at - race.ahead_ms
    await house.passes(lasts - 2_000 - 250)
    assert isinstance((await loaded(house.rooms, code)).room.phase, Racing), "not cut short"
    await house.passes(500)
    assert isinstance((await loaded(house.rooms, code)).room.phase, Podium), "nor held up"
    (record, *_) = await house.rooms.races(code, 1)
    assert abs(record.starts_at - RIGHT_MS) < HOUR_MS, "the race is filed under the day it was"


async def test_a_suspended_machine_goes_on_with_the_race_where_it_was(store: LocalStore) -> None:
    machine = Machine(0)
    house = house_on(store, machine)
    code = await round_started(house.rooms)
    race = await house.until_racing(code)

    machine.sleeps(5 * HOUR_MS)
    await house.passes(2_000)

    stored = await loaded(house.rooms, code)
    assert isinstance(stored.room.phase, Racing)
    assert abs(stored.room.phase.ends_at - (race.ends_at + 5 * HOUR_MS)) <= 250
    assert abs(house.rooms.calendar() - machine.true_ms) <= 250


async def test_nobody_loses_seat_or_room_to_a_step(store: LocalStore) -> None:
    machine = Machine(-30 * HOUR_MS)
    house = house_on(store, machine)
    code = await opened(house.rooms)
    await house.rooms.submit(code, JoinRoom(player("Jun"), "Jun", keys("Jun")))
    await house.rooms.submit(code, GoAway(player("Jun")))

    machine.off_ms = 0
    await house.passes(10_000)

    room = (await loaded(house.rooms, code)).room
    assert isinstance(room.phase, Gathering)
    assert player("Jun") in room.members
    await house.passes(115_000)
    assert player("Jun") not in (await loaded(house.rooms, code)).room.members, "the grace is what it was"


async def test_everybody_in_a_room_is_told_once(store: LocalStore) -> None:
    machine = Machine(3 * HOUR_MS)
    house = house_on(store, machine)
    code = await opened(house.rooms)
    machine.off_ms = 0
    await house.passes(3_000)

    entries = await house.rooms.since(code, 0)

    assert entries is not None
    steps = [event for entry in entries for event in entry.events if isinstance(event, ClockStepped)]
    assert [event.by_ms for event in steps] == [-3 * HOUR_MS]


@pytest.mark.parametrize("off_h", [3, -3])
async def test_a_restart_after_a_step_finds_the_race_where_it_would_be(tmp_path: Path, off_h: int) -> None:
    """A race that is kept by a calendar which was set meanwhile neither ends at the start nor hangs for hours."""
    machine = Machine(off_h * HOUR_MS)
    first = LocalStore(tmp_path / "rooms.sqlite3")
    await first.open()
    house = house_on(first, machine)
    code = await round_started(house.rooms)
    race = await house.until_racing(code)
    left = race.ends_at - house.rooms.now((await loaded(house.rooms, code)).room)
    machine.off_ms = 0
    await house.passes(2_000)
    await first.close()

    second = LocalStore(tmp_path / "rooms.sqlite3")
    await second.open()
    clock = machine.clock()
    clock.resume(*await last_known(second))
    house = House(machine, second, clock)

    await house.passes(left - 2_000 - 250)
    assert isinstance((await loaded(house.rooms, code)).room.phase, Racing)
    await house.passes(500)
    assert isinstance((await loaded(house.rooms, code)).room.phase, Podium)
    await second.close()


async def test_a_machine_that_starts_in_the_past_holds_up_no_race(tmp_path: Path) -> None:
    """Small computers without a battery begin with the time at which they were switched off, or with 1970."""
    machine = Machine(0)
    first = LocalStore(tmp_path / "rooms.sqlite3")
    await first.open()
    house = house_on(first, machine)
    code = await round_started(house.rooms)
    race = await house.until_racing(code)
    lasts = race.ends_at - machine.true_ms
    await first.close()

    machine.off_ms = -RIGHT_MS
    second = LocalStore(tmp_path / "rooms.sqlite3")
    await second.open()
    clock = machine.clock()
    clock.resume(*await last_known(second))
    house = House(machine, second, clock)
    await house.passes(3_000)
    machine.off_ms = 0
    await house.passes(lasts - 3_000 - 500)
    assert isinstance((await loaded(house.rooms, code)).room.phase, Racing)
    await house.passes(1_500)
    assert isinstance((await loaded(house.rooms, code)).room.phase, Podium)
    assert abs(house.rooms.calendar() - machine.true_ms) <= 250
    await second.close()


def test_a_clock_that_flickers_is_not_followed() -> None:
    machine = Machine(0)
    clock = machine.clock()
    for number in range(40):
        machine.off_ms = number % 2 * HOUR_MS
        machine.passes(500)
        assert clock.steps().count == 0


async def test_due_is_the_same_before_and_after_a_step(store: LocalStore) -> None:
    machine = Machine(0)
    house = house_on(store, machine)
    code = await round_started(house.rooms)
    room = (await loaded(house.rooms, code)).room

    assert next_due(shifted(room, HOUR_MS)) == next_due(room) + HOUR_MS


def test_every_moment_of_a_member_is_shifted() -> None:
    """A new moment in the snapshot has to be taken up by `shifted`."""
    moments = {name for name in Member.__struct_fields__ if name.endswith(("_at", "_since"))}

    assert moments == {"joined_at", "away_since"}

"""The scheduler: every phase ends by its stored deadline, without any client, once, whoever does it."""

from __future__ import annotations

import asyncio

from structlog.testing import capture_logs
from tests.service.conftest import HandClock, keys, opened, player

from paddock.domain.book import Book
from paddock.domain.commands import JoinRoom, LeaveRoom, PickRacer, StartRace
from paddock.domain.duties import next_due
from paddock.domain.events import RaceFinished
from paddock.domain.ids import RoomId
from paddock.domain.room import Closed, Gathering, Podium
from paddock.races.settings import load_book
from paddock.service.rooms import Rooms
from paddock.service.scheduler import Scheduler
from paddock.stores.contract import Stored, StoreUnavailable


async def round_started(rooms: Rooms) -> RoomId:
    """Open a room and start a round between two people on different racers."""
    code = await opened(rooms)
    await rooms.submit(code, JoinRoom(player("Jun"), "Jun", keys("Jun")))
    await rooms.submit(code, PickRacer(player("Mina"), 0))
    await rooms.submit(code, PickRacer(player("Jun"), 1))
    await rooms.submit(code, StartRace(player("Mina")))
    return code


async def loaded(rooms: Rooms, code: RoomId) -> Stored:
    """Load a room that is there."""
    stored = await rooms.load(code)
    assert stored is not None
    return stored


async def test_a_round_ends_although_nobody_is_there(rooms: Rooms, clock: HandClock) -> None:
    code = await round_started(rooms)
    scheduler = Scheduler(rooms, load_book)
    phases = []
    while not isinstance((await loaded(rooms, code)).room.phase, Podium):
        room = (await loaded(rooms, code)).room
        phases.append(type(room.phase).__name__)
        clock.now = next_due(room)
        await scheduler.run_due()
    assert phases == ["Drawing", "Countdown", "Racing"]
    assert len(await rooms.races(code, 10)) >= 1


async def test_two_schedulers_at_once_do_everything_once(rooms: Rooms, clock: HandClock) -> None:
    code = await round_started(rooms)
    schedulers = [Scheduler(rooms, load_book) for _ in range(3)]
    while not isinstance((await loaded(rooms, code)).room.phase, Gathering):
        clock.now = next_due((await loaded(rooms, code)).room)
        await asyncio.gather(*(scheduler.run_due() for scheduler in schedulers))
    entries = await rooms.since(code, 0)
    assert entries is not None
    finished = [
        event.result.card.race for entry in entries for event in entry.events if isinstance(event, RaceFinished)
    ]
    assert finished
    assert len(finished) == len(set(finished))
    assert [entry.version for entry in entries] == list(range(1, len(entries) + 1))


async def test_a_late_scheduler_finishes_the_race_with_the_seeds_result(rooms: Rooms, clock: HandClock) -> None:
    code = await round_started(rooms)
    clock.forward(3_600_000)
    scheduler = Scheduler(rooms, load_book)
    for _ in range(3):
        await scheduler.run_due()
        clock.forward(3_600_000)
    await scheduler.run_due()
    (record, *_) = await rooms.races(code, 1)
    assert record.card.picks == ((player("Jun"), 1), (player("Mina"), 0))


async def test_a_failing_room_holds_up_no_other(rooms: Rooms, clock: HandClock) -> None:
    troubled, healthy = await round_started(rooms), await opened(rooms, "Sora")
    asked: list[int] = []

    def broken_book() -> Book:
        asked.append(1)
        raise RuntimeError("the settings are gone")

    scheduler = Scheduler(rooms, broken_book)
    clock.forward(60_000)
    await scheduler.run_due()  # the draw ends
    await rooms.submit(healthy, LeaveRoom(player("Sora")))
    clock.forward(130_000)
    for _ in range(5):
        await scheduler.run_due()
    assert len(asked) == 1, "a failing duty is not tried again at once"
    assert isinstance((await loaded(rooms, healthy)).room.phase, Closed)
    clock.forward(60_000)
    await scheduler.run_due()
    assert len(asked) == 2
    assert not isinstance((await loaded(rooms, troubled)).room.phase, Gathering)


async def test_a_store_that_does_not_answer_in_time_is_no_fault_of_the_code(rooms: Rooms, clock: HandClock) -> None:
    """What broke: each such duty wrote a traceback, as if the code were wrong."""
    await round_started(rooms)

    def silent_store() -> Book:
        raise StoreUnavailable("Redis said nothing for 350 ms")

    scheduler = Scheduler(rooms, silent_store)
    clock.forward(60_000)
    await scheduler.run_due()  # the draw ends
    clock.forward(60_000)
    with capture_logs() as lines:
        await scheduler.run_due()
    (line,) = [line for line in lines if line["event"].startswith("scheduler.")]
    assert (line["event"], line["log_level"]) == ("scheduler.duty_postponed", "warning")
    assert line["reason"] == "Redis said nothing for 350 ms"


async def test_a_closed_room_is_forgotten_and_its_code_is_free(rooms: Rooms, clock: HandClock) -> None:
    code = await opened(rooms)
    scheduler = Scheduler(rooms, load_book)
    await rooms.submit(code, LeaveRoom(player("Mina")))
    clock.forward(121_000)
    await scheduler.run_due()
    clock.forward(15 * 24 * 3_600_000)
    await scheduler.run_due()
    assert await rooms.load(code) is None

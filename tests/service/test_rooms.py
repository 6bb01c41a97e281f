"""Rooms: one version after the other, whoever asks, and each command once."""

from __future__ import annotations

import asyncio

import pytest
from tests.service.conftest import HandClock, keys, opened, player

from paddock.domain.commands import JoinRoom, LeaveRoom, PickRacer, Say, SetReady
from paddock.domain.events import Entry
from paddock.domain.finished import FinishedRace
from paddock.domain.ids import CommandId, RoomId
from paddock.domain.refusals import Refusal
from paddock.domain.room import Gathering, Room
from paddock.domain.settings import Pace, Settings
from paddock.races.settings import load_book
from paddock.service.random_source import RandomSource
from paddock.service.room_locks import MAX_WAITING
from paddock.service.rooms import Rooms
from paddock.stores.contract import Conflict, Filing, Known, Stored
from paddock.stores.local import LocalStore


async def test_commands_of_two_nodes_on_one_room_all_count(store: LocalStore, clock: HandClock, rooms: Rooms) -> None:
    other = Rooms(store, store, clock, RandomSource(load_book().stable), "node-2")
    code = await opened(rooms)
    names = [f"Guest {number}" for number in range(20)]
    outcomes = await asyncio.gather(
        *(
            (rooms if number % 2 else other).submit(code, JoinRoom(player(f"guest-{number:02}"), name, keys(name)))
            for number, name in enumerate(names)
        )
    )
    assert sorted(version for version in outcomes if not isinstance(version, Refusal)) == list(range(2, 22))
    stored = await rooms.load(code)
    assert stored is not None
    assert len(stored.room.members) == 21


async def test_a_command_is_applied_once_and_answered_the_same(rooms: Rooms) -> None:
    code = await opened(rooms)
    pick, once = PickRacer(player("Mina"), 0), CommandId("pick-once")
    assert await rooms.submit(code, pick, once) == 2
    assert await rooms.submit(code, pick, once) == 2
    stored = await rooms.load(code)
    assert stored is not None
    assert isinstance(stored.room.phase, Gathering)
    assert player("Mina") in stored.room.phase.picks


async def test_an_id_that_another_player_used_is_no_repeat(rooms: Rooms) -> None:
    """Ids counted per room: the second player's pick was acknowledged with the first one's version, and lost."""
    code, once = await opened(rooms), CommandId("pick-once")
    await rooms.submit(code, JoinRoom(player("Jun"), "Jun", keys("Jun")), once)
    await rooms.submit(code, JoinRoom(player("Tom"), "Tom", keys("Tom")), once)

    assert await rooms.submit(code, PickRacer(player("Jun"), 0), once) == 4
    assert await rooms.submit(code, PickRacer(player("Tom"), 1), once) == 5
    assert await rooms.submit(code, Say(player("Jun"), "hello"), once) == 6
    assert await rooms.submit(code, Say(player("Tom"), "hello"), once) == 7
    assert await rooms.submit(code, PickRacer(player("Jun"), 0), once) == 4, "a repeat does not take the pick back"

    stored = await rooms.load(code)
    assert stored is not None
    assert isinstance(stored.room.phase, Gathering)
    assert stored.room.phase.picks.keys() == {player("Jun"), player("Tom")}


async def test_talk_never_makes_a_command_retry(rooms: Rooms) -> None:
    code = await opened(rooms)
    outcomes = await asyncio.gather(
        *(rooms.submit(code, Say(player("Mina"), f"line {number}")) for number in range(10)),
        rooms.submit(code, PickRacer(player("Mina"), 1)),
    )
    assert sorted(outcome for outcome in outcomes if not isinstance(outcome, Refusal)) == list(range(2, 13))


class OutOfTouch(LocalStore):
    """A store that knows its rooms as they were when it was told to remember."""

    remembered: Known | None = None

    async def remember(self, room: RoomId) -> None:
        """Know this room, for ever as it is now."""
        stored = await self.load(room)
        assert stored is not None
        self.remembered = Known(stored.version, stored.room, "mark")

    def known(self, room: RoomId) -> Known | None:
        return self.remembered


async def test_what_is_known_of_a_room_refuses_nobody_and_overwrites_nothing(clock: HandClock) -> None:
    """What a server knows may be old: it decides only what the version check then judges."""
    store = OutOfTouch(None)
    await store.open()
    rooms = Rooms(store, store, clock, RandomSource(load_book().stable), "node-1")
    code, mina, jun = await opened(rooms), player("Mina"), player("Jun")
    await store.remember(code)

    assert await rooms.submit(code, JoinRoom(jun, "Jun", keys("Jun"))) == 2  # the version that is known
    assert await rooms.submit(code, PickRacer(jun, 1)) == 3  # it knows no Jun
    assert await rooms.submit(code, PickRacer(mina, 0)) == 4  # it would be version 2
    await rooms.submit(code, SetReady(mina, ready=False))
    assert await rooms.submit(code, SetReady(mina, ready=True)) == 6  # it knows her ready
    assert await rooms.submit(code, Say(mina, "hello")) == 7
    assert await rooms.submit(code, LeaveRoom(mina)) == 8
    assert await rooms.submit(code, Say(mina, "still here")) is Refusal.NOT_IN_ROOM  # it knows her a member
    assert await rooms.submit(code, SetReady(mina, ready=False)) is Refusal.NOT_IN_ROOM

    stored = await store.load(code)
    assert stored is not None
    assert list(stored.room.members) == [jun]
    await store.close()


class Telling(LocalStore):
    """A store that says once that somebody was quicker, tells the room along, and counts how often it is read."""

    wait_s: float | None = None
    loads = 0

    async def load(self, room: RoomId) -> Stored | None:
        self.loads += 1
        return await super().load(room)

    async def commit(
        self, room: Room, entry: Entry, filing: Filing, race: FinishedRace | None = None, mark: str = ""
    ) -> Entry:
        if self.wait_s is not None:
            found, wait_s, self.wait_s = await super().load(room.room), self.wait_s, None
            assert found is not None
            raise Conflict(room.room, Known(found.version, found.room, ""), wait_s)
        return await super().commit(room, entry, filing, race, mark)


@pytest.mark.parametrize(("wait_s", "loads"), [(0.0, 1), (0.01, 2)])
async def test_a_conflict_that_tells_the_room_saves_reading_it(clock: HandClock, wait_s: float, loads: int) -> None:
    """After a wait it is read all the same, since another server had its turn."""
    store = Telling(None)
    await store.open()
    rooms = Rooms(store, store, clock, RandomSource(load_book().stable), "node-1")
    code = await opened(rooms)
    store.wait_s, store.loads = wait_s, 0
    assert await rooms.submit(code, PickRacer(player("Mina"), 0)) == 2
    assert store.loads == loads
    await store.close()


async def test_a_room_that_is_not_there_is_refused(rooms: Rooms) -> None:
    assert await rooms.submit(RoomId("AAAAA"), LeaveRoom(player("Mina"))) is Refusal.NO_ROOM


async def test_more_commands_than_a_room_takes_are_refused_as_busy(rooms: Rooms) -> None:
    code = await opened(rooms)
    many = [rooms.submit(code, PickRacer(player("Mina"), number % 2)) for number in range(MAX_WAITING + 50)]
    outcomes = await asyncio.gather(*many)
    assert outcomes.count(Refusal.BUSY) == 50
    assert not isinstance(await rooms.submit(code, PickRacer(player("Mina"), 3)), Refusal)


async def test_sessions_follow_their_members(rooms: Rooms) -> None:
    code = await opened(rooms)
    session = await rooms.session("token-Mina")
    assert session is not None
    assert (session.room, session.player, session.node) == (code, player("Mina"), "node-1")
    await rooms.submit(code, LeaveRoom(player("Mina")))
    assert await rooms.session("token-Mina") is None


async def test_a_full_server_opens_no_more_rooms(store: LocalStore, clock: HandClock) -> None:
    rooms = Rooms(store, store, clock, RandomSource(load_book().stable), "node-1", most=2)
    first, _ = await opened(rooms), await opened(rooms, "Yuna")
    refused = await rooms.open(player("Jun"), "Jun", keys("Jun"), Settings(), Pace(), None)
    assert refused is Refusal.SERVER_FULL
    await rooms.forget(first, 1)
    await opened(rooms, "Jun")  # counted anew before anybody is refused

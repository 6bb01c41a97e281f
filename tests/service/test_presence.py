"""Presence: told by level, so that nothing that was missed stays wrong."""

from __future__ import annotations

import asyncio

import pytest
from tests.service.conftest import HandClock, opened, player
from tests.waiting import until

from paddock.domain.ids import RoomId
from paddock.service import presence as presence_module
from paddock.service.presence import Presence
from paddock.service.rooms import Rooms
from paddock.stores.contract import HeldSeat

MINA = player("Mina")


async def is_away(rooms: Rooms, code: RoomId) -> bool:
    """Say what the room says of Mina."""
    stored = await rooms.load(code)
    assert stored is not None
    return stored.room.members[MINA].away_since is not None


async def wait_until_away(rooms: Rooms, code: RoomId) -> None:
    """Wait until the room says that Mina is away."""
    await until(lambda: is_away(rooms, code), "Mina is away")


@pytest.fixture(autouse=True)
def short_flicker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the tests quick."""
    monkeypatch.setattr(presence_module, "FLICKER_S", 0.05)


async def test_the_last_connection_gone_is_told_and_the_first_back_too(rooms: Rooms, clock: HandClock) -> None:
    code = await opened(rooms)
    presence = Presence(rooms)
    running = asyncio.create_task(presence.run())
    await presence.arrived(code, MINA)
    await presence.arrived(code, MINA)
    presence.departed(code, MINA)
    assert presence.connected(code, MINA)
    presence.departed(code, MINA)
    await wait_until_away(rooms, code)
    assert await is_away(rooms, code)
    await presence.arrived(code, MINA)
    assert not await is_away(rooms, code)
    running.cancel()


async def test_after_a_start_everybody_is_away_until_they_come_back(rooms: Rooms) -> None:
    code = await opened(rooms)
    presence = Presence(rooms)
    await presence.recover()
    assert await is_away(rooms, code)
    await presence.arrived(code, MINA)
    assert not await is_away(rooms, code)


class Graveyard:
    """A register in which one node is no more, and had Mina's connection."""

    def __init__(self, seat: HeldSeat) -> None:
        self.left = [("node-1", seat)]
        self.looks = 0

    async def hold_seat(self, seat: HeldSeat) -> None:
        """Nobody comes back here."""

    async def let_go(self, seat: HeldSeat, node: str | None = None) -> None:
        self.left.remove((str(node), seat))

    async def orphans(self) -> tuple[tuple[str, HeldSeat], ...]:
        self.looks += 1
        return tuple(self.left)


async def test_who_is_on_the_way_from_a_node_that_ended_gets_a_moment(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken once: players of a server that was replaced were told away in the second they needed to come back."""
    monkeypatch.setattr(presence_module, "ORPHANS_S", 0.05)
    code = await opened(rooms)
    register = Graveyard(HeldSeat(code, MINA))
    looks: list[int] = []
    rooms.subscribe(code, lambda _room, _entry: looks.append(register.looks))
    adopting = asyncio.create_task(Presence(rooms, register).adopt())
    await wait_until_away(rooms, code)
    adopting.cancel()
    assert looks == [2], "told at the second look, not at the first"

"""A store in memory, a clock that is set by hand, and rooms on top of them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from paddock.domain.ids import Millis, PlayerId, RoomId
from paddock.domain.refusals import Refusal
from paddock.domain.room import Keys
from paddock.domain.settings import Pace, Settings
from paddock.races.settings import load_book
from paddock.service.random_source import RandomSource
from paddock.service.rooms import Rooms
from paddock.stores.local import LocalStore


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = Millis(1_000_000)

    def __call__(self) -> Millis:
        return self.now

    def forward(self, ms: int) -> None:
        """Move on."""
        self.now = Millis(self.now + ms)


def keys(name: str) -> Keys:
    """Give the keys of a person by name."""
    return Keys(f"token-{name}", f"device-{name}", f"address-{name}")


def player(name: str) -> PlayerId:
    """Give the player id of a person by name."""
    return PlayerId(name.lower().ljust(10, "0"))


@pytest.fixture
async def store() -> AsyncIterator[LocalStore]:
    """Give an empty store in memory."""
    made = LocalStore(None)
    await made.open()
    yield made
    await made.close()


@pytest.fixture
def clock() -> HandClock:
    """Give a clock to move by hand."""
    return HandClock()


@pytest.fixture
def rooms(store: LocalStore, clock: HandClock) -> Rooms:
    """Give rooms on the store."""
    return Rooms(store, store, clock, RandomSource(load_book().stable), "node-1")


async def opened(rooms: Rooms, name: str = "Mina") -> RoomId:
    """Open a room."""
    code = await rooms.open(player(name), name, keys(name), Settings(), Pace(), None)
    assert not isinstance(code, Refusal)
    return code

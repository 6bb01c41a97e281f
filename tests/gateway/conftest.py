"""A real server in this process, on a free port, with a clock that the tests can make fast."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from tests.gateway.wire import Guest, Json, guest

from paddock.app import running
from paddock.config import MEMORY, Config, Limits
from paddock.domain.ids import Millis
from paddock.service.clock import steady_clock

GENEROUS = Limits(commands_per_second=1_000, commands_burst=10_000, rooms_per_minute=1_000)


class Clock:
    """The store's time: `rate` times as fast as real time, and further on by what was skipped."""

    def __init__(self, rate: int) -> None:
        self._real = steady_clock()
        self._start = self._real()
        self._rate = rate
        self.skipped = 0

    def __call__(self) -> Millis:
        """Give the time."""
        return Millis(self._start + (self._real() - self._start) * self._rate + self.skipped)


class House:
    """A running server and the guests at its door."""

    def __init__(self, url: str, stack: AsyncExitStack, clock: Clock) -> None:
        self.url = url
        self.now = clock
        self.guests: list[Guest] = []
        self._stack = stack

    def skip(self, ms: int) -> None:
        """Let so much time pass at once."""
        self.now.skipped += ms

    async def guest(self, auth: Json | None = None) -> Guest:
        """Let one more guest connect; they leave when the test ends."""
        who = await self._stack.enter_async_context(guest(self.url, auth))
        self.guests.append(who)
        return who

    async def party(self, *names: str, **room: object) -> tuple[Guest, ...]:
        """Open a room and let everybody in; the first is host."""
        host, *others = [await self.guest() for _ in names]
        await host.opens(name=names[0], **room)
        for other, name in zip(others, names[1:], strict=True):
            await other.joins(host.code, name)
        return (host, *others)


MakeHouse = Callable[..., Awaitable[House]]


@pytest.fixture
async def make_house() -> AsyncIterator[MakeHouse]:
    """Give a maker of servers: `rate` is how much faster than real the store's time runs."""
    async with AsyncExitStack() as stack:

        async def make(*, rate: int = 1, limits: Limits = GENEROUS, origins: tuple[str, ...] = ()) -> House:
            clock = Clock(rate)
            config = Config(port=0, data=MEMORY, limits=limits, origins=origins)
            server = await stack.enter_async_context(running(config, clock))
            return House(f"http://127.0.0.1:{server.port}", stack, clock)

        yield make


@pytest.fixture
async def house(make_house: MakeHouse) -> House:
    """Give a server in real time."""
    return await make_house()

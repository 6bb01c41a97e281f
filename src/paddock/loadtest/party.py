"""A few people who play round after round in one room, and what they saw of it: races, gaps, and when it was dark."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from typing import Final

import aiohttp
from msgspec import Struct

from paddock.domain.ids import RaceId, RoomId
from paddock.gateway import messages as m
from paddock.loadtest.guest import Guest, fresh_id

NAMES: Final = ("Mina", "Jun", "Sora", "Hana", "Dawon")
RACERS: Final = 4
ROUND_S: Final = 0.5
LOOK_S: Final = 0.1
DARK_S: Final = 0.8
"""Nobody got an answer for so long: longer than two looks of a guest."""


class Dark(Struct, frozen=True):
    """A time in which nobody of the room got an answer, in seconds of the loop's clock."""

    since: float
    until: float

    @property
    def seconds(self) -> float:
        """How long it was."""
        return self.until - self.since


class Party:
    """Everybody of one room; `urls` gives each an address to try next, `was_dark` hears when the room was."""

    def __init__(
        self,
        urls: Callable[[int], Iterator[str]],
        session: aiohttp.ClientSession,
        was_dark: Callable[[Dark], None] = lambda dark: None,
    ) -> None:
        self.guests = [Guest(name, urls(place), session) for place, name in enumerate(NAMES)]
        self.room: RoomId | None = None
        self.dark: list[Dark] = []
        self._was_dark = was_dark
        self._living: list[asyncio.Task[None]] = []
        self._playing: asyncio.Task[None] | None = None

    @property
    def started(self) -> frozenset[RaceId]:
        """Every race that anybody saw start."""
        return frozenset(race for guest in self.guests for race in guest.started)

    @property
    def finished(self) -> frozenset[RaceId]:
        """Every race whose result anybody saw."""
        return frozenset(race for guest in self.guests for race in guest.finished)

    async def open(self) -> RoomId:
        """Let everybody come in, and give the room."""
        self._living = [asyncio.create_task(guest.live()) for guest in self.guests]
        self.room = await self.guests[0].opens("Demonstration")
        await asyncio.gather(*(guest.joins(self.room) for guest in self.guests[1:]))
        self._living.append(asyncio.create_task(self._watch()))
        return self.room

    def play(self) -> None:
        """Begin to play."""
        self._playing = asyncio.create_task(self._play())

    async def rest(self, within_s: float) -> bool:
        """Start no more races, and say whether all that run have finished within a time."""
        await _over(self._playing)
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while self.started != self.finished:  # noqa: ASYNC110 - many things may make it so
                    await asyncio.sleep(LOOK_S)
        return self.started == self.finished

    async def history(self) -> tuple[RaceId, ...]:
        """Give the finished races that the room shows to one who opens it now; empty when nobody answers."""
        for guest in self.guests:
            shown = await guest.history()
            if shown is not None:
                return shown
        return ()

    async def close(self) -> None:
        """Let everybody go."""
        for task in (self._playing, *self._living):
            await _over(task)

    async def _play(self) -> None:
        """Pick and start whenever that may be done; what may not is refused, which harms nobody."""
        host = self.guests[0]
        for turn in count():
            # Another racer each turn, because the same one again would take the pick back.
            racers = [(place + turn) % RACERS for place in range(len(self.guests))]
            picks = zip(self.guests, racers, strict=True)
            picked = await asyncio.gather(
                *(guest.does(m.PickRacer(id=fresh_id(), racer=racer)) for guest, racer in picks)
            )
            if all(picked):
                await host.does(m.StartRace(id=fresh_id()))
            await asyncio.sleep(ROUND_S)

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(LOOK_S)
            last = self._answered_at()
            if loop.time() - last < DARK_S:
                continue
            while self._answered_at() == last:  # noqa: ASYNC110 - any of the guests may see it
                await asyncio.sleep(LOOK_S)
            self.dark.append(Dark(last, self._answered_at()))
            self._was_dark(self.dark[-1])

    def _answered_at(self) -> float:
        return max(guest.answered_at for guest in self.guests)


async def _over(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

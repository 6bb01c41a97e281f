"""The steward does what rooms owe, by their stored deadlines; it decides nothing and remembers nothing that matters.

Killed in the middle, it leaves a room that is still due; run twice, the second time is refused as `nothing_owed`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final, assert_never

import structlog

from paddock.domain.book import Book
from paddock.domain.commands import FollowClock, OpenRound, RunRace
from paddock.domain.duties import Duty, Forget, GatherAgain, Settle, StartRunning, owed
from paddock.domain.ids import Millis, RoomId
from paddock.domain.refusals import Refusal
from paddock.domain.room import ClockSteps
from paddock.service.rooms import Rooms
from paddock.stores.contract import StoreUnavailable

log = structlog.get_logger("paddock.steward")

TICK_S: Final = 0.05
"""How often due rooms are looked for: the most by which a phase may end late on an idle server."""
BATCH: Final = 64
PATIENCE_MS: Final = 60_000
"""A room whose duty keeps failing is tried again at growing intervals, at most this far apart."""


class Steward:
    """Looks after the due rooms of the store."""

    def __init__(self, rooms: Rooms, book: Callable[[], Book], tick_s: float = TICK_S) -> None:
        self._rooms = rooms
        self._book = book
        self._tick_s = tick_s
        self._troubled: dict[RoomId, tuple[int, Millis]] = {}
        self._steps: ClockSteps | None = None
        self._behind: deque[RoomId] = deque()

    async def run(self) -> None:
        """Do what is owed until cancelled."""
        while True:
            await self.look_after()
            await self.follow_clock()
            await asyncio.sleep(self._tick_s)

    async def look_after(self) -> None:
        """Do once what all due rooms owe by now."""
        now = self._rooms.clock()
        for room in await self._rooms.due(now, BATCH + len(self._troubled)):
            failures, not_before = self._troubled.get(room, (0, Millis(0)))
            if now < not_before:
                continue
            try:
                await self._settle(room)
                self._troubled.pop(room, None)
            except Exception:
                wait = min(PATIENCE_MS, 500 << min(failures, 16))
                self._troubled[room] = (failures + 1, Millis(now + wait))
                log.exception("steward.room_troubled", room=room, failures=failures + 1, retry_ms=wait)
            await asyncio.sleep(0)

    async def follow_clock(self) -> None:
        """Tell some rooms that the calendar was set, if it was; those that owe something soonest come first.

        Rooms do not depend on it: each goes by its own calendar until it is told.
        """
        steps = self._rooms.steps()
        if steps != self._steps:
            try:
                self._behind = deque(await self._rooms.filed())
            except StoreUnavailable:
                return  # the next time
            if self._steps is not None:
                log.warning("clock.stepped", by_s=round((steps.ms - self._steps.ms) / 1000, 1))
            self._steps = steps
        batch = [self._behind.popleft() for _ in range(min(BATCH, len(self._behind)))]
        done = await asyncio.gather(
            *(self._rooms.submit(room, FollowClock(steps)) for room in batch), return_exceptions=True
        )
        for room, outcome in zip(batch, done, strict=True):
            if isinstance(outcome, BaseException) or outcome is Refusal.BUSY:
                self._behind.append(room)

    async def _settle(self, room: RoomId) -> None:
        stored = await self._rooms.load(room)
        if stored is None:
            return
        for duty in owed(stored.room, self._rooms.now(stored.room)):
            await self._do(room, stored.version, duty)

    async def _do(self, room: RoomId, version: int, duty: Duty) -> None:
        match duty:
            case Settle(command=command):
                outcome = await self._rooms.submit(room, command)
            case StartRunning(race=race):
                outcome = await self._rooms.submit(room, RunRace(race, self._book()))
            case GatherAgain(race=race):
                outcome = await self._rooms.submit(room, OpenRound(race, self._rooms.fresh()))
            case Forget():
                await self._rooms.forget(room, version)
                return
            case _:
                assert_never(duty)
        if isinstance(outcome, Refusal) and outcome not in {Refusal.NOTHING_OWED, Refusal.NO_ROOM}:
            log.warning("steward.refused", room=room, duty=type(duty).__name__, code=outcome.value)

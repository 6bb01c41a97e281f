"""The scheduler submits the commands that rooms owe at their stored deadlines; it makes no decision about a room.

Its own state is only the retries and the progress after a clock step, so a restart loses nothing. If the process is
killed during a duty, the room is still due afterwards; a duty that runs twice is refused as `nothing_owed`.
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

log = structlog.get_logger("paddock.scheduler")

TICK_S: Final = 0.05
"""Interval between two queries for due rooms; on an idle server a phase ends late by at most this."""
BATCH: Final = 64
MAX_RETRY_MS: Final = 60_000
"""A failing duty is retried with exponential backoff; this is the longest interval."""


class Scheduler:
    """Runs the duties of due rooms.

    Args:
        rooms: where due rooms are found and commands are submitted.
        book: returns the race settings that are in force.
        tick_s: interval between two queries for due rooms.
    """

    def __init__(self, rooms: Rooms, book: Callable[[], Book], tick_s: float = TICK_S) -> None:
        self._rooms = rooms
        self._book = book
        self._tick_s = tick_s
        self._failed: dict[RoomId, tuple[int, Millis]] = {}
        self._steps: ClockSteps | None = None
        self._behind: deque[RoomId] = deque()

    async def run(self) -> None:
        """Run due duties until cancelled."""
        while True:
            await self.run_due()
            await self.follow_clock()
            await asyncio.sleep(self._tick_s)

    async def run_due(self) -> None:
        """Run once all duties that are due by now."""
        now = self._rooms.clock()
        for room in await self._rooms.due(now, BATCH + len(self._failed)):
            failures, not_before = self._failed.get(room, (0, Millis(0)))
            if now < not_before:
                continue
            try:
                await self._run_duties(room)
                self._failed.pop(room, None)
            except Exception as error:
                wait = min(MAX_RETRY_MS, 500 << min(failures, 16))
                self._failed[room] = (failures + 1, Millis(now + wait))
                if isinstance(error, StoreUnavailable):
                    log.warning("scheduler.duty_postponed", room=room, reason=str(error), retry_ms=wait)
                else:
                    log.exception("scheduler.duty_failed", room=room, failures=failures + 1, retry_ms=wait)
            await asyncio.sleep(0)

    async def follow_clock(self) -> None:
        """Submit `FollowClock` to a batch of rooms after a step of the wall clock, the rooms due soonest first.

        Rooms do not depend on it: until the command arrives, a room keeps its own calendar.
        """
        steps = self._rooms.steps()
        if steps != self._steps:
            try:
                self._behind = deque(await self._rooms.filed())
            except StoreUnavailable:
                return  # the next tick tries again
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

    async def _run_duties(self, room: RoomId) -> None:
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
            log.warning("scheduler.command_refused", room=room, duty=type(duty).__name__, code=outcome.value)

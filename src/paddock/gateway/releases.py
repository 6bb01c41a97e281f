"""Releases: the pieces of running races, sent to this node's own sockets by the clock and never too early.

Each node computes the race from the seed in the snapshot; nothing about it travels between nodes. What has been
released is at most `release.AHEAD` ms ahead of the playing position, so nothing that tells the outcome leaves the
server before it can be seen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from paddock.domain.ids import Millis, RaceId, RoomId
from paddock.domain.race import Race, run
from paddock.domain.release import AHEAD, released, wire
from paddock.domain.room import Racing
from paddock.domain.rounds import seed_of
from paddock.gateway.pushes import SegmentsMessage
from paddock.service.clock import Clock

TICK_S: Final = 0.25
"""So a phone always holds at least `AHEAD` - 250 ms of the race ahead, less the way to it."""


class _Running:
    """One race on its way to the sockets."""

    def __init__(self, race: RaceId, computed: Race, starts_at: Millis) -> None:
        self.race = race
        self.computed = computed
        self.starts_at = starts_at
        """In steady time, which no step of the clock changes."""
        self.until = -1

    def advance(self, now: Millis) -> SegmentsMessage | None:
        """Give what may be released by now beyond what has been; None when nothing starts in that time."""
        until = now - self.starts_at + AHEAD
        if until <= self.until:
            return None
        message = self._pieces(self.until, until)
        if not message.pieces:
            return None
        self.until = until
        return message

    def so_far(self) -> SegmentsMessage:
        """Give all that has been released."""
        return self._pieces(-1, self.until)

    def _pieces(self, since: int, until: int) -> SegmentsMessage:
        return SegmentsMessage(self.race, since, until, wire(released(self.computed, since, until)))


class Releases:
    """All races that this node's sockets watch."""

    def __init__(self, clock: Clock, send: Callable[[RoomId, SegmentsMessage], None]) -> None:
        self._clock = clock
        self._send = send
        self._running: dict[RoomId, _Running] = {}
        self._wake = asyncio.Event()

    def follow(self, room: RoomId, phase: Racing) -> SegmentsMessage:
        """Release a room's race from now on, and give what is out already, for somebody who has just come."""
        running = self._running.get(room)
        if running is None or running.race != phase.heat.card.race:
            heat = phase.heat
            computed = run(heat.card, phase.book, seed_of(heat.root, heat.card.runoff))
            running = _Running(heat.card.race, computed, Millis(phase.starts_at - phase.ahead_ms))
            running.advance(self._clock())
            self._running[room] = running
            self._wake.set()
        return running.so_far()

    def drop(self, room: RoomId) -> None:
        """Release nothing more: the race is finished, or nobody here watches it."""
        self._running.pop(room, None)

    async def run(self) -> None:
        """Release what is due, until cancelled."""
        while True:
            self._wake.clear()
            if not self._running:
                await self._wake.wait()
            for room, running in list(self._running.items()):
                message = running.advance(self._clock())
                if message is not None:
                    self._send(room, message)
                await asyncio.sleep(0)
            await asyncio.sleep(TICK_S)

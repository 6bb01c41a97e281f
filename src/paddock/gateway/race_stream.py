"""Streams the segments of running races to the clients of this node, by the clock and never too early.

Each node computes the race from the seed in the snapshot; no segment travels between nodes. A segment is sent at most
`release.AHEAD` ms before its start, so no client can know the outcome before it is on screen.
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
"""A client always has at least `AHEAD` - 250 ms of the race in advance, minus the network latency."""


class _Running:
    """A running race and how far it has been sent."""

    def __init__(self, race: RaceId, computed: Race, starts_at: Millis) -> None:
        self.race = race
        self.computed = computed
        self.starts_at = starts_at
        """In steady time, which steps of the wall clock do not change."""
        self.until = -1

    def advance(self, now: Millis) -> SegmentsMessage | None:
        """Return the segments that may be sent now and were not sent yet; None if no segment starts in that time."""
        until = now - self.starts_at + AHEAD
        if until <= self.until:
            return None
        message = self._pieces(self.until, until)
        if not message.pieces:
            return None
        self.until = until
        return message

    def so_far(self) -> SegmentsMessage:
        """Return all segments that have been sent."""
        return self._pieces(-1, self.until)

    def _pieces(self, since: int, until: int) -> SegmentsMessage:
        return SegmentsMessage(self.race, since, until, wire(released(self.computed, since, until)))


class RaceStream:
    """The running races of rooms with clients on this node.

    Args:
        clock: the store's steady time.
        send: sends segments to the clients of a room.
    """

    def __init__(self, clock: Clock, send: Callable[[RoomId, SegmentsMessage], None]) -> None:
        self._clock = clock
        self._send = send
        self._running: dict[RoomId, _Running] = {}
        self._wake = asyncio.Event()

    def follow(self, room: RoomId, phase: Racing) -> SegmentsMessage:
        """Stream a room's race from now on; return the segments so far, for a client that just joined."""
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
        """Stop streaming: the race has ended, or the room has no clients on this node."""
        self._running.pop(room, None)

    async def run(self) -> None:
        """Send due segments until cancelled."""
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

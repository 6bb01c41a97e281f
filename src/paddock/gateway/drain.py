"""Drains a node that stops: its clients are disconnected in slices, so that other nodes are not overloaded.

Each client of a slice is told when to reconnect, and its connection is closed at once, then it reconnects elsewhere. No
state is handed over, because no node owns any. The drain never waits for a client.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from math import ceil
from typing import Final

import structlog

from paddock.gateway.fanout import Fanout
from paddock.socketio import Namespace

log = structlog.get_logger("paddock.gateway")

ALONE_MS: Final = 1_000
"""Delay after which clients reconnect if this is the only node: about the duration of a restart."""
ELSEWHERE_MS: Final = 100
"""Delay after which clients reconnect to another node; short, and enough to spread the clients of a slice."""
SLICE: Final = 25
"""Minimum number of clients per slice."""
SLICES: Final = 20
PAUSE_S: Final = 0.15
"""Average pause between two slices, plus or minus half of it; all slices together take at most 4.5 s."""


class Drain:
    """Disconnects the clients of one node in slices.

    Args:
        namespace: has the sockets.
        fanout: sends the closing message.
        jitter: returns numbers from 0 up to 1.
        alone: whether this is the only node; then all clients are disconnected at once.
        sleep: waits for a number of seconds.
    """

    def __init__(
        self,
        namespace: Namespace,
        fanout: Fanout,
        jitter: Callable[[], float],
        *,
        alone: bool,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._namespace = namespace
        self._fanout = fanout
        self._jitter = jitter
        self._alone = alone
        self._sleep = sleep

    async def run(self) -> None:
        """Tell all clients when to reconnect, and close their connections."""
        if self._alone:
            self._fanout.let_go(list(self._namespace.sockets.values()), ALONE_MS)
            return
        size = max(SLICE, ceil(len(self._namespace.sockets) / SLICES))
        for slice_number in range(SLICES):
            # Read again for each slice: clients leave on their own, and others complete a connect that was under way.
            waiting = sorted(self._namespace.sockets.values(), key=lambda socket: self._jitter())
            if not waiting:
                return
            if slice_number == SLICES - 1:
                size = len(waiting)
            self._fanout.let_go(waiting[:size], ELSEWHERE_MS)
            log.info("drain.slice", moved=min(size, len(waiting)), left=max(0, len(waiting) - size))
            if len(waiting) <= size:
                return
            await self._sleep(PAUSE_S * (0.5 + self._jitter()))

"""How a node lets go of its players when it stops: in slices, so that whoever takes them in is not stormed.

Each slice is told when to come back and its connections are closed at once; the client's next connection goes to a node
that goes on. Nothing is handed over, because nothing is owned. Never waits for a client.
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
"""When clients come back to a server that nobody stands in for: a restart takes about this long."""
ELSEWHERE_MS: Final = 100
"""When they come back where others are: at once, but not all of a slice in the same moment."""
SLICE: Final = 25
"""Fewer players than this are not worth a wait."""
SLICES: Final = 20
PAUSE_S: Final = 0.15
"""Between two slices, and up to half as much more or less: all of them take 4.5 s at most."""


class Drain:
    """Empties one node.

    Args:
        namespace: whose sockets they are.
        fanout: tells them.
        share: gives numbers from 0 up to 1, for jitter.
        alone: whether there is no other node to go to; then everybody is told at once.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        namespace: Namespace,
        fanout: Fanout,
        share: Callable[[], float],
        *,
        alone: bool,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._namespace = namespace
        self._fanout = fanout
        self._share = share
        self._alone = alone
        self._sleep = sleep

    async def run(self) -> None:
        """Tell everybody to come back, and let them go."""
        if self._alone:
            self._fanout.let_go(list(self._namespace.sockets.values()), ALONE_MS)
            return
        size = max(SLICE, ceil(len(self._namespace.sockets) / SLICES))
        for slice_number in range(SLICES):
            # Looked up anew each time: some leave by themselves, and some that were on their way in have arrived.
            waiting = sorted(self._namespace.sockets.values(), key=lambda socket: self._share())
            if not waiting:
                return
            if slice_number == SLICES - 1:
                size = len(waiting)
            self._fanout.let_go(waiting[:size], ELSEWHERE_MS)
            log.info("drain.slice", moved=min(size, len(waiting)), left=max(0, len(waiting) - size))
            if len(waiting) <= size:
                return
            await self._sleep(PAUSE_S * (0.5 + self._share()))

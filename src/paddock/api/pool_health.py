"""`/healthz` of several workers: whichever is asked counts the people of all, from the figures that each tells.

A probe is answered at once whatever the others do: what they said last counts until they say something newer.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from msgspec.structs import replace

from paddock.api.ports import Health
from paddock.supervisor.control_messages import WorkerMetrics

WAIT_S: Final = 0.25
"""How long a probe waits for the others; balancers and kubelets give one second."""
FRESH_S: Final = 1.0
"""How long it is not asked again: a probe comes every few seconds from each of several balancers."""
OLD_S: Final = 10.0
"""What was said longer ago does not count any more."""
_FIGURE: Final = re.compile(r"^paddock_(sockets|rooms) (\S+)$", re.MULTILINE)


class PoolHealth:
    """Adds what the other workers have to the health of this one."""

    def __init__(self, pool_metrics: Callable[[], Awaitable[Sequence[WorkerMetrics]]]) -> None:
        self._pool_metrics = pool_metrics
        self._asking: asyncio.Task[Sequence[WorkerMetrics]] | None = None
        self._asked_at = self._said_at = float("-inf")
        self._said: Sequence[WorkerMetrics] = ()

    async def of_all(self, own: Health) -> Health:
        """Return the health of this worker with the connections and rooms of all."""
        loop = asyncio.get_running_loop()
        if self._asking is None and loop.time() - self._asked_at >= FRESH_S:
            self._asked_at = loop.time()
            self._asking = asyncio.create_task(self._ask())
        if self._asking is not None:
            await asyncio.wait((self._asking,), timeout=WAIT_S)
        if loop.time() - self._said_at > OLD_S:
            return own
        figures = [dict(_FIGURE.findall(worker.text)) for worker in self._said]
        connections = [int(float(one["sockets"])) for one in figures if "sockets" in one]
        rooms = [int(float(one["rooms"])) for one in figures if "rooms" in one]
        if not connections or not rooms:
            return own
        # Workers share their rooms, and each has some of its own only while it goes on alone.
        return replace(own, connections=sum(connections), rooms=sum(rooms) if own.degraded else max(rooms))

    async def _ask(self) -> Sequence[WorkerMetrics]:
        try:
            workers = await self._pool_metrics()
            if workers:
                self._said, self._said_at = workers, asyncio.get_running_loop().time()
            return workers
        finally:
            self._asking = None

"""`/healthz` of a worker pool: any worker reports the totals of all workers, from their metrics.

A probe never waits long for the other workers: their last metrics are used until newer ones arrive.
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
"""Timeout for the other workers; balancers and kubelets allow one second."""
FRESH_S: Final = 1.0
"""Minimum interval between two requests: each of several balancers probes every few seconds."""
OLD_S: Final = 10.0
"""Maximum age of metrics."""
_METRIC: Final = re.compile(r"^paddock_(sockets|rooms) (\S+)$", re.MULTILINE)


class PoolHealth:
    """Adds the totals of the other workers to the health of this one."""

    def __init__(self, pool_metrics: Callable[[], Awaitable[Sequence[WorkerMetrics]]]) -> None:
        self._pool_metrics = pool_metrics
        self._asking: asyncio.Task[Sequence[WorkerMetrics]] | None = None
        self._asked_at = self._updated_at = float("-inf")
        self._last: Sequence[WorkerMetrics] = ()

    async def of_all(self, own: Health) -> Health:
        """Return the health of this worker with the connections and rooms of all."""
        loop = asyncio.get_running_loop()
        if self._asking is None and loop.time() - self._asked_at >= FRESH_S:
            self._asked_at = loop.time()
            self._asking = asyncio.create_task(self._ask())
        if self._asking is not None:
            await asyncio.wait((self._asking,), timeout=WAIT_S)
        if loop.time() - self._updated_at > OLD_S:
            return own
        metrics = [dict(_METRIC.findall(worker.text)) for worker in self._last]
        connections = [int(float(one["sockets"])) for one in metrics if "sockets" in one]
        rooms = [int(float(one["rooms"])) for one in metrics if "rooms" in one]
        if not connections or not rooms:
            return own
        # Workers share their rooms, and each has some of its own only while it goes on alone.
        return replace(own, connections=sum(connections), rooms=sum(rooms) if own.degraded else max(rooms))

    async def _ask(self) -> Sequence[WorkerMetrics]:
        try:
            workers = await self._pool_metrics()
            if workers:
                self._last, self._updated_at = workers, asyncio.get_running_loop().time()
            return workers
        finally:
            self._asking = None

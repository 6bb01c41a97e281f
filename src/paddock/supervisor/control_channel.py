"""The control channel of a worker: receives its assignment, sends heartbeats, and ends it when the supervisor is gone.

A server without a supervisor has no control channel.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Final

import structlog

from paddock.supervisor.control_messages import (
    HEARTBEAT_S,
    LINE_BYTES,
    Assignment,
    GetMetrics,
    GetPoolMetrics,
    Heartbeat,
    MetricsReply,
    PoolMetrics,
    Ready,
    WorkerMetrics,
    encode,
    to_worker,
)

log = structlog.get_logger("paddock.supervisor")

ASSIGNMENT_S: Final = 10.0
METRICS_S: Final = 2.0
"""Timeout for the metrics of the other workers."""


class SupervisorGone(Exception):  # noqa: N818 - the end of a worker, not a fault
    """The supervisor ended before it sent the assignment."""


class ControlChannel:
    """The worker side of the control channel.

    Attributes:
        assignment: node name, port and Redis of this worker.
        metrics: returns the metrics of this worker; set once they exist.
    """

    def __init__(self, connection: socket.socket, assignment: Assignment) -> None:
        self.assignment = assignment
        self.metrics: Callable[[], Awaitable[str]] | None = None
        self._connection = connection
        self._writer: asyncio.StreamWriter | None = None
        self._numbers = count(1)
        self._pending: dict[int, asyncio.Future[tuple[WorkerMetrics, ...]]] = {}

    @classmethod
    def accept(cls, descriptor: int) -> ControlChannel:
        """Open the channel of an inherited file descriptor; block until the assignment is received.

        Raises:
            SupervisorGone: if no assignment is received in time.
        """
        connection = socket.socket(fileno=descriptor)
        connection.settimeout(ASSIGNMENT_S)
        received = b""
        try:
            while not received.endswith(b"\n"):
                piece = connection.recv(1)
                if not piece:
                    raise SupervisorGone("the supervisor has ended")
                received += piece
            assignment = to_worker.decode(received)
        except (OSError, ValueError) as error:
            raise SupervisorGone(f"no assignment from the supervisor: {error}") from error
        if not isinstance(assignment, Assignment):
            raise SupervisorGone("the first message of the supervisor is not an assignment")
        connection.setblocking(False)
        return cls(connection, assignment)

    async def run(self, ended: Callable[[], None]) -> None:
        """Send heartbeats and answer requests until cancelled; call `ended` if the supervisor is gone."""
        reader, self._writer = await asyncio.open_unix_connection(sock=self._connection, limit=LINE_BYTES)
        heartbeats = asyncio.create_task(self._send_heartbeats(self._writer))
        try:
            while received := await reader.readline():
                await self._handle(to_worker.decode(received))
        except ConnectionError:
            pass  # same as end of file
        finally:
            heartbeats.cancel()
            self._writer.close()
        log.warning("worker.orphaned")
        ended()

    @property
    def is_connected(self) -> bool:
        """Whether messages reach the supervisor."""
        return self._writer is not None

    def report_ready(self, port: int) -> None:
        """Report that this worker accepts players."""
        self._send(encode(Ready(port)))

    async def pool_metrics(self) -> tuple[WorkerMetrics, ...]:
        """Return the metrics of all workers; empty if the supervisor does not answer in time."""
        number = next(self._numbers)
        answer: asyncio.Future[tuple[WorkerMetrics, ...]] = asyncio.get_running_loop().create_future()
        self._pending[number] = answer
        self._send(encode(GetPoolMetrics(number)))
        try:
            async with asyncio.timeout(METRICS_S):
                return await answer
        except TimeoutError:
            return ()
        finally:
            del self._pending[number]

    async def _handle(self, message: Assignment | GetMetrics | PoolMetrics) -> None:
        match message:
            case GetMetrics(number=number):
                text = await self.metrics() if self.metrics is not None else ""
                self._send(encode(MetricsReply(number, text)))
            case PoolMetrics(number=number, workers=workers):
                answer = self._pending.get(number)
                if answer is not None and not answer.done():
                    answer.set_result(workers)
            case Assignment():
                pass  # only sent first

    async def _send_heartbeats(self, writer: asyncio.StreamWriter) -> None:
        while True:
            self._send(encode(Heartbeat()))
            await asyncio.sleep(HEARTBEAT_S)

    def _send(self, data: bytes) -> None:
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(data)

"""A worker as the supervisor sees it: its process, its control channel, and the time since its last heartbeat."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable
from enum import Enum
from itertools import count
from typing import Final

import structlog

from paddock.supervisor.child_processes import ChildProcess
from paddock.supervisor.control_messages import (
    LINE_BYTES,
    Assignment,
    FromWorker,
    GetMetrics,
    GetPoolMetrics,
    Heartbeat,
    MetricsReply,
    Ready,
    ToWorker,
    encode,
    from_worker,
)

log = structlog.get_logger("paddock.supervisor")

MAX_UNREAD_BYTES: Final = 1024 * 1024
"""A worker with this much unread data receives no messages until it has read."""


class WorkerState(Enum):
    """Lifecycle of a worker."""

    STARTING = "starting"
    READY = "ready"
    ENDING = "ending"


class Worker:
    """One worker process.

    Attributes:
        assignment: its identity and address.
        child: its process.
        state: its lifecycle state.
        port: the port it listens on, once ready.
        started_at: loop time of its start.
        silent_s: time since its last message, counted in ticks of the supervisor, so that a worker that was suspended
            together with the supervisor does not time out.
    """

    def __init__(self, assignment: Assignment, child: ChildProcess, asked: Callable[[Worker, int], None]) -> None:
        self.assignment = assignment
        self.child = child
        self.state = WorkerState.STARTING
        self.port = 0
        self.started_at = asyncio.get_running_loop().time()
        self.silent_s = 0.0
        self.settled = asyncio.Event()
        """Set when the worker is ready or has exited."""
        self._requested = asked
        self._writer: asyncio.StreamWriter | None = None
        self._numbers = count(1)
        self._pending: dict[int, asyncio.Future[str]] = {}

    @property
    def number(self) -> int:
        """Its number in the pool."""
        return self.assignment.worker

    @property
    def ready(self) -> bool:
        """Whether it accepts players."""
        return self.state is WorkerState.READY and not self.child.exited.is_set()

    async def serve(self, connection: socket.socket) -> None:
        """Send the assignment, then handle messages until the worker has exited."""
        connection.setblocking(False)
        reader, self._writer = await asyncio.open_unix_connection(sock=connection, limit=LINE_BYTES)
        self.send(self.assignment)
        try:
            while said := await reader.readline():
                self.silent_s = 0.0
                self._handle(from_worker.decode(said))
        except ConnectionError:
            pass  # same as end of file
        except ValueError as error:
            log.error("worker.invalid_message", worker=self.number, reason=str(error))
            self.child.send(signal.SIGKILL)
        finally:
            self._writer.close()
            await self.child.exited.wait()
            self.settled.set()
            for answer in self._pending.values():
                answer.cancel()

    def end(self) -> None:
        """Send SIGTERM once, so that it drains its players and stops."""
        if self.state is not WorkerState.ENDING:
            self.state = WorkerState.ENDING
            self.child.send(signal.SIGTERM)

    async def metrics(self, within_s: float) -> str:
        """Request its metrics; empty if it does not answer in time."""
        number = next(self._numbers)
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._pending[number] = answer
        self.send(GetMetrics(number))
        try:
            await asyncio.wait((answer,), timeout=within_s)
            return answer.result() if answer.done() and not answer.cancelled() else ""
        finally:
            del self._pending[number]

    def send(self, message: ToWorker) -> None:
        """Send a message, unless the worker does not read."""
        writer = self._writer
        if (
            writer is not None
            and not writer.is_closing()
            and writer.transport.get_write_buffer_size() < MAX_UNREAD_BYTES
        ):
            writer.write(encode(message))

    def _handle(self, message: FromWorker) -> None:
        match message:
            case Ready(port=port):
                self.port = port
                if self.state is WorkerState.STARTING:
                    self.state = WorkerState.READY
                self.settled.set()
            case Heartbeat():
                pass  # its arrival is the message
            case MetricsReply(number=number, text=text):
                answer = self._pending.get(number)
                if answer is not None and not answer.done():
                    answer.set_result(text)
            case GetPoolMetrics(number=number):
                self._requested(self, number)

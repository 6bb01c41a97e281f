"""One worker as its supervisor sees it: a process, a channel to it, and how long it has been silent."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable
from enum import Enum
from itertools import count
from typing import Final

import structlog

from paddock.supervisor.children import Child
from paddock.supervisor.control_messages import (
    LINE_BYTES,
    AskFigures,
    Assignment,
    Beat,
    Figures,
    FromWorker,
    GiveFigures,
    Ready,
    ToWorker,
    from_worker,
    line,
)

log = structlog.get_logger("paddock.supervisor")

DEAF_BYTES: Final = 1024 * 1024
"""A worker that has so much unread is told no more until it has read."""


class Stage(Enum):
    """Where a worker is in its life."""

    STARTING = "starting"
    READY = "ready"
    ENDING = "ending"


class Worker:
    """One process of the crew.

    Attributes:
        assignment: who it is.
        child: its process.
        stage: where it is in its life.
        port: where it listens, once it is ready.
        born: when it was started (loop time).
        silent_s: how long it has said nothing, counted in turns of this process, so that whoever was frozen together
            with the supervisor is not blamed for it.
    """

    def __init__(self, assignment: Assignment, child: Child, asked: Callable[[Worker, int], None]) -> None:
        self.assignment = assignment
        self.child = child
        self.stage = Stage.STARTING
        self.port = 0
        self.born = asyncio.get_running_loop().time()
        self.silent_s = 0.0
        self.settled = asyncio.Event()
        """Set when it is ready, or gone before it was."""
        self._asked = asked
        self._writer: asyncio.StreamWriter | None = None
        self._numbers = count(1)
        self._answers: dict[int, asyncio.Future[str]] = {}

    @property
    def number(self) -> int:
        """Its number in the crew."""
        return self.assignment.worker

    @property
    def ready(self) -> bool:
        """Whether it takes players."""
        return self.stage is Stage.READY and not self.child.gone.is_set()

    async def attend(self, connection: socket.socket) -> None:
        """Assign it, then hear it until it is gone."""
        connection.setblocking(False)
        reader, self._writer = await asyncio.open_unix_connection(sock=connection, limit=LINE_BYTES)
        self.say(self.assignment)
        try:
            while said := await reader.readline():
                self.silent_s = 0.0
                self._hear(from_worker.decode(said))
        except ConnectionError:
            pass  # its end, as without an error
        except ValueError as error:
            log.error("worker.unheard", worker=self.number, reason=str(error))
            self.child.send(signal.SIGKILL)
        finally:
            self._writer.close()
            await self.child.gone.wait()
            self.settled.set()
            for answer in self._answers.values():
                answer.cancel()

    def end(self) -> None:
        """Ask it to hand its players over and end."""
        if self.stage is not Stage.ENDING:
            self.stage = Stage.ENDING
            self.child.send(signal.SIGTERM)

    async def figures(self, within_s: float) -> str:
        """Ask for its figures; empty when it does not answer in time."""
        number = next(self._numbers)
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        self.say(GiveFigures(number))
        try:
            await asyncio.wait((answer,), timeout=within_s)
            return answer.result() if answer.done() and not answer.cancelled() else ""
        finally:
            del self._answers[number]

    def say(self, message: ToWorker) -> None:
        """Send it a message, unless it does not read."""
        writer = self._writer
        if writer is not None and not writer.is_closing() and writer.transport.get_write_buffer_size() < DEAF_BYTES:
            writer.write(line(message))

    def _hear(self, message: FromWorker) -> None:
        match message:
            case Ready(port=port):
                self.port = port
                if self.stage is Stage.STARTING:
                    self.stage = Stage.READY
                self.settled.set()
            case Beat():
                pass  # that it came is what it says
            case Figures(number=number, text=text):
                answer = self._answers.get(number)
                if answer is not None and not answer.done():
                    answer.set_result(text)
            case AskFigures(number=number):
                self._asked(self, number)

"""A worker's end of the channel: it learns who it is, says that it lives, and ends when its supervisor is no more.

Without a supervisor there is no post, and nothing here runs.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Final

import structlog

from paddock.supervisor.channel import (
    BEAT_S,
    LINE_BYTES,
    AllFigures,
    AskFigures,
    Assignment,
    Beat,
    Figures,
    GiveFigures,
    Ready,
    WorkerFigures,
    line,
    to_worker,
)

log = structlog.get_logger("paddock.supervisor")

GREETING_S: Final = 10.0
FIGURES_S: Final = 2.0
"""How long the figures of the others are waited for."""


class NoSupervisor(Exception):  # noqa: N818 - the end of a worker, not a fault
    """Nobody assigns anything: the supervisor ended before this worker had begun."""


class Post:
    """The place of one worker; `assignment` says who it is.

    Attributes:
        figures: gives this worker's own figures; set by whoever has them.
    """

    def __init__(self, connection: socket.socket, assignment: Assignment) -> None:
        self.assignment = assignment
        self.figures: Callable[[], Awaitable[str]] | None = None
        self._connection = connection
        self._writer: asyncio.StreamWriter | None = None
        self._numbers = count(1)
        self._asked: dict[int, asyncio.Future[tuple[WorkerFigures, ...]]] = {}

    @classmethod
    def take(cls, descriptor: int) -> Post:
        """Take the post that an inherited descriptor leads to; blocks until the supervisor has spoken.

        Raises:
            NoSupervisor: it does not speak.
        """
        connection = socket.socket(fileno=descriptor)
        connection.settimeout(GREETING_S)
        said = b""
        try:
            while not said.endswith(b"\n"):
                piece = connection.recv(1)
                if not piece:
                    raise NoSupervisor("the supervisor is gone")
                said += piece
            assignment = to_worker.decode(said)
        except (OSError, ValueError) as error:
            raise NoSupervisor(f"the supervisor does not say what to do: {error}") from error
        if not isinstance(assignment, Assignment):
            raise NoSupervisor("the supervisor does not say who this worker is")
        connection.setblocking(False)
        return cls(connection, assignment)

    async def hold(self, ended: Callable[[], None]) -> None:
        """Beat and answer until cancelled; `ended` is called when the supervisor is no more."""
        reader, self._writer = await asyncio.open_unix_connection(sock=self._connection, limit=LINE_BYTES)
        beating = asyncio.create_task(self._beat(self._writer))
        try:
            while said := await reader.readline():
                await self._hear(to_worker.decode(said))
        except ConnectionError:
            pass  # the same as the end
        finally:
            beating.cancel()
            self._writer.close()
        log.warning("worker.orphaned")
        ended()

    @property
    def held(self) -> bool:
        """Whether anything that is said reaches the supervisor yet."""
        return self._writer is not None

    def ready(self, port: int) -> None:
        """Say that players are taken."""
        self._say(line(Ready(port)))

    async def everyone(self) -> tuple[WorkerFigures, ...]:
        """Give the figures of all workers; empty when the supervisor does not answer in time."""
        number = next(self._numbers)
        answer: asyncio.Future[tuple[WorkerFigures, ...]] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        self._say(line(AskFigures(number)))
        try:
            async with asyncio.timeout(FIGURES_S):
                return await answer
        except TimeoutError:
            return ()
        finally:
            del self._asked[number]

    async def _hear(self, message: Assignment | GiveFigures | AllFigures) -> None:
        match message:
            case GiveFigures(number=number):
                text = await self.figures() if self.figures is not None else ""
                self._say(line(Figures(number, text)))
            case AllFigures(number=number, workers=workers):
                answer = self._asked.get(number)
                if answer is not None and not answer.done():
                    answer.set_result(workers)
            case Assignment():
                pass  # given once

    async def _beat(self, writer: asyncio.StreamWriter) -> None:
        while True:
            self._say(line(Beat()))
            await asyncio.sleep(BEAT_S)

    def _say(self, words: bytes) -> None:
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(words)

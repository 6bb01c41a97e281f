"""A TCP proxy that makes a network behave badly, for single connections or all of them; it knows no protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.servers.redis_server import free_port

SAID_BYTES = 65536


class Passage:
    """One connection through the proxy; `said` is how the client began, `delay_s` holds its answers back.

    Each way can be swallowed.
    """

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.said = b""
        self.swallow_questions = False
        self.swallow_answers = False
        self.delay_s = 0.0
        self._ends = (client, server)

    def black_hole(self) -> None:
        """Let packets vanish both ways, with the connection still open."""
        self.swallow_questions = self.swallow_answers = True

    def cut(self) -> None:
        """Reset both ends."""
        for end in self._ends:
            end.transport.abort()


class FaultProxy:
    """Listens on `port` and passes everything on to `target`.

    `delay_s` holds answers back; `cut_after` bytes of them a connection is reset.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self.port = free_port()
        self.delay_s = 0.0
        self.cut_after: int | None = None
        self.passages: list[Passage] = []
        self.attempts = 0
        """How often somebody has connected."""
        self._refusing = False
        self._swallow = False
        self._bytes_per_s: float | None = None
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Where a Redis behind it seems to be."""
        return f"redis://127.0.0.1:{self.port}"

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", self.port)

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        for passage in self.passages:
            passage.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def refuse(self) -> None:
        """Cut every connection, and let nobody through from now on."""
        self._refusing = True
        for passage in list(self.passages):
            passage.cut()

    def accept(self) -> None:
        """Let connections through again."""
        self._refusing = False

    def where(self, said: Callable[[bytes], bool]) -> list[Passage]:
        """Give the open connections whose beginning is like that."""
        return [passage for passage in self.passages if said(passage.said)]

    def pass_all(self) -> None:
        """Behave well from now on; a connection whose packets have vanished stays as it is."""
        self.delay_s = 0.0
        self._swallow = False
        self._bytes_per_s = self.cut_after = None

    def slow(self, seconds: float) -> None:
        """Hold every answer back for a while."""
        self.delay_s = seconds

    def throttle(self, bytes_per_s: float) -> None:
        """Let answers pass no faster than this, each connection by itself."""
        self._bytes_per_s = bytes_per_s

    def black_hole(self) -> None:
        """Let the packets of all connections vanish, of new ones too."""
        self._swallow = True
        for passage in self.passages:
            passage.black_hole()

    def reset(self) -> None:
        """Reset all connections; new ones are let through."""
        for passage in self.passages:
            passage.cut()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.attempts += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        if self._refusing:
            self._tasks.discard(task)
            writer.transport.abort()
            return
        try:
            there, onward = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            self._tasks.discard(task)
            writer.transport.abort()
            return
        passage = Passage(writer, onward)
        if self._swallow:
            passage.black_hole()
        self.passages.append(passage)
        try:
            await asyncio.gather(self._questions(passage, reader, onward), self._answers(passage, there, writer))
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            passage.cut()
            self.passages.remove(passage)
            self._tasks.discard(task)

    async def _questions(self, passage: Passage, reader: asyncio.StreamReader, onward: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            passage.said = (passage.said + data)[:SAID_BYTES]
            if not passage.swallow_questions:
                onward.write(data)
                await onward.drain()
        raise ConnectionAbortedError

    async def _answers(self, passage: Passage, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        # One hand gives them out in order, however long each is held back.
        held: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        giving = loop.create_task(_give_out(held, writer))
        passed = 0
        try:
            while data := await there.read(65536):
                passed += len(data)
                if self.cut_after is not None and passed > self.cut_after:
                    break
                if passage.swallow_answers:
                    continue
                if self._bytes_per_s is not None:
                    await asyncio.sleep(len(data) / self._bytes_per_s)
                held.put_nowait((loop.time() + max(self.delay_s, passage.delay_s), data))
        finally:
            giving.cancel()
        raise ConnectionAbortedError


async def _give_out(held: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due, data = await held.get()
        if due > loop.time():
            await asyncio.sleep(due - loop.time())
        writer.write(data)
        await writer.drain()

"""Players: WebSocket clients that send an event, wait for its acknowledgement and note how long that took."""

from __future__ import annotations

import asyncio
import socket
from time import perf_counter
from typing import cast

from .attack import HANDSHAKE, text

EVERY_S = 0.05


class Players:
    """Connections to one server, each with its own rhythm."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._players: list[Player] = []

    async def enter(self, count: int) -> None:
        """Let so many players come."""
        loop = asyncio.get_running_loop()
        for _ in range(count):
            _, player = await loop.create_connection(Player, "127.0.0.1", self._port)
            await player.entered
            self._players.append(player)

    async def play(self, seconds: float) -> list[float]:
        """Let all play; return the seconds from each event to its acknowledgement."""
        found = await asyncio.gather(
            *(player.play(seconds, at * EVERY_S / len(self._players)) for at, player in enumerate(self._players))
        )
        return [one for player in found for one in player]

    async def leave(self) -> None:
        """Let all leave."""
        for player in self._players:
            player.leave()
        await asyncio.sleep(0.5)


class Player(asyncio.Protocol):
    """One player, reading everything that comes; frames are told apart by their length alone."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.entered: asyncio.Future[None] = loop.create_future()
        self._loop = loop
        self._data = bytearray()
        self._upgraded = False
        self._asked = 0
        self._answers: dict[int, asyncio.Future[None]] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Shake hands."""
        # uvloop's transports are no subclasses of asyncio's.
        self._transport = cast("asyncio.Transport", transport)
        self._transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._transport.write(HANDSHAKE)

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail whoever waits: a player must not be thrown out."""
        for answer in self._answers.values():
            answer.set_exception(ConnectionError("a player was thrown out"))

    def data_received(self, data: bytes) -> None:
        """Take frames apart."""
        buffer = self._data
        buffer += data
        if not self._upgraded:
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            self._upgraded = True
            del buffer[: end + 4]
        while len(buffer) >= 2:
            size, start = buffer[1], 2
            if size == 126:
                size, start = int.from_bytes(buffer[2:4], "big"), 4
            elif size == 127:
                size, start = int.from_bytes(buffer[2:10], "big"), 10
            if len(buffer) < start + size:
                return
            if size < 200:
                self._read(bytes(buffer[start : start + size]))
            del buffer[: start + size]

    def leave(self) -> None:
        """Close the connection."""
        self._transport.write(text(b"1"))
        self._transport.close()

    async def play(self, seconds: float, late: float) -> list[float]:
        """Send an event at every beat, unless the last one is still unanswered; return how long each took."""
        took: list[float] = []
        await asyncio.sleep(late)
        due = perf_counter()
        end = due + seconds
        while due < end:
            await asyncio.sleep(due - perf_counter())
            sent = perf_counter()
            await self._ask()
            now = perf_counter()
            took.append(now - sent)
            due = max(due + EVERY_S, now)
        return took

    async def _ask(self) -> None:
        number = self._asked
        self._asked += 1
        answer = self._answers[number] = self._loop.create_future()
        self._transport.write(text(b'42%d["echo",1]' % number))
        await answer

    def _read(self, packet: bytes) -> None:
        if packet == b"2":
            self._transport.write(text(b"3"))
        elif packet.startswith(b"0{"):
            self._transport.write(text(b"40"))
        elif packet.startswith(b"40{"):
            self.entered.set_result(None)
        elif packet.startswith(b"43"):
            self._answers.pop(int(packet[2 : packet.index(b"[")])).set_result(None)

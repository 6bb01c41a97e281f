"""The party that must not notice: people in real rooms, in a process of their own: `... party PORT [--others 9500]`.

`--others` are rooms that are made first and left.
Everybody asks for the time every 100 ms and sends a WebSocket ping in between; every tenth message is a pick, which is
kept and told to the room. A line `mark` on standard input prints how long answers took since the last mark (JSON); the
end of the input ends the party. A wait longer than the beat counts as all the questions that would have been asked
meanwhile. Whoever is dropped comes back, and the question waits until then.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from time import perf_counter
from typing import Any, cast

import uvloop

from .wire import PING, SOCKET, TEXT, UPGRADE, event, masked, request, token

BEAT_S = 0.1
PICK_EVERY = 10
ROOMS, ROOM = 5, 4
FILLED, FILLERS = 50, 8
AGAIN_S = 0.1


class Line(asyncio.Protocol):
    """One connection; frames of the server are taken apart as they come."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.entered: asyncio.Future[None] = loop.create_future()
        self.lost: asyncio.Future[None] = loop.create_future()
        self.answers: dict[int, asyncio.Future[bytes]] = {}
        self.pongs: list[asyncio.Future[None]] = []
        self._loop = loop
        self._data = bytearray()
        self._upgraded = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Shake hands."""
        # uvloop's transports are no subclasses of asyncio's.
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(request(SOCKET, *UPGRADE))

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail whoever waits."""
        self.lost.set_result(None)
        unanswered: list[asyncio.Future[Any]] = [self.entered, *self.answers.values(), *self.pongs]
        for waiting in unanswered:
            if not waiting.done():
                waiting.set_exception(ConnectionError("dropped"))
                waiting.exception()

    def data_received(self, data: bytes) -> None:
        """Take frames apart."""
        buffer = self._data
        buffer += data
        if not self._upgraded:
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            if not buffer.startswith(b"HTTP/1.1 101"):
                self.transport.abort()
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
            first, payload = buffer[0], bytes(buffer[start : start + size])
            del buffer[: start + size]
            self._take(first & 15, payload)

    def ask(self, number: int, packet: bytes) -> asyncio.Future[bytes]:
        """Send an event; its acknowledgement is awaited."""
        answer = self.answers[number] = self._loop.create_future()
        if self.lost.done():
            answer.set_exception(ConnectionError("dropped"))
        self.transport.write(masked(TEXT, packet))
        return answer

    def ping(self) -> asyncio.Future[None]:
        """Send a WebSocket ping; its pong is awaited."""
        pong = self._loop.create_future()
        if self.lost.done():
            pong.set_exception(ConnectionError("dropped"))
        self.pongs.append(pong)
        self.transport.write(masked(PING, b""))
        return pong

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == 10 and self.pongs:
            pong = self.pongs.pop(0)
            if not pong.done():
                pong.set_result(None)
        elif payload == b"2":
            self.transport.write(masked(TEXT, b"3"))
        elif payload.startswith(b"0{"):
            self.transport.write(masked(TEXT, b"40"))
        elif payload.startswith(b"40{"):
            self.entered.set_result(None)
        elif payload.startswith(b"43"):
            at = payload.index(b"[")
            answer = self.answers.pop(int(payload[2:at]), None)
            if answer is not None and not answer.done():
                answer.set_result(payload[at:])


class Figures:
    """What the party felt since the last mark."""

    def __init__(self) -> None:
        self.took: list[float] = []
        self.pings: list[float] = []
        self.refused: dict[str, int] = {}
        self.dropped = 0

    def add(self, to: list[float], seconds: float) -> None:
        """Note an answer, and those that would have been waited for meanwhile."""
        while seconds > 0:
            to.append(seconds)
            seconds -= BEAT_S

    def spread(self, values: list[float]) -> dict[str, float]:
        """Return percentiles in milliseconds."""
        ordered = sorted(values) or [0.0]
        at = {name: ordered[min(len(ordered) - 1, int(len(ordered) * share))] for name, share in SHARES.items()}
        return {"count": len(values), **{name: round(1e3 * one, 2) for name, one in at.items()}}


SHARES = {"p50": 0.5, "p99": 0.99, "most": 1.0}


class Player:
    """One person, who comes back whenever the connection is lost."""

    def __init__(self, port: int, number: int, figures: dict[str, Figures], source: str) -> None:
        self.code = ""
        self.line: Line | None = None
        self.waits_since: float | None = None
        self._port = port
        self._number = number
        self._figures = figures
        self._source = source
        self._token, self._device = token(), token()
        self._asked = 0
        self._turn = asyncio.Lock()

    async def enter(self, code: str | None, password: str = "") -> None:
        """Make a room, or join one."""
        about = {"token": self._token, "device": self._device, "name": f"Guest {self._number}", "password": password}
        name, fields = ("create_room", about) if code is None else ("join_room", about | {"room": code})
        while not self.code:
            line = await self._connected()
            said = json.loads(await line.ask(0, event(name, 0, **fields)))[0]
            if not said["ok"]:
                print(said, file=sys.stderr)
                await asyncio.sleep(AGAIN_S)
                continue
            self.code = said["view"]["room"]["room"]

    async def play(self) -> None:
        """Ask at every beat, for ever."""
        await asyncio.sleep(self._number * BEAT_S / 20)
        asyncio.get_running_loop().create_task(self._pings()).add_done_callback(_said)
        due = perf_counter()
        while True:
            await asyncio.sleep(max(0.0, due - perf_counter()))
            self.waits_since = began = perf_counter()
            await self._answered()
            now = perf_counter()
            self.waits_since = None
            figures = self._figures["now"]
            figures.add(figures.took, now - began)
            due = max(due + BEAT_S, now)

    async def _pings(self) -> None:
        await asyncio.sleep(BEAT_S / 2)
        while True:
            began = perf_counter()
            try:
                line = await self._connected()
                await line.ping()
            except ConnectionError:
                await asyncio.sleep(AGAIN_S)
                continue
            took = perf_counter() - began
            figures = self._figures["now"]
            figures.add(figures.pings, took)
            await asyncio.sleep(max(0.0, BEAT_S - took))

    async def _answered(self) -> None:
        while True:
            self._asked += 1
            number = self._asked
            asked = event("sync_clock", number)
            if number % PICK_EVERY == 0:
                asked = event("pick_racer", number, racer=number // PICK_EVERY % 4)
            try:
                line = await self._connected()
                said = json.loads(await line.ask(number, asked))[0]
            except ConnectionError:
                await asyncio.sleep(AGAIN_S)
                continue
            if not said["ok"]:
                refused = self._figures["now"].refused
                refused[said["code"]] = refused.get(said["code"], 0) + 1
            return

    async def _connected(self) -> Line:
        """Return the connection; one that was lost is made anew, with the seat."""
        async with self._turn:
            return await self._line()

    async def _line(self) -> Line:
        while self.line is None or self.line.lost.done() or not self.line.entered.done():
            line, self.line = self.line, None
            if line is not None and self.code:
                self._figures["now"].dropped += 1
            loop = asyncio.get_running_loop()
            try:
                _, line = await loop.create_connection(Line, "127.0.0.1", self._port, local_addr=(self._source, 0))
                await line.entered
                if self.code:
                    claim = event("resume_room", 0, room=self.code, token=self._token)
                    said = json.loads(await line.ask(0, claim))[0]
                    if not said["ok"]:
                        raise ConnectionError(said["code"])
            except OSError:
                await asyncio.sleep(AGAIN_S)
                continue
            self.line = line
        return self.line


def _said(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        print(repr(task.exception()), file=sys.stderr)


async def fill(port: int, rooms: int) -> None:
    """Make rooms and leave them, from many addresses, because one may not ask for so many."""
    loop = asyncio.get_running_loop()
    turns = asyncio.Semaphore(FILLERS)

    async def some(number: int) -> None:
        source = f"127.0.{3 + number // 250}.{1 + number % 250}"
        async with turns:
            transport, line = await loop.create_connection(Line, "127.0.0.1", port, local_addr=(source, 0))
            await line.entered
            for at in range(FILLED):
                about = {"token": token(), "device": token(), "name": f"Host {number}", "title": f"Room {token()[:20]}"}
                said = await line.ask(at, event("create_room", at, **about))
                if b'"ok":true' not in said[:200]:
                    print(said[:200], file=sys.stderr)
            transport.close()

    await asyncio.gather(*(some(number) for number in range(rooms // FILLED)))


async def party(port: int, others: int) -> None:
    """Let them in, play until standard input ends."""
    await fill(port, others)
    figures = {"now": Figures()}
    tables = [[Player(port, ROOM * at + seat, figures, "127.0.0.1") for seat in range(ROOM)] for at in range(ROOMS)]
    for at, table in enumerate(tables):
        password = "" if at else "correct horse"
        await table[0].enter(None, password)
        for guest in table[1:]:
            await guest.enter(table[0].code, password)
    everybody = [player for table in tables for player in table]
    playing = [asyncio.create_task(player.play()) for player in everybody]
    for task in playing:
        task.add_done_callback(_said)
    print(",".join(table[0].code for table in tables), flush=True)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.readline():
        was, figures["now"] = figures["now"], Figures()
        now = perf_counter()
        waiting = [now - one.waits_since for one in everybody if one.waits_since is not None]
        for seconds in waiting:
            was.add(was.took, seconds)
        said = {
            "answers": was.spread(was.took),
            "pings": was.spread(was.pings),
            "dropped": was.dropped,
            "refused": was.refused,
            "waiting": len([one for one in waiting if one > BEAT_S]),
        }
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("--others", type=int, default=0)
    chosen = parser.parse_args()
    uvloop.run(party(chosen.port, chosen.others))

"""A person who plays on whatever happens: connects again wherever there is a server, takes the seat back, asks again.

It keeps book of all it was told and of all that was acknowledged to it, and notes on the spot what no client may ever
see: an entry out of order, one twice, one that was told differently before. What it holds at the end is for `checks`.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any

import aiohttp
from msgspec import Struct, field
from tests.faults.pauses import pause
from tests.gateway.wire import Guest, Json, connected, token

PATIENCE_S = 40.0
"""How long somebody insists on a command."""
SILENT_S = 15.0
"""A connection without a ping for so long is given up, as the JavaScript client does it: the interval and the time to
answer together."""
PAUSE_S = (0.05, 0.3)
"""Between these, at random, the pause before the next attempt."""
DIAL_S = 3.0
_numbers = itertools.count()

CAN_BE_ASKED_AGAIN = {"busy", "timeout", "too_many", "degraded", "internal"}


class Line(Guest):
    """One connection; what it hears is told at once, and it knows when it heard anything last."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        super().__init__(socket)
        self.hearing: Callable[[str, Json], None] | None = None
        self.alive_at = asyncio.get_running_loop().time()
        self.last_version: int | None = None

    def _take(self, text: str) -> None:
        self.alive_at = asyncio.get_running_loop().time()
        super()._take(text)
        self.traffic.clear()
        if self.hearing is not None:
            self._tell()

    def tell(self, hearing: Callable[[str, Json], None]) -> None:
        """Tell everything to `hearing` from now on, and all that came before first."""
        self.hearing = hearing
        self._tell()

    def _tell(self) -> None:
        assert self.hearing is not None
        heard, self.heard = self.heard, []
        for name, message in heard:
            self.hearing(name, message)


class Dark(Struct, frozen=True):
    """A time without a connection, in the loop's seconds; `recovered` says how it ended."""

    since: float
    until: float
    recovered: bool


class Book(Struct):
    """What a person was told and promised."""

    heard: list[int] = field(default_factory=list)
    """Versions as they came over connections, whatever was asked for."""
    holes: list[int] = field(default_factory=list)
    """Versions before which others were missing, on one connection; they were asked for."""
    retold: list[int] = field(default_factory=list)
    """Versions that it was told in other words before."""
    entries: dict[int, Json] = field(default_factory=dict)
    views: list[int] = field(default_factory=list)
    """Versions of the fresh views it got: what lies before one may be missing."""
    results: dict[str, Json] = field(default_factory=dict)
    finishes: list[str] = field(default_factory=list)
    """Races whose finish was told, in order, each as often as it was told."""
    finished_at: dict[str, float] = field(default_factory=dict)
    commitments: dict[str, str] = field(default_factory=dict)
    acknowledged: list[str] = field(default_factory=list)
    """Keys of the commands that were acknowledged (`domain.identity`)."""
    said: list[str] = field(default_factory=list)
    """Texts whose saying was acknowledged."""
    renamed: str | None = None
    """The newest name whose taking was acknowledged."""
    chat: set[str] = field(default_factory=set)
    """What was said before, as fresh views told it."""
    refused: list[str] = field(default_factory=list)
    delayed: list[bool] = field(default_factory=list)
    """What was told of recording: that it is delayed, and that it no longer is."""
    took: list[float] = field(default_factory=list)
    """Seconds from a question to its answer, whatever the answer was."""
    darks: list[Dark] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Person:
    """Somebody who plays; `doors` gives the address to try next."""

    def __init__(self, name: str, doors: Callable[[], str], dice: Random) -> None:
        self.name = name
        self.book = Book()
        self.code = ""
        self.player = ""
        self.version = 0
        self.token = token()
        self.device = token()
        self.line: Line | None = None
        self._doors = doors
        self._dice = dice
        self._pid = ""
        self._offset: str | None = None
        self._here = asyncio.Event()
        self._news = asyncio.Event()
        self._dark_since: float | None = None
        self._entrance: tuple[str, Json] | None = None
        self._task: asyncio.Task[None] | None = None
        self._filling: set[asyncio.Task[None]] = set()

    def opens(self, **room: Any) -> None:
        """Begin by making a room."""
        self._begin("create_room", room)

    def joins(self, code: str) -> None:
        """Begin by joining a room."""
        self._begin("join_room", {"room": code})

    async def here(self) -> None:
        """Wait until there is a connection with the seat."""
        async with asyncio.timeout(PATIENCE_S):
            await self._here.wait()

    async def until(self, condition: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
        """Wait until something is so in the book; looked at whenever there is news."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def does(self, event: str, **fields: Any) -> Json:
        """Ask for something under one id, again while that may help, and give the last answer."""
        command = f"{self.player}-{next(_numbers)}"
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(PATIENCE_S):
            while True:
                await self._here.wait()
                line, asked = self.line, loop.time()
                reply = await _asked(line, event, {"id": command, **fields}) if line is not None else None
                if reply is not None:
                    self.book.took.append(loop.time() - asked)
                    if reply["ok"]:
                        kind = "".join(word.capitalize() for word in event.split("_"))
                        self.book.acknowledged.append(f"{self.player}:{kind}:{command}")
                        if event == "rename_player":
                            self.book.renamed = fields["name"]
                        return reply
                    if reply["code"] not in CAN_BE_ASKED_AGAIN:
                        self.book.refused.append(f"{event}: {reply['code']}")
                        return reply
                await pause(self._dice, *PAUSE_S)

    async def says(self, text: str) -> None:
        """Say something that nobody else says."""
        if (await self.does("say", text=text))["ok"]:
            self.book.said.append(text)

    async def view(self) -> Json:
        """Ask for everything there is to see."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                await self._here.wait()
                line = self.line
                claim = {"id": f"view-{next(_numbers):04}", "room": self.code, "token": self.token, "version": None}
                reply = await _asked(line, "resume_room", claim) if line is not None else None
                if reply is not None and reply["ok"]:
                    view: Json = reply["view"]
                    return view
                await pause(self._dice, *PAUSE_S)

    async def leaves(self) -> None:
        """Drop the connection for good, without a word."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, *self._filling, return_exceptions=True)

    def cut(self) -> None:
        """Lose the connection now; the next attempt follows as always."""
        if self.line is not None:
            self.line.drop()

    def _begin(self, event: str, fields: Json) -> None:
        about = {"token": self.token, "device": self.device, "name": self.name}
        self._entrance = (event, {"id": f"enter-{next(_numbers):06}", **about, **fields})
        self._task = asyncio.get_running_loop().create_task(self._live(), name=self.name)

    async def _live(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            # Refused, lost or too late: the next attempt may find another server.
            with suppress(aiohttp.ClientError, OSError, TimeoutError, AssertionError):
                await self._one_connection()
            self._here.clear()
            self.line = None
            if self._dark_since is None and self.code:
                self._dark_since = loop.time()
            await pause(self._dice, *PAUSE_S)

    async def _one_connection(self) -> None:
        claim = None
        if self.code:
            claim = {"pid": self._pid, "room": self.code, "token": self.token}
            claim |= {} if self._offset is None else {"offset": self._offset}
        async with asyncio.timeout(DIAL_S) as limit, connected(Line, self._doors(), claim) as line:
            limit.reschedule(None)
            try:
                recovered = line.pid == self._pid
                self._pid = line.pid
                line.tell(lambda name, message: self._hear(line, name, message))
                if recovered or await self._enters(line):
                    self._arrived(line, recovered=recovered)
                    await _ended(line)
            finally:
                self._offset = line.offset or self._offset
                # Without a word: a server that is frozen would not answer a polite end.
                line.drop()

    async def _enters(self, line: Line) -> bool:
        if not self.code:
            assert self._entrance is not None
            event, message = self._entrance
        else:
            event, message = "resume_room", {"id": f"back-{next(_numbers):06}", "room": self.code}
            message |= {"token": self.token, "version": self.version}
        reply = await _asked(line, event, message)
        if reply is None or not reply["ok"]:
            if reply is not None and reply["code"] not in CAN_BE_ASKED_AGAIN:
                self.book.faults.append(f"{self.name} is not let in: {reply['code']}")
            return False
        if reply.get("view") is not None:
            self._see(reply["view"])
        for entry in reply.get("entries") or ():
            self._keep(entry)
        return True

    def _arrived(self, line: Line, *, recovered: bool) -> None:
        now = asyncio.get_running_loop().time()
        self.line = line
        if self._dark_since is not None:
            self.book.darks.append(Dark(self._dark_since, now, recovered))
            self._dark_since = None
        self._here.set()
        self._news.set()

    def _see(self, view: Json, *, filling: bool = False) -> None:
        self.code = view["room"]["room"]
        self.player = view["own"]["player"]
        version = view["room"]["version"]
        if not self.book.views or version > self.version or filling:
            self.book.views.append(version)
        self.version = max(self.version, version)
        self.book.chat |= {message["text"] for message in view["chat"]}
        phase = view["room"]["phase"]
        if "race" in phase and "commitment" in phase:
            self.book.commitments.setdefault(phase["race"], phase["commitment"])

    def _hear(self, line: Line, name: str, message: Json) -> None:
        if name == "entry":
            version = message["version"]
            if line.last_version is not None and version <= line.last_version:
                self.book.faults.append(f"{self.name} heard {version} after {line.last_version} on one connection")
            if line.last_version is not None and version > line.last_version + 1:
                self.book.holes.append(version)
                self._fill(line)
            line.last_version = version
            self.book.heard.append(version)
            self._keep(message)
        elif name == "delayed":
            self.book.delayed.append(message["on"])
        self._news.set()

    def _fill(self, line: Line) -> None:
        """Ask for what is missing, as the web client does when it sees a hole."""
        known = self.version

        async def ask() -> None:
            message = {"id": f"fill-{next(_numbers):04}", "version": known}
            reply = await _asked(line, "catch_up", message)
            if reply is not None and reply["ok"]:
                if reply["view"] is not None:
                    self._see(reply["view"], filling=True)
                for entry in reply["entries"] or ():
                    self._keep(entry)

        task = asyncio.get_running_loop().create_task(ask(), name=f"{self.name} fills a hole")
        self._filling.add(task)
        task.add_done_callback(self._filling.discard)

    def _keep(self, entry: Json) -> None:
        version = entry["version"]
        before = self.book.entries.setdefault(version, entry)
        if before != entry:
            self.book.retold.append(version)
        if before is not entry:
            return
        self.version = max(self.version, version)
        for event in entry["events"]:
            if event["type"] == "race_finished":
                race = event["result"]["card"]["race"]
                self.book.results[race] = event["result"]
                self.book.finishes.append(race)
                self.book.finished_at[race] = asyncio.get_running_loop().time()


async def _asked(line: Line, event: str, message: Json) -> Json | None:
    """Give the answer to a message, or None when the connection ended before it came."""
    asking = asyncio.ensure_future(line.says(event, message))
    ending = asyncio.ensure_future(line.ends())
    try:
        await asyncio.wait((asking, ending), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in (asking, ending):
            one.cancel()
        answer, _ = await asyncio.gather(asking, ending, return_exceptions=True)
    return answer if isinstance(answer, dict) else None


async def _ended(line: Line) -> None:
    """Wait until the connection has ended, or has been silent for too long."""
    loop = asyncio.get_running_loop()
    while line.open:
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.01, line.alive_at + SILENT_S - loop.time())):
                await line.wait_for_end()
        if loop.time() - line.alive_at >= SILENT_S:
            line.drop()
            return

"""Somebody in a room who stays there: comes back whenever the connection is lost, and notices whatever was missed.

They come back as the official client does: first by recovery on the wire, then with their seat token, which gives the
missed entries or a fresh view. They never look at anything but what the server sends.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from typing import Final

import aiohttp
import msgspec
from msgspec import Struct

from paddock.domain.event_views import (
    CountdownStartedView,
    EntryView,
    RaceFinishedView,
    RaceStartedView,
    RunOffOpenedView,
)
from paddock.domain.ids import CommandId, RaceId, RoomId
from paddock.gateway import messages as m
from paddock.gateway import pushes
from paddock.loadtest.connection import Answered, Connection, NotConnected, connect

BEAT_S: Final = 0.25
"""How often somebody looks whether the server still answers; what is dark is known to about this much."""
AGAIN_S: Final = 0.2
_ENTRY: Final = m.type_name(pushes.EntryMessage)


class _Answer(Struct, frozen=True):
    ok: bool
    code: str = ""


class Guest:
    """One person; `urls` gives the address to try next.

    Attributes:
        started: races that were seen to start, in order.
        finished: races whose result was seen, in order.
        gaps: how often an entry came that was not the next one.
        recovered: how often the connection came back with all that was missed.
        afresh: how often the seat token was needed.
        answered_at: when the server last answered (loop time).
    """

    def __init__(self, name: str, urls: Iterator[str], session: aiohttp.ClientSession) -> None:
        self.name = name
        self.room: RoomId | None = None
        self.started: list[RaceId] = []
        self.finished: list[RaceId] = []
        self.gaps = 0
        self.recovered = 0
        self.afresh = 0
        self.answered_at = 0.0
        self._urls = urls
        self._session = session
        self._token, self._device = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        self._pid = ""
        self._offset: str | None = None
        self._version = 0
        self._card: RaceId | None = None
        self._connection: Connection | None = None

    async def live(self) -> None:
        """Be connected, again and again, until cancelled."""
        while True:
            try:
                connection = await self._connect()
            except NotConnected:
                await asyncio.sleep(AGAIN_S)
                continue
            listening = asyncio.create_task(connection.listen())
            try:
                await self._stay(connection, listening)
            except NotConnected:
                pass  # again
            finally:
                self._connection = None
                await connection.close()
                await listening

    async def opens(self, title: str) -> RoomId:
        """Make a room, trying until it is made."""
        message = m.CreateRoom(id=fresh_id(), token=self._token, device=self._device, name=self.name, title=title)
        await self._until_done(message, self._entered)
        assert self.room is not None, "whoever was let in knows where"  # noqa: S101 - for the type checker
        return self.room

    async def joins(self, room: RoomId) -> None:
        """Come into a room, trying until it is done."""
        message = m.JoinRoom(id=fresh_id(), token=self._token, device=self._device, room=room, name=self.name)
        await self._until_done(message, self._entered)

    async def does(self, message: m.ClientMessage) -> bool:
        """Ask once, and say whether it was done; no connection and no answer are a no."""
        connection = self._connection
        try:
            return connection is not None and await self._asked(connection, message)
        except NotConnected:
            return False

    async def history(self) -> tuple[RaceId, ...] | None:
        """Give the finished races that the room shows; None when nobody answers."""
        connection = self._connection
        if connection is None or self.room is None:
            return None
        message = m.ResumeRoom(id=fresh_id(), room=self.room, token=self._token)
        try:
            answer = await connection.ask(m.type_name(m.ResumeRoom), message)
        except NotConnected:
            return None
        if not msgspec.json.decode(answer, type=_Answer).ok:
            return None
        view = msgspec.json.decode(answer, type=m.Resumed).view
        return tuple(line.race for line in view.history) if view is not None else None

    async def _until_done(self, message: m.ClientMessage, then: Answered) -> None:
        while True:
            connection = self._connection
            try:
                # The same id each time: it is done once.
                if connection is not None and await self._asked(connection, message, then):
                    return
            except NotConnected:
                pass  # again
            await asyncio.sleep(AGAIN_S)

    async def _connect(self) -> Connection:
        auth: dict[str, str] = {}
        if self.room is not None:
            auth = {"room": self.room, "token": self._token}
            auth |= {"pid": self._pid} if self._pid else {}
            auth |= {"offset": self._offset} if self._offset is not None else {}
        url = next(self._urls)
        return await connect(self._session, url, auth, self._heard, self.room or "")

    async def _stay(self, connection: Connection, listening: asyncio.Task[None]) -> None:
        if self.room is not None:
            if self._pid and connection.pid == self._pid:
                self.recovered += 1
            else:
                self.afresh += 1
                message = m.ResumeRoom(id=fresh_id(), room=self.room, token=self._token, version=self._version)
                if not await self._asked(connection, message, self._resumed):
                    await asyncio.sleep(AGAIN_S)
                    return  # with another connection, perhaps to another server
        self._pid = connection.pid
        self._connection = connection
        while not listening.done():
            await self._asked(connection, m.SyncClock(id=fresh_id()))
            await asyncio.wait((listening,), timeout=BEAT_S)

    async def _asked(self, connection: Connection, message: m.ClientMessage, then: Answered | None = None) -> bool:
        answer = await connection.ask(m.type_name(type(message)), message, then)
        self.answered_at = asyncio.get_running_loop().time()
        return msgspec.json.decode(answer, type=_Answer).ok

    def _entered(self, answer: bytes) -> None:
        if msgspec.json.decode(answer, type=_Answer).ok:
            view = msgspec.json.decode(answer, type=m.Entered).view
            self.room, self._version = view.room.room, view.room.version

    def _resumed(self, answer: bytes) -> None:
        if not msgspec.json.decode(answer, type=_Answer).ok:
            return
        resumed = msgspec.json.decode(answer, type=m.Resumed)
        for entry in resumed.entries or ():
            self._entry(entry)
        if resumed.view is not None:
            self._version = resumed.view.room.version

    def _heard(self, name: str, message: bytes, offset: str | None) -> None:
        if name == _ENTRY:
            self._entry(msgspec.json.decode(message, type=pushes.EntryMessage))
        if offset is not None:
            self._offset = offset

    def _entry(self, entry: EntryView) -> None:
        if self.room is None or entry.version <= self._version:
            return  # known already
        if entry.version != self._version + 1:
            self.gaps += 1
        self._version = entry.version
        for event in entry.events:
            match event:
                case CountdownStartedView(card=card) | RunOffOpenedView(card=card):
                    self._card = card.race
                case RaceStartedView() if self._card is not None:
                    self.started.append(self._card)
                case RaceFinishedView(result=result):
                    self.finished.append(result.card.race)
                case _:
                    pass


def fresh_id() -> CommandId:
    """Make the id of one command."""
    return CommandId(secrets.token_urlsafe(16))

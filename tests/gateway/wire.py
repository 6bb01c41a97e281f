"""A guest on the wire: a raw Socket.IO client over WebSocket that keeps every byte it was sent."""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

import aiohttp
from tests.waiting import LIMIT_S

_ids = itertools.count()

Json = dict[str, Any]
G = TypeVar("G", bound="Guest")


def token() -> str:
    """Make a seat or device token as a browser does."""
    return secrets.token_urlsafe(32)


class NotLetInError(Exception):
    """The server answered CONNECT with something else."""


class Guest:
    """One connection; `traffic` is all text it got, `heard` the events among it as (name, argument)."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._acks: dict[int, asyncio.Future[Json]] = {}
        self._numbers = itertools.count()
        self._news = asyncio.Condition()
        self.traffic: list[str] = []
        self.heard: list[tuple[str, Json]] = []
        self.open = True
        self.pid = ""
        self.offset: str | None = None
        self.token = token()
        self.device = token()
        self.code = ""
        self.player = ""

    async def asks(self, event: str, command: str = "", **fields: Any) -> Json:
        """Send a message with a new id (or this one) and give its acknowledgement."""
        return await self.says(event, {"id": command or f"command-{next(_ids)}", **fields})

    async def says(self, event: str, *args: object) -> Json:
        """Send any event with any arguments and give its acknowledgement."""
        number = next(self._numbers)
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._acks[number] = answer
        await self._socket.send_str(f"42{number}" + json.dumps([event, *args]))
        return await asyncio.wait_for(answer, LIMIT_S)

    async def sends_raw(self, packet: str) -> None:
        """Send any text as a frame."""
        await self._socket.send_str(packet)

    async def opens(self, **fields: Any) -> Json:
        """Make a room and sit down in it."""
        reply = await self.asks("create_room", **{"token": self.token, "device": self.device, "name": "Mina", **fields})
        return self._in(reply)

    async def joins(self, code: str, name: str = "Jun", **fields: Any) -> Json:
        """Come into a room."""
        reply = await self.asks("join_room", room=code, token=self.token, device=self.device, name=name, **fields)
        return self._in(reply)

    async def resumes(self, code: str, seat: str, version: int | None = None) -> Json:
        """Come back to the seat of a token."""
        self.token = seat
        return self._in(await self.asks("resume_room", room=code, token=seat, version=version))

    def _in(self, reply: Json) -> Json:
        if reply["ok"] and reply.get("view") is not None:
            self.code = reply["view"]["room"]["room"]
            self.player = reply["view"]["own"]["player"]
        return reply

    async def hears(self, name: str, wanted: Callable[[Json], bool] = lambda _: True, *, after: int = 0) -> Json:
        """Wait until an event of this name, for which `wanted` holds, is among those heard from `after` on."""

        def found() -> Json | None:
            return next((arg for event, arg in self.heard[after:] if event == name and wanted(arg)), None)

        async with self._news:
            async with asyncio.timeout(LIMIT_S):
                await self._news.wait_for(lambda: found() is not None or not self.open)
        result = found()
        assert result is not None, f"the connection ended before {name} came"
        return result

    async def hears_of(self, kind: str, *, after: int = 0) -> Json:
        """Wait for an entry that holds an event of this type, and give the event."""

        def has(entry: Json) -> bool:
            return any(event["type"] == kind for event in entry["events"])

        entry = await self.hears("entry", has, after=after)
        event: Json = next(event for event in entry["events"] if event["type"] == kind)
        return event

    async def ends(self) -> None:
        """Wait until the server has ended the connection or this namespace."""
        async with asyncio.timeout(LIMIT_S):
            await self.wait_for_end()

    async def wait_for_end(self) -> None:
        """Wait until the connection or this namespace has ended, however long that takes."""
        async with self._news:
            await self._news.wait_for(lambda: not self.open)

    def drop(self) -> None:
        """Lose the connection on the spot, as when the network goes."""
        link = self._socket.get_extra_info("socket")
        if link is not None:
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)

    async def leaves(self) -> None:
        """Drop the connection without a word."""
        await self._socket.close()

    async def listen(self) -> None:
        """Take in what comes until the connection ends."""
        async for message in self._socket:
            async with self._news:
                self._take(message.data)
                self._news.notify_all()
            if message.data == "2":
                await self._socket.send_str("3")
        async with self._news:
            self.open = False
            self._news.notify_all()

    def _take(self, text: str) -> None:
        self.traffic.append(text)
        if text.startswith("41"):
            self.open = False
        elif text.startswith("42"):
            name, *args = json.loads(text[2:])
            self.heard.append((name, args[0]))
            if isinstance(args[-1], str):
                self.offset = args[-1]
        elif text.startswith("43"):
            number = text[2 : text.index("[")]
            self._acks.pop(int(number)).set_result(json.loads(text[2 + len(number) :])[0])


@asynccontextmanager
async def guest(url: str, auth: Json | None = None, *, source: str | None = None) -> AsyncIterator[Guest]:
    """Connect one guest to the default namespace; `auth` is what its CONNECT packet shows.

    `source` is where a proxy says they come from; the server believes it if it trusts this machine.
    """
    async with connected(Guest, url, auth, source=source) as who:
        yield who


@asynccontextmanager
async def connected(
    kind: type[G], url: str, auth: Json | None = None, *, source: str | None = None
) -> AsyncIterator[G]:
    """Connect a guest of some kind; the rest as for `guest`."""
    headers = {"X-Forwarded-For": source} if source is not None else None
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{url}/socket.io/?EIO=4&transport=websocket", headers=headers) as link,
    ):
        opened = await link.receive_str(timeout=LIMIT_S)
        assert opened.startswith("0{")
        await link.send_str("40" + ("" if auth is None else json.dumps(auth)))
        greeting = await link.receive_str(timeout=LIMIT_S)
        assert greeting.startswith("40{"), greeting
        who = kind(link)
        who.pid = json.loads(greeting[2:])["pid"]
        listening = asyncio.create_task(who.listen())
        try:
            yield who
        finally:
            await link.close()
            await listening

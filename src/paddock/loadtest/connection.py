"""One Socket.IO connection over WebSocket, as any client would make it; it never reconnects by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count
from typing import Final

import aiohttp
import msgspec
from msgspec import Raw, Struct

CONNECT_S: Final = 2.0
ANSWER_S: Final = 2.0
_PATH: Final = "/socket.io/?EIO=4&transport=websocket"

Heard = Callable[[str, bytes, str | None], None]
"""Takes the name of an event, the JSON of its argument, and the offset that came with it."""
Answered = Callable[[bytes], None]


class NotConnected(Exception):  # noqa: N818 - an answer, not an error
    """There is no connection, or no longer; the text says why."""


class _Greeting(Struct, frozen=True):
    pid: str = ""


class Connection:
    """A connection that stands; `pid` names the client's state to the server."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, pid: str, heard: Heard) -> None:
        self.pid = pid
        self._socket = socket
        self._heard = heard
        self._numbers = count()
        self._answers: dict[int, tuple[asyncio.Future[bytes], Answered | None]] = {}

    async def ask(self, event: str, message: Struct, then: Answered | None = None) -> bytes:
        """Send a message and give the JSON of its acknowledgement; `then` gets it before anything that came after it.

        Raises:
            NotConnected: no acknowledgement came in time.
        """
        number = next(self._numbers)
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer, then
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._socket.send_str(f"42{number}" + msgspec.json.encode([event, message]).decode())
                return await answer
        except (TimeoutError, ConnectionError) as error:
            raise NotConnected(f"{event} was not acknowledged") from error
        finally:
            self._answers.pop(number, None)

    async def listen(self) -> None:
        """Take in what comes until the connection ends."""
        try:
            async for message in self._socket:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    continue
                text: str = message.data
                if text == "2":
                    await self._socket.send_str("3")
                elif text.startswith("41"):
                    return
                else:
                    self._take(text)
        except ConnectionError:
            return
        finally:
            for answer, _ in self._answers.values():
                if not answer.done():
                    answer.set_exception(NotConnected("the connection ended"))

    async def close(self) -> None:
        """Hang up."""
        await self._socket.close()

    def _take(self, text: str) -> None:
        if text.startswith("42"):
            name, *args = msgspec.json.decode(text[2:], type=list[Raw])
            offset = bytes(args[-1]) if len(args) > 1 else b""
            told = msgspec.json.decode(offset, type=str) if offset.startswith(b'"') else None
            self._heard(msgspec.json.decode(name, type=str), bytes(args[0]), told)
        elif text.startswith("43"):
            digits, bracket, rest = text[2:].partition("[")
            answer, then = self._answers.get(int(digits), (None, None))
            if answer is not None and not answer.done():
                (said,) = msgspec.json.decode(bracket + rest, type=list[Raw])
                if then is not None:
                    then(bytes(said))
                answer.set_result(bytes(said))


async def connect(
    session: aiohttp.ClientSession, url: str, auth: dict[str, str], heard: Heard, room: str = ""
) -> Connection:
    """Connect to the default namespace, showing `auth`; `room` is named to balancers.

    Raises:
        NotConnected: nobody answers in time, or the server lets nobody in.
    """
    try:
        async with asyncio.timeout(CONNECT_S):
            socket = await session.ws_connect(url + _PATH + (f"&room={room}" if room else ""))
            try:
                opened = await socket.receive_str()
                await socket.send_str("40" + msgspec.json.encode(auth).decode())
                greeting = await socket.receive_str()
                if not (opened.startswith("0") and greeting.startswith("40")):
                    raise NotConnected(f"the server said {greeting[:100]}")
                pid = msgspec.json.decode(greeting[2:], type=_Greeting).pid
            except BaseException:
                await socket.close()
                raise
    except (OSError, TimeoutError, TypeError, aiohttp.ClientError) as error:
        raise NotConnected(f"{url} does not let anybody in: {error!r}") from error
    return Connection(socket, pid, heard)

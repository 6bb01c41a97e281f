"""Not a server: the least that any Python server on uvloop has to do for the same bytes, to show what can be saved.

One read and one write per event, one write per delivery; answers are looked up whole. It understands nothing, checks
nothing, keeps nothing but the connection. Lines on standard input: see control.py.
"""

from __future__ import annotations

import asyncio
from typing import cast

from aiohttp import web
from bench.realtime import wire
from bench.realtime.control import serve

ANSWERS = {wire.question(number): wire.answer(number) for number in range(10_000)}
SWITCH = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
OPEN = wire.plain(b'0{"sid":"01234567890123456789","upgrades":[],"pingInterval":300000,"pingTimeout":200000}')
WELCOME = SWITCH + wire.ACCEPT + b"\r\n\r\n" + OPEN
CONNECTED = wire.plain(b'40{"sid":"01234567890123456789"}')
FAREWELL = b"\x88\x02\x03\xe8"  # close, 1000

inside: set[asyncio.Transport] = set()


class Floor(asyncio.Protocol):
    """One connection."""

    __slots__ = ("_transport",)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the handshake."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer what the load client is known to send."""
        answer = ANSWERS.get(data)
        if answer is not None:
            self._transport.write(answer)
        elif data == wire.CONNECT:
            inside.add(self._transport)
            self._transport.write(CONNECTED)
        elif data == wire.GOODBYE:
            self._transport.write(FAREWELL)
            self._transport.close()
        else:
            self._transport.write(WELCOME)

    def connection_lost(self, error: Exception | None) -> None:
        """Forget the connection."""
        inside.discard(self._transport)


class FloorSite(web.BaseSite):
    """Where the connections come in."""

    @property
    def name(self) -> str:
        """Return what it is."""
        return "floor"

    async def start(self) -> None:
        """Begin to listen."""
        await super().start()
        self._server = await asyncio.get_running_loop().create_server(Floor, "127.0.0.1", 0, backlog=511)


async def broadcast(text: str) -> None:
    """Tell everybody."""
    frame = wire.plain(b'42["news","' + text.encode() + b'"]')
    for transport in inside:
        transport.write(frame)


serve(web.Application(), FloorSite, broadcast, lambda: len(inside))

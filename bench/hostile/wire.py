"""Bytes of hostile and honest clients: requests, masked frames, and connections that send as fast as a socket takes.

Nothing here is careful: frames are masked with zeros, so that a block can be made once and sent for ever.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import socket
from collections import Counter
from itertools import count

TEXT, BINARY, CLOSE, PING, PONG = 0x81, 0x82, 0x88, 0x89, 0x8A
WANTED = 1 << 18
PATIENCE_S = 10.0
TCP_ESTABLISHED = 1
IP_BIND_ADDRESS_NO_PORT = 24
"""Of Linux; the socket module does not name it."""
_numbers = count()
_code = re.compile(rb'"code":"(\w+)"')
_status = re.compile(rb"HTTP/1\.1 (\d\d\d)")
_closed = re.compile(rb"\x88([\x02-\x7d])(..)([ -~]*)$", re.DOTALL)


def masked(first: int, payload: bytes) -> bytes:
    """Return a client's frame with a mask of zeros."""
    size = len(payload)
    if size < 126:
        head = bytes((first, 0x80 | size))
    elif size < 65_536:
        head = bytes((first, 0xFE)) + size.to_bytes(2, "big")
    else:
        head = bytes((first, 0xFF)) + size.to_bytes(8, "big")
    return head + bytes(4) + payload


def event(name: str, number: int | None = None, /, **fields: object) -> bytes:
    """Return a Socket.IO event of the game, with an id of its own; `number` asks for an acknowledgement."""
    message = {"id": f"command-{next(_numbers):08}", **fields}
    return f"42{'' if number is None else number}".encode() + json.dumps([name, message]).encode()


def token() -> str:
    """Return a seat or device token as a browser makes it."""
    return secrets.token_urlsafe(32)


def request(path: str, *headers: str, method: str = "GET", body: bytes = b"", host: str = "127.0.0.1") -> bytes:
    """Return an HTTP request; a body brings its length along."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *headers]
    if body or method != "GET":
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


SOCKET = "/socket.io/?EIO=4&transport=websocket"
POLLING = "/socket.io/?EIO=4&transport=polling"
UPGRADE = (
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
)


class Gone(ConnectionError):  # noqa: N818 - an answer, not an error
    """The server has ended the connection, or never opened it."""


class Target:
    """The server under attack, and the book of what attackers got from it.

    Attributes:
        got: answers by name, refusals by code, ends of connections by code.
        sources: addresses of this machine that attackers come from, or none.
    """

    def __init__(self, port: int, sources: list[str], rooms: list[str]) -> None:
        self.port = port
        self.sources = sources
        self.rooms = rooms
        self.got: Counter[str] = Counter()

    def source(self, number: int) -> str | None:
        """Return the address that an attacker comes from."""
        return self.sources[number % len(self.sources)] if self.sources else None

    async def call(self, number: int, receive_buffer: int | None = None) -> Link:
        """Open a connection."""
        link = socket.socket()
        link.setblocking(False)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if receive_buffer is not None:
            # The bytes nobody reads wait in the server, not in this machine's kernel.
            link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        source = self.source(number)
        if source is not None:
            # The port is chosen on connecting: thousands of connections may come from one address.
            link.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
            link.bind((source, 0))
        try:
            async with asyncio.timeout(PATIENCE_S):
                await asyncio.get_running_loop().sock_connect(link, ("127.0.0.1", self.port))
        except (OSError, TimeoutError) as error:
            link.close()
            self.got[f"connect: {type(error).__name__}"] += 1
            raise Gone from error
        self.got["connections"] += 1
        return Link(link, self.got)

    async def enter(self, number: int, auth: bytes = b"", receive_buffer: int | None = None) -> Link:
        """Come into the default namespace over WebSocket."""
        link = await self.call(number, receive_buffer)
        try:
            async with asyncio.timeout(PATIENCE_S):
                await link.send(request(SOCKET, *UPGRADE))
                await link.until(b'0{"sid"')
                await link.send(masked(TEXT, b"40" + auth))
                await link.until(b'40{"sid"')
        except TimeoutError:
            self.got["not let in for 10 s"] += 1
            link.close()
            raise Gone from None
        except BaseException:
            link.close()
            raise
        return link

    async def polling(self, number: int, *headers: str) -> tuple[Link, str]:
        """Open a polling session; return its connection and session id."""
        link = await self.call(number)
        try:
            async with asyncio.timeout(PATIENCE_S):
                await link.send(request(POLLING, *headers))
                said = await link.until(b'"upgrades"')
        except BaseException as error:
            link.close()
            if isinstance(error, TimeoutError):
                raise Gone from error
            raise
        found = re.search(rb'"sid":"([^"]+)"', said)
        assert found is not None
        return link, found[1].decode()


class Link:
    """A raw connection."""

    def __init__(self, link: socket.socket, got: Counter[str]) -> None:
        self._socket = link
        self._loop = asyncio.get_running_loop()
        self._tail = b""
        self.got = got

    async def send(self, data: bytes) -> None:
        """Send all of it, however long the server takes."""
        try:
            await self._loop.sock_sendall(self._socket, data)
        except OSError as error:
            raise Gone from error

    async def read(self) -> bytes:
        """Return what came, note what it says; `Gone` at the end."""
        try:
            data = await self._loop.sock_recv(self._socket, WANTED)
        except OSError as error:
            self.got[f"cut off: {type(error).__name__}"] += 1
            raise Gone from error
        if not data:
            self._ended()
            raise Gone
        self._note(data)
        self._tail = (self._tail + data[-200:])[-200:]
        return data

    async def until(self, mark: bytes) -> bytes:
        """Read until these bytes have come, and return all that was read."""
        data = b""
        while mark not in data:
            data += await self.read()
            refused = _status.match(data)
            if refused is not None and refused[1] not in (b"101", b"200"):
                raise Gone
        return data

    async def drain(self) -> None:
        """Read until the server ends the connection."""
        try:
            while True:
                await self.read()
        except Gone:
            return

    async def flood(self, block: bytes, first: bytes = b"") -> None:
        """Send a block for ever, after what comes first, and read answers, until the server ends the connection."""
        reading = asyncio.create_task(self.drain())
        writing = asyncio.create_task(self._write(first, block))
        try:
            await asyncio.wait((reading, writing), return_when=asyncio.FIRST_COMPLETED)
            if not reading.done():
                # The last words of the server may say why.
                await asyncio.wait((reading,), timeout=1)
        finally:
            for one in (reading, writing):
                one.cancel()
            await asyncio.gather(reading, writing, return_exceptions=True)
            self.close()

    @property
    def established(self) -> bool:
        """Whether the connection stands, as the kernel says without anything being read."""
        return self._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == TCP_ESTABLISHED

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    async def _write(self, first: bytes, block: bytes) -> None:
        try:
            await self.send(first)
            while True:
                await self.send(block)
                self.got["sent KB"] += len(block) >> 10
                # Never the only one at work here, however fast the server reads.
                await asyncio.sleep(0)
        except Gone:
            return

    def _note(self, data: bytes) -> None:
        for code in _code.findall(data):
            self.got[code.decode()] += 1
        for status in _status.findall(data):
            if status != b"101":
                self.got[f"HTTP {status.decode()}"] += 1
        self.got["ok"] += data.count(b'"ok":true')

    def _ended(self) -> None:
        found = _closed.search(self._tail)
        if found is not None and found[1][0] == len(found[2]) + len(found[3]):
            self.got[f"closed {int.from_bytes(found[2], 'big')} {found[3].decode()}".rstrip()] += 1
        else:
            self.got["closed"] += 1

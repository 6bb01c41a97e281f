"""Three kinds of hostile clients, each of which comes back as soon as it is thrown out: `... attack PORT`.

Prints `ready` once all are at it, and what they did (JSON) when standard input ends. Runs at a low priority: in earnest
these clients have machines of their own.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from collections import Counter
from collections.abc import Awaitable, Callable

import uvloop

DEAF = 20
SILENT = 1_000
BOMBS = 20
ATTACHMENTS = 10
ATTACHMENT_BYTES = 99_000
"""Ten of them stay just below the server's limit; the last one never comes."""
ESTABLISHED = 1
"""TCP_ESTABLISHED of the kernel."""

HANDSHAKE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
POLLING = b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: h\r\n\r\n"

done: Counter[str] = Counter()


def text(payload: bytes) -> bytes:
    """Return a short text frame with a mask of zeros."""
    return bytes((0x81, 0x80 | len(payload))) + bytes(4) + payload


async def call(port: int, receive_buffer: int | None = None) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a connection."""
    link = socket.socket()
    link.setblocking(False)
    if receive_buffer is not None:
        # The bytes nobody reads wait in the server, not in this machine's kernel.
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    await asyncio.get_running_loop().sock_connect(link, ("127.0.0.1", port))
    return await asyncio.open_connection(sock=link)


async def enter(port: int, receive_buffer: int | None = None) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Come into the default namespace over WebSocket."""
    reader, writer = await call(port, receive_buffer)
    writer.write(HANDSHAKE)
    await reader.readuntil(b'0{"sid"')
    writer.write(text(b"40"))
    await reader.readuntil(b'40{"sid"')
    return reader, writer


async def be_deaf(port: int, number: int) -> None:
    """Enter, and never read again; notice the end by what the kernel says of the connection."""
    _, writer = await enter(port, 8_192)
    transport = writer.transport
    transport.pause_reading()  # type: ignore[attr-defined]  # a read transport
    link = transport.get_extra_info("socket")
    while link.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == ESTABLISHED:  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(0.1)
    done["thrown out while deaf"] += 1
    transport.abort()


async def be_silent(port: int, number: int) -> None:
    """Say nothing at all, half a request line, or nothing after the handshake, on either transport."""
    reader, writer = await call(port)
    writer.write((b"", b"GET /socket.io/?EIO=4&tr", HANDSHAKE, POLLING)[number % 4])
    while await reader.read(65_536):
        pass
    done["thrown out while silent"] += 1
    writer.close()


async def throw_bombs(port: int, number: int) -> None:
    """Announce ten attachments and send nine and a half; every other client sends more than is allowed."""
    reader, writer = await enter(port)
    writer.write(text(b'45%d-["echo"]' % ATTACHMENTS))
    size = ATTACHMENT_BYTES * (1 + number % 2)
    frame = bytes((0x82, 0xFF)) + size.to_bytes(8, "big") + bytes(4) + bytes(size)
    writer.write(frame * (ATTACHMENTS - 1) + frame[: size // 2])
    while await reader.read(1 << 20):
        pass
    done["bombs gone off"] += 1
    writer.close()


async def again_and_again(act: Callable[[int, int], Awaitable[None]], port: int, number: int) -> None:
    """Do it for ever; a server that does not let one in is asked again a little later."""
    while True:
        try:
            await act(port, number)
        except (OSError, EOFError):
            await asyncio.sleep(0.2)


async def attack(port: int) -> None:
    """Attack until standard input ends."""
    kinds = ((be_deaf, DEAF), (be_silent, SILENT), (throw_bombs, BOMBS))
    tasks = [asyncio.create_task(again_and_again(act, port, at)) for act, count in kinds for at in range(count)]
    await asyncio.sleep(1)
    print("ready", flush=True)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    print(json.dumps(done), flush=True)


if __name__ == "__main__":
    os.nice(10)
    uvloop.run(attack(int(sys.argv[1])))

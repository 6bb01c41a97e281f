"""Clients that send without end, each kind in its own way: `... floods PORT EACH` in a process of its own."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress

from .level import HANDSHAKE


def masked(first: int, payload: bytes = b"") -> bytes:
    """A frame with a mask of zeros."""
    size = len(payload)
    length = bytes((0x80 | size,)) if size < 126 else bytes((0x80 | 126, size >> 8, size & 255))
    return bytes((first,)) + length + bytes(4) + payload


TEXT, PART, MORE, PING, PONG = 0x81, 0x01, 0x00, 0x89, 0x8A

FLOODS: dict[str, tuple[bytes, bytes]] = {
    "unknown event": (b"", masked(TEXT, b'421["nope",{}]')),
    "slow event": (b"", masked(TEXT, b'421["wait"]')),
    "ping": (b"", masked(PING)),
    "pong": (b"", masked(PONG)),
    "noop": (b"", masked(TEXT, b"6")),
    "empty fragments": (masked(PART, b"4"), masked(MORE)),
    "one-byte fragments": (masked(PART, b"4"), masked(MORE, b"2")),
    "pings in fragments": (masked(PART, b"4"), masked(MORE, b"2") + masked(PING)),
    "unknown namespace": (b"", masked(TEXT, b"40/nowhere,")),
    "in and out": (b"", masked(TEXT, b"41") + masked(TEXT, b'40{"pid":"x","offset":"y"}')),
    "nested": (b"", masked(TEXT, b'42["nope",' + b"[" * 30 + b"]" * 30 + b",[]" * 500 + b"]")),
}
"""By kind: what is sent once, and what is sent for ever. `nope` is no event of the server."""


async def flood(port: int, kind: str) -> None:
    """Send for ever, and come back whenever the server has had enough."""
    once, forever = FLOODS[kind]
    chunk = forever * max(1, 65_536 // len(forever))
    while True:
        with suppress(OSError, EOFError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(HANDSHAKE["websocket"])
                await reader.readuntil(b'0{"sid"')
                writer.write(masked(TEXT, b"40"))
                await reader.readuntil(b"40{")
                writer.write(once)
                swallow = asyncio.ensure_future(_swallow(reader, writer))
                try:
                    while not writer.is_closing():
                        writer.write(chunk)
                        await writer.drain()
                finally:
                    swallow.cancel()
            finally:
                writer.close()
        await asyncio.sleep(0.01)


async def _swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while await reader.read(1 << 20):
            pass
    writer.close()


async def _main(port: int, each: int) -> None:
    await asyncio.gather(*(flood(port, kind) for kind in FLOODS for _ in range(each)))


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), int(sys.argv[2])))

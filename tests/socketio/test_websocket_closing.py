"""RFC 6455, section 5.5.1: one close frame each way, then the end."""

from __future__ import annotations

import asyncio

import pytest
from tests.socketio.harness import reference_server, running
from tests.waiting import LIMIT_S

HANDSHAKE = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
MASK = b"\0\0\0\0"
"""Masks nothing, which keeps the bytes readable."""


def masked(opcode: int, payload: bytes) -> bytes:
    return bytes([0x80 | opcode, 0x80 | len(payload)]) + MASK + payload


async def frames(reader: asyncio.StreamReader) -> list[tuple[int, bytes]]:
    """Read frames, all of them short, until the stream ends."""
    found = []
    while header := await reader.read(2):
        found.append((header[0] & 0x0F, await reader.readexactly(header[1] & 0x7F)))
    return found


@pytest.mark.parametrize("connected", [True, False], ids=["in a namespace", "before CONNECT"])
async def test_a_clients_close_is_answered_once(connected: bool) -> None:
    # It was answered twice: by the reader, and by the session that the reader told; Chromium reports that as an error.
    async with running(reference_server()) as stand, asyncio.timeout(LIMIT_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", stand.port)
        writer.write(HANDSHAKE.encode())
        await reader.readuntil(b"\r\n\r\n")
        if connected:
            writer.write(masked(1, b"40"))
        writer.write(masked(8, b"\x03\xe8"))
        closes = [payload for opcode, payload in await frames(reader) if opcode == 8]
        assert closes == [b"\x03\xe8"]
        writer.close()

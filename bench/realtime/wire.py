"""The bytes a Socket.IO client sends and expects over WebSocket: handshake, frames, packets.

Pure. Never parses what it can compare: the answers of all servers are known to the byte.
Source: RFC 6455, sections 4.1 and 5.2; the Engine.IO (4) and Socket.IO (5) protocols.
"""

from __future__ import annotations

PAYLOAD = 200
"""Characters of the text in every event."""

MASK = bytes((0x37, 0xFA, 0x21, 0x3D))
"""A masking key as good as any other: a server has to unmask, whatever the key."""

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
"""The nonce of RFC 6455 and what a server has to make of it."""


class BadAnswer(Exception):  # noqa: N818 - named for what came
    """A server sent something else than what it has to send."""


def handshake(host: str) -> bytes:
    """Return the request that opens a Socket.IO session straight over WebSocket, with a browser's headers.

    It offers no compression: aiohttp would accept it, and python-socketio then compress each message for each client.
    """
    lines = (
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
        f"Host: {host}",
        "Connection: Upgrade",
        "Pragma: no-cache",
        "Cache-Control: no-cache",
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
        "Upgrade: websocket",
        f"Origin: http://{host}",
        "Sec-WebSocket-Version: 13",
        "Accept-Encoding: gzip, deflate",
        "Accept-Language: ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7",
        f"Sec-WebSocket-Key: {KEY}",
        "",
        "",
    )
    return "\r\n".join(lines).encode()


def masked(opcode: int, payload: bytes) -> bytes:
    """Return a frame as a client has to send it."""
    size = len(payload)
    head = bytes((0x80 | opcode, 0x80 | size)) if size < 126 else bytes((0x80 | opcode, 0xFE)) + size.to_bytes(2, "big")
    return head + MASK + bytes(byte ^ MASK[at % 4] for at, byte in enumerate(payload))


def plain(payload: bytes) -> bytes:
    """Return a text frame as a server has to send it."""
    size = len(payload)
    head = bytes((0x81, size)) if size < 126 else bytes((0x81, 126)) + size.to_bytes(2, "big")
    return head + payload


def first_frame(data: bytes) -> tuple[bytes, int] | None:
    """Return the first text frame of a server and the bytes it takes, or None if it is not whole yet.

    Raises:
        BadAnswer: something else begins there.
    """
    if len(data) < 2:
        return None
    if data[0] != 0x81 or data[1] > 126:
        raise BadAnswer(f"not a short text frame: {data[:80]!r}")
    size, start = data[1], 2
    if size == 126:
        if len(data) < 4:
            return None
        size, start = int.from_bytes(data[2:4], "big"), 4
    end = start + size
    return (data[start:end], end) if len(data) >= end else None


def text(number: int) -> bytes:
    """Return the text that event `number` carries."""
    return str(number).rjust(PAYLOAD, ".").encode()


def news(number: int) -> bytes:
    """Return the frame of broadcast `number`."""
    return plain(b'42["news","' + text(number) + b'"]')


def question(number: int) -> bytes:
    """Return the frame of an event that wants acknowledgement `number`."""
    return masked(1, b'42%d["echo","' % number + text(number) + b'"]')


def answer(number: int) -> bytes:
    """Return the frame of acknowledgement `number`."""
    return plain(b'43%d["' % number + text(number) + b'"]')


CONNECT = masked(1, b"40")
GOODBYE = masked(8, (1000).to_bytes(2, "big"))

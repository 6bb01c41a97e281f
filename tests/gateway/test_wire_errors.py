"""Whatever is wrong with a request, the answer has the headers of every answer, and no version of any library.

What broke: what aiohttp could not read was answered as `Server: Python/3.11 aiohttp/3.x`, with a quotation of the bytes
and without any security header; a client that was too slow got no header at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from tests.gateway.conftest import House, MakeHouse
from tests.waiting import LIMIT_S

from paddock.api.headers import SECURITY_HEADERS

HOST = b"Host: 127.0.0.1\r\n"
EVIL = b"<script>alert(1)</script>"

ODD: dict[str, tuple[int, bytes]] = {
    "no request at all": (400, b"\x16\x03\x01\x02\x00\x01\xff\r\n\r\n"),
    "a method of signs": (400, b"G<T / HTTP/1.1\r\n" + HOST + b"\r\n"),
    "no version": (400, b"GET /" + EVIL + b" FTP/9\r\n" + HOST + b"\r\n"),
    "a field without a name": (400, b"GET / HTTP/1.1\r\n" + HOST + b": " + EVIL + b"\r\n\r\n"),
    "two lengths": (400, b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"),
    "a length that is none": (400, b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n"),
    "a field that is too long": (400, b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"x" * 9_000 + b"\r\n\r\n"),
    "headers without end": (431, b"GET / HTTP/1.1\r\n" + HOST + (b"X: " + b"x" * 1_000 + b"\r\n") * 70),
    "a method that is not for this": (405, b"DELETE /healthz HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a method that nobody knows": (400, b"BREW /healthz HTTP/1.1\r\n" + HOST + b"\r\n"),
    "an expectation": (417, b"POST /api/profiles/me/move HTTP/1.1\r\n" + HOST + b"Expect: tea\r\n\r\n"),
    "nothing there": (404, b"GET /assets/nothing.js HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a body that is too large": (
        413,
        b"POST /api/profiles/me/move HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
        b"Authorization: Bearer " + b"a" * 43 + b"\r\nContent-Length: 70000\r\n\r\n" + b" " * 70_000,
    ),
    "an odd realtime request": (400, b"GET /socket.io/?EIO=3&transport=polling HTTP/1.1\r\n" + HOST + b"\r\n"),
    "an unknown session": (
        400,
        b"GET /socket.io/?EIO=4&transport=polling&sid=nothing HTTP/1.1\r\n" + HOST + b"\r\n",
    ),
}


@pytest.fixture
async def open_house(make_house: MakeHouse) -> AsyncIterator[House]:
    yield await make_house()


async def says(house: House, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send bytes, and give status, headers and body of the first answer."""
    address = urlsplit(house.url)
    async with asyncio.timeout(LIMIT_S):
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        try:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            fields = [line.split(": ", 1) for line in head[1:] if line]
            headers = {name.lower(): value for name, value in fields}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            return int(head[0].split()[1]), headers, body
        finally:
            writer.close()


@pytest.mark.parametrize("what", ODD)
async def test_an_error_has_our_headers_and_no_version(open_house: House, what: str) -> None:
    wanted, request = ODD[what]

    status, headers, body = await says(open_house, request)

    assert status == wanted
    assert headers["server"] == "paddock"
    for name, value in SECURITY_HEADERS.items():
        assert headers[name.lower()] == value, name
    assert EVIL not in body
    assert b"aiohttp" not in body.lower()
    assert b"python" not in body.lower()

"""DNS rebinding: a server answers nothing under a name that others could point at it, in any form of request."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from structlog.testing import capture_logs
from tests.waiting import LIMIT_S

from paddock.app import running
from paddock.config import MEMORY, Config

UPGRADE = (
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: " + "A" * 22 + "==",
)
EVIL = "Host: evil.example:8080"
HANDSHAKE = "/socket.io/?EIO=4&transport="


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with AsyncExitStack() as stack:
        config = Config(port=0, data=MEMORY, allowed_hosts=("play.example",))
        yield (await stack.enter_async_context(running(config))).port


async def asks(port: int, first: str, *headers: str) -> tuple[int, dict[str, str], str]:
    """Send a request as it stands; give status, headers and body of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write("\r\n".join((first, *headers, "", "")).encode())
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), LIMIT_S)).decode()
    lines = head.split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
    body = await reader.readexactly(int(fields.get("content-length", 0)))
    writer.close()
    return int(lines[0].split()[1]), fields, body.decode()


@pytest.mark.parametrize("host", ["localhost", "play.example:99", "192.168.7.7", "[fd00::7]:8080"])
async def test_own_names_and_addresses_are_answered(port: int, host: str) -> None:
    assert (await asks(port, "GET /api/rooms HTTP/1.1", f"Host: {host}"))[0] == 200
    assert (await asks(port, f"GET {HANDSHAKE}polling HTTP/1.1", f"Host: {host}"))[0] == 200
    assert (await asks(port, f"GET {HANDSHAKE}websocket HTTP/1.1", f"Host: {host}", *UPGRADE))[0] == 101


async def test_under_a_strange_name_nothing_is_answered(port: int) -> None:
    """A page of evil.example, whose name was led to 127.0.0.1, read rooms and played along in its visitor's name."""
    status, headers, body = await asks(port, "GET /api/rooms HTTP/1.1", EVIL)
    assert (status, headers["content-type"]) == (421, "application/problem+json")
    assert json.loads(body)["code"] == "unknown_host"
    origin = "Origin: http://evil.example:8080"
    for transport, extra in (("polling", ()), ("websocket", UPGRADE)):
        status, _, body = await asks(port, f"GET {HANDSHAKE}{transport} HTTP/1.1", EVIL, origin, *extra)
        assert (status, json.loads(body)) == (421, {"code": 4, "message": "Unknown host"})
    assert (await asks(port, "GET /metrics HTTP/1.1", EVIL))[0] == 421
    assert (await asks(port, "GET /assets/x.js HTTP/1.1", EVIL))[0] == 421


@pytest.mark.parametrize(
    ("languages", "language", "title"),
    [
        ("ko-KR,ko;q=0.9,en;q=0.8", "ko", "이 주소로는 열 수 없어요"),
        ("en-GB,en;q=0.9,ko;q=0.8", "en", "This address does not open here"),
        ("fr", "en", "This address does not open here"),
        ("", "en", "This address does not open here"),
        ("en;q=0.1, ko;q=x, ko;q=0.2", "ko", "이 주소로는 열 수 없어요"),
    ],
)
async def test_a_reader_gets_a_page_that_says_what_to_set(port: int, languages: str, language: str, title: str) -> None:
    status, headers, body = await asks(
        port, "GET /r/K7AB2 HTTP/1.1", EVIL, "Accept: text/html", f"Accept-Language: {languages}"
    )
    assert status == 421
    assert f'<html lang="{language}">' in body
    assert title in body
    assert "--set allowed_hosts=evil.example" in body
    assert "script" not in headers["content-security-policy"]
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"


async def test_what_stands_in_the_name_cannot_become_part_of_the_page(port: int) -> None:
    status, _, body = await asks(port, "GET / HTTP/1.1", 'Host: "><script>alert(1)</script>', "Accept: text/html")
    assert status in {400, 421}
    assert "<script" not in body


async def test_none_or_two_hosts_are_a_bad_request_and_a_whole_address_counts_too(port: int) -> None:
    assert (await asks(port, "GET / HTTP/1.1"))[0] == 400
    assert (await asks(port, "GET / HTTP/1.1", "Host: localhost", EVIL))[0] == 400
    assert (await asks(port, "GET / HTTP/1.1", EVIL, "Host: localhost"))[0] == 400
    assert (await asks(port, "GET http://evil.example/api/rooms HTTP/1.1", "Host: localhost"))[0] == 421
    assert (await asks(port, "GET http://localhost/api/rooms HTTP/1.1", EVIL))[0] == 421
    assert (await asks(port, "GET http://localhost/api/rooms HTTP/1.1", "Host: localhost"))[0] == 200
    assert (await asks(port, "GET /api/rooms HTTP/1.0"))[0] == 200


async def test_probes_are_answered_under_any_name(port: int) -> None:
    for path in ("/healthz", "/readyz"):
        assert (await asks(port, f"GET {path} HTTP/1.1", "Host: paddock-0.paddock:8080"))[0] == 200


async def test_the_operator_reads_each_name_once_and_not_too_many(port: int) -> None:
    with capture_logs() as lines:
        for _ in range(3):
            await asks(port, "GET /api/rooms HTTP/1.1", EVIL)
        for number in range(40):
            await asks(port, "GET /api/rooms HTTP/1.1", f"Host: {number}.evil.example")
        await asks(port, f"GET {HANDSHAKE}polling HTTP/1.1", EVIL)
    told = [line["host"] for line in lines if line["event"] == "http.unknown_host"]
    assert told.count("evil.example:8080") == 1
    assert len(told) == 20
    metrics = (await asks(port, "GET /metrics HTTP/1.1", "Host: localhost"))[2]
    assert 'paddock_refused_total{reason="unknown_host"} 44.0' in metrics

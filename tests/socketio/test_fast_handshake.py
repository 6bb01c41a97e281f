"""RFC 9112 and 6455, as far as a handshake is read without aiohttp: the plain is read alike, the rest is left."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from hypothesis import example, given
from hypothesis import strategies as st
from tests.waiting import until

from paddock.socketio import Options, Server, Site, Socket
from paddock.socketio.fast_handshake import read_fast_handshake

PATHS = (b"/socket.io", b"/socket.io/")
KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
PLAIN = ("Host: here", "Upgrade: websocket", "Connection: Upgrade", KEY, "Sec-WebSocket-Version: 13")


def ask(target: str = "/socket.io/?EIO=4&transport=websocket", *more: str, first: str = "GET {} HTTP/1.1") -> bytes:
    return "\r\n".join((first.format(target), *PLAIN, *more, "", "")).encode("latin-1")


def test_a_plain_handshake_is_read() -> None:
    opening = read_fast_handshake(
        ask("/socket.io/?EIO=4&transport=websocket&room=K7AB2", "X-Note:  two words "), PATHS, "10.0.0.1"
    )
    assert opening is not None
    assert opening.remote == "10.0.0.1"
    assert opening.query == {"EIO": "4", "transport": "websocket", "room": "K7AB2"}
    assert opening.headers["x-note"] == "two words"


@pytest.mark.parametrize(
    "request_",
    [
        ask(first="POST {} HTTP/1.1"),
        ask(first="GET {} HTTP/1.0"),
        ask(first="get {} HTTP/1.1"),
        ask(first="GET  {} HTTP/1.1"),
        ask(first="GET {}  HTTP/1.1"),
        ask("/other/?EIO=4&transport=websocket"),
        ask("/socket.io?EIO=4&transport=polling"),
        ask("/socket.io/"),
        ask("/socket.io/?EIO=4&transport=websocket&sid=abc"),
        ask("/socket.io/?EIO=4&transport=websocket&sid="),
        ask("/socket.io/?EIO=4&transport=websocket&transport=polling"),
        ask("/socket.io/?EIO=4&transport=websocket&x"),
        ask("/socket.io/?EIO=4&transport=websocket&=x"),
        ask("/socket.io/?EIO=4&transport=web%73ocket"),
        ask("/socket.io/?EIO=4&transport=websocket&x=a+b"),
        ask("/socket.io/?EIO=4&transport=websocket#end"),
        ask("http://here/socket.io/?EIO=4&transport=websocket"),
        ask("/socket.io/?EIO=4&transport=websocket", "Content-Length: 5"),
        ask("/socket.io/?EIO=4&transport=websocket", "transfer-encoding: chunked"),
        ask("/socket.io/?EIO=4&transport=websocket", "Expect: 100-continue"),
        ask("/socket.io/?EIO=4&transport=websocket", "Host: there"),
        ask("/socket.io/?EIO=4&transport=websocket", " folded: header"),
        ask("/socket.io/?EIO=4&transport=websocket", "space : before the colon"),
        ask("/socket.io/?EIO=4&transport=websocket", "no colon"),
        ask("/socket.io/?EIO=4&transport=websocket", "X: caf\xe9"),
        ask("/socket.io/?EIO=4&transport=websocket", "X: bell\x07"),
        ask("/socket.io/?EIO=4&transport=websocket", "X: bare\nY: line feed"),
        ask("/socket.io/?EIO=4&transport=websocket", "X: bare\rY: return"),
        ask("/socket.io/?EIO=4&transport=websocket", *(f"X-{number}: x" for number in range(64))),
        ask().replace(b"Upgrade: websocket", b"Upgrade: h2c"),
        ask().replace(b"Host: here\r\n", b""),
        ask()[:-2],
    ],
)
def test_whatever_is_not_plain_is_left_to_aiohttp(request_: bytes) -> None:
    assert read_fast_handshake(request_, PATHS, None) is None


@given(st.binary(max_size=200), st.integers(0, 400))
@example(b"\x00", 0)
def test_no_bytes_at_all_raise(noise: bytes, at: int) -> None:
    whole = ask()
    read_fast_handshake(whole[:at] + noise + whole[at:], PATHS, None)
    read_fast_handshake(noise, PATHS, None)


Facts = tuple[str, dict[str, str], dict[str, str]]


@asynccontextmanager
async def serving(direct: bool, options: Options, seen: list[Facts]) -> AsyncIterator[str]:
    sio = Server(options)

    def meet(socket: Socket, auth: object) -> None:
        headers = {name.lower(): value for name, value in socket.headers.items()}
        headers.pop("sec-websocket-key")
        seen.append((socket.source, headers, dict(socket.query)))

    sio.of("/").on_connect(meet)
    app = web.Application()
    sio.attach(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await Site(runner, sio, "127.0.0.1", 0, direct=direct).start()
    try:
        yield f"ws://127.0.0.1:{runner.addresses[0][1]}/socket.io/"
    finally:
        await runner.cleanup()


async def _came(seen: list[Facts], number: int) -> None:
    await until(lambda: len(seen) == number, "all have been handled")


async def test_with_and_without_aiohttp_a_handler_sees_the_same_client() -> None:
    seen: list[Facts] = []
    for direct in (False, True):
        async with serving(direct, Options(), seen) as url, aiohttp.ClientSession() as http:
            question = f"{url}?EIO=4&transport=websocket&room=K7AB2"
            async with http.ws_connect(question, headers={"Host": "here", "X-Note": "hello"}) as wire:
                assert (await wire.receive_str()).startswith("0")
                await wire.send_str("40")
                await _came(seen, 1 + direct)
    assert seen[0] == seen[1]


FOREIGN = {"Origin": "https://elsewhere.example"}


@pytest.mark.parametrize(
    ("question", "headers", "options"),
    [
        ("?EIO=3&transport=websocket", {}, Options()),
        ("?EIO=4&transport=websocket", FOREIGN, Options()),
        ("?EIO=4&transport=websocket", {"Sec-WebSocket-Version": "8"}, Options()),
        ("?EIO=4&transport=websocket", {}, Options(transports=("polling",))),
        ("?EIO=4&transport=websocket", {}, Options(max_sessions=0)),
        ("?EIO=4&transport=websocket", {}, Options(max_sessions_per_source=0)),
        ("?EIO=4&transport=websocket", {}, Options(admit_burst=0, admit_rate=0.001, dice=lambda: 0.5)),
    ],
)
async def test_with_and_without_aiohttp_a_refusal_is_the_same(
    question: str, headers: dict[str, str], options: Options
) -> None:
    answers = []
    for direct in (False, True):
        async with serving(direct, options, []) as url, aiohttp.ClientSession() as http:
            shaking = {
                "Upgrade": "websocket",
                "Connection": "Upgrade",
                "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
                **headers,
            }
            async with http.get(url.replace("ws:", "http:") + question, headers=shaking) as answer:
                told = {name: value for name, value in answer.headers.items() if name != "Date"}
                answers.append((answer.status, told, await answer.text()))
    assert answers[0] == answers[1]
    assert answers[0][0] >= 400

"""Which pages may talk to the server."""

from __future__ import annotations

import pytest

from paddock.socketio import Options
from paddock.socketio.origin import cors_headers, origin_allowed

SAME = [
    ("http://game.example", "game.example"),
    ("https://game.example", "game.example"),
    ("https://game.example", "game.example:443"),
    ("http://game.example:8080", "game.example:8080"),
    ("http://GAME.example", "game.example"),
    ("http://127.0.0.1:5173", "127.0.0.1:5173"),
    ("http://[::1]:8080", "[::1]:8080"),
]
FOREIGN = [
    ("http://evil.example", "game.example"),
    ("http://game.example.evil.example", "game.example"),
    ("http://evil.example#game.example", "game.example"),
    ("http://game.example:81", "game.example:80"),
    ("http://game.example:8080", "game.example"),
    ("http://game.example@evil.example", "game.example"),
    ("null", "game.example"),
    ("", "game.example"),
    ("http://[broken", "game.example"),
    ("http://game.example:port", "game.example"),
    ("file://", ""),
]


@pytest.mark.parametrize(("origin", "host"), SAME)
def test_the_page_the_server_serves_may(origin: str, host: str) -> None:
    assert origin_allowed(origin, host, Options())
    assert cors_headers(origin, host, Options(allow_origin=lambda origin: True)) == {}


@pytest.mark.parametrize(("origin", "host"), FOREIGN)
def test_other_pages_may_not_unless_the_application_says_so(origin: str, host: str) -> None:
    assert not origin_allowed(origin, host, Options())
    assert origin_allowed(origin, host, Options(allow_origin=lambda origin: True))
    headers = cors_headers(origin, host, Options(allow_origin=lambda origin: True, allow_credentials=True))
    assert headers["Access-Control-Allow-Origin"] == origin
    assert headers["Access-Control-Allow-Credentials"] == "true"


def test_a_program_that_names_no_origin_may() -> None:
    assert origin_allowed(None, "game.example", Options())

"""RFC 6455, section 4.2: which handshakes are answered, and with what."""

from __future__ import annotations

import pytest

from paddock.socketio.websocket import accept_key

SOUND = {
    "Upgrade": "websocket",
    "Connection": "keep-alive, Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def test_the_example_of_the_rfc() -> None:
    assert accept_key(SOUND) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Upgrade", "h2c"),
        ("Connection", "close"),
        ("Sec-WebSocket-Version", "8"),
        ("Sec-WebSocket-Key", ""),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZQ=="),
        ("Sec-WebSocket-Key", "not base64 at all!!"),
        ("Sec-WebSocket-Key", "경마"),
    ],
)
def test_anything_else_is_no_handshake(header: str, value: str) -> None:
    assert accept_key(SOUND | {header: value}) is None


@pytest.mark.parametrize("header", SOUND)
def test_a_missing_header_makes_it_none(header: str) -> None:
    assert accept_key({name: value for name, value in SOUND.items() if name != header}) is None

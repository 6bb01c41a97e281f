"""Half a character in a message: it is read as the sign for what cannot be read, and the connection goes on."""

from __future__ import annotations

import json

import pytest

from paddock.socketio.errors import BadPacket
from paddock.socketio.limits import Options
from paddock.socketio.parser import decode_json, event_values, split_event
from paddock.socketio.surrogates import without_lone


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (rb'"\ud800"', "\ufffd"),
        (rb'"a\uDFFFb"', "a\ufffdb"),
        (rb'"\ud83d\ude00\ud83d"', "😀\ufffd"),
        (rb'"\ude00\ud83d"', "\ufffd\ufffd"),
        (rb'"\ud83d\ud83d\ude00"', "\ufffd😀"),
        (rb'"\\ud800\ud800"', "\\ud800\ufffd"),
        (rb'"\\\ud800"', "\\\ufffd"),
    ],
)
def test_lone_halves_are_read_as_the_sign(text: bytes, read: str) -> None:
    assert decode_json(text) == read
    packet = b'["say",' + text + b"]"
    assert event_values(packet, Options()) == ("say", [read])
    name, args = split_event(packet, Options())
    assert (name, json.loads(args)) == ("say", [read])


@pytest.mark.parametrize("text", [b'"\\ud800', b'"\\u12"', b"[", rb'"\x"'])
def test_what_is_no_json_stays_none(text: bytes) -> None:
    with pytest.raises(BadPacket):
        decode_json(text)


def test_what_is_whole_is_left_alone() -> None:
    for text in (b'"plain"', rb'"\ud83d\ude00"', rb'"\\ud800"'):
        assert without_lone(text) is None

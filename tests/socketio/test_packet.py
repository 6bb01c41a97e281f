"""Engine.IO packets and WebSocket frames as bytes."""

from __future__ import annotations

import pytest

from paddock.socketio.errors import BadPacket
from paddock.socketio.packet import (
    BinaryFrame,
    Frame,
    binary_record,
    split_payload,
    websocket_close,
    websocket_frame,
    websocket_pong,
)


def test_frame_headers_have_the_shortest_length_form() -> None:
    assert websocket_frame(0x81, b"") == b"\x81\x00"
    assert websocket_frame(0x81, b"x" * 125)[:2] == b"\x81\x7d"
    assert websocket_frame(0x81, b"x" * 126)[:4] == b"\x81\x7e\x00\x7e"
    assert websocket_frame(0x82, b"x" * 65_535)[:4] == b"\x82\x7e\xff\xff"
    assert websocket_frame(0x82, b"x" * 65_536)[:10] == b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00"


def test_control_frames_keep_their_bound() -> None:
    assert websocket_pong(b"x" * 200)[:2] == b"\x8a\x7d"
    assert websocket_close(1000, "") == b"\x88\x02\x03\xe8"
    assert len(websocket_close(1008, "x" * 500)) == 2 + 2 + 100
    # A reason is cut between characters.
    websocket_close(1008, "말" * 100)[4:].decode()


def test_a_frame_is_the_same_packets_on_both_transports() -> None:
    frame = Frame(b'451-["e",{"_placeholder":true,"num":0}]', (b"\x01\x02\x03\x04",))
    assert frame.wire.endswith(b"\x82\x04\x01\x02\x03\x04")
    assert frame.records == b'451-["e",{"_placeholder":true,"num":0}]\x1ebAQIDBA=='
    assert frame.size == len(frame.wire)
    assert BinaryFrame(b"\x01").records == b"bAQ=="


def test_a_payload_is_split_at_record_separators() -> None:
    assert split_payload(b"4hello\x1e2\x1e4world") == [b"4hello", b"2", b"4world"]
    for body in (b"", b"\x1e", b"4x\x1e", b"\x1e4x", b"4x\x1e\x1e4y"):
        with pytest.raises(BadPacket):
            split_payload(body)


def test_base64_is_strict() -> None:
    assert binary_record(b"bAQIDBA==") == b"\x01\x02\x03\x04"
    assert binary_record(b"b") == b""
    for record in (b"bAQIDBA", b"bAQ$D", b"b===="):
        with pytest.raises(BadPacket):
            binary_record(record)

"""Engine.IO packets and WebSocket frames as bytes."""

from __future__ import annotations

import pytest

from paddock.socketio.errors import BadPacket
from paddock.socketio.packet import BinaryFrame, Frame, binary_record, split_payload


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

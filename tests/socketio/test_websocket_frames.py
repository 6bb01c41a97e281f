"""RFC 6455 frames as bytes, whatever pieces they come in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paddock.socketio.websocket import BINARY, CLOSE, PART, PING, PONG, TEXT, BadFrame, FrameReader, close_frame, frame

from .fuzz import examples


def masked(
    opcode: int, payload: bytes, mask: bytes = b"\x01\x02\x03\x04", final: bool = True, reserved: int = 0
) -> bytes:
    """A frame as a client sends it."""
    plain = frame(opcode, payload)
    head = len(plain) - len(payload)
    first = opcode | reserved | (0x80 if final else 0)
    body = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
    return bytes((first, plain[1] | 0x80)) + plain[2:head] + mask + body


def read(reader: FrameReader, data: bytes) -> list[tuple[int, bytes]]:
    reader.feed(data)
    messages = []
    while (message := reader.next()) is not None:
        if message is not PART:
            messages.append(message)
    return messages


def test_frame_headers_have_the_shortest_length_form() -> None:
    assert frame(TEXT, b"") == b"\x81\x00"
    assert frame(TEXT, b"x" * 125)[:2] == b"\x81\x7d"
    assert frame(TEXT, b"x" * 126)[:4] == b"\x81\x7e\x00\x7e"
    assert frame(BINARY, b"x" * 65_535)[:4] == b"\x82\x7e\xff\xff"
    assert frame(BINARY, b"x" * 65_536)[:10] == b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00"


def test_close_frames_keep_their_bound() -> None:
    assert close_frame(1000, "") == b"\x88\x02\x03\xe8"
    assert len(close_frame(1008, "x" * 500)) == 2 + 2 + 100
    assert len(close_frame(1008, "말" * 100)[4:].decode()) == 33


@pytest.mark.parametrize("size", [0, 1, 3, 4, 5, 125, 126, 65_535, 65_536, 100_000])
def test_a_masked_frame_of_every_length_form_is_read(size: int) -> None:
    payload = bytes(at % 251 for at in range(size))
    for mask in (b"\x00\x00\x00\x00", b"\xff\x00\x80\x7f"):
        assert read(FrameReader(100_000), masked(BINARY, payload, mask)) == [(BINARY, payload)]


def test_the_example_of_the_rfc() -> None:
    assert read(FrameReader(10), b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58") == [(TEXT, b"Hello")]


def test_fragments_are_put_together_with_control_frames_between_them() -> None:
    stream = (
        masked(TEXT, b"Hel", final=False) + masked(PING, b"?") + masked(0, b"", final=False) + masked(0, b"lo")
    ) + masked(TEXT, b"next")
    assert read(FrameReader(10), stream) == [(PING, b"?"), (TEXT, b"Hello"), (TEXT, b"next")]


MALFORMED = {
    "no mask": (frame(TEXT, b"hello!"), 1002),
    "reserved bit": (masked(TEXT, b"x", reserved=0x40), 1002),
    "unknown opcode": (masked(3, b"x"), 1002),
    "unknown control opcode": (masked(11, b"x"), 1002),
    "fragmented ping": (masked(PING, b"x", final=False), 1002),
    "long close": (masked(CLOSE, b"x" * 126), 1002),
    "continuation of nothing": (masked(0, b"x"), 1002),
    "message within a message": (masked(TEXT, b"x", final=False) + masked(TEXT, b"y"), 1002),
    "too big": (masked(TEXT, b"x" * 1001), 1009),
    "too big, announced only": (masked(TEXT, b"x" * 1001)[:8], 1009),
    "far too big, announced only": (b"\x81\xff" + b"\xff" * 8 + b"\x00" * 4, 1009),
    "too big together": (masked(TEXT, b"x" * 600, final=False) + masked(0, b"x" * 600), 1009),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_what_no_client_may_send_is_refused(case: str) -> None:
    data, code = MALFORMED[case]
    with pytest.raises(BadFrame) as refused:
        read(FrameReader(1000), data)
    assert refused.value.code == code


frames = st.lists(
    st.tuples(st.sampled_from([TEXT, BINARY, PING, PONG]), st.binary(max_size=125), st.binary(min_size=4, max_size=4))
)


@given(frames, st.lists(st.integers(1, 40), min_size=1))
@settings(max_examples=examples(200), deadline=None)
def test_however_the_stream_is_cut_the_messages_are_the_same(
    sent: list[tuple[int, bytes, bytes]], cuts: list[int]
) -> None:
    stream = b"".join(masked(opcode, payload, mask) for opcode, payload, mask in sent)
    reader = FrameReader(1000)
    got = []
    at = turn = 0
    while at < len(stream):
        step = cuts[turn % len(cuts)]
        got += read(reader, stream[at : at + step])
        at += step
        turn += 1
    assert got == [(opcode, payload) for opcode, payload, _ in sent]


@given(st.lists(st.binary(max_size=30), max_size=8))
@settings(max_examples=examples(400), deadline=None)
def test_whatever_comes_in_only_messages_and_bad_frame_come_out(chunks: list[bytes]) -> None:
    reader = FrameReader(100)
    try:
        for chunk in chunks:
            for _, payload in read(reader, chunk):
                assert len(payload) <= 100
    except BadFrame as bad:
        assert bad.code in (1002, 1009)

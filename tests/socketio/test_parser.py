"""The Socket.IO codec alone: the examples of the protocol document, and what may never come out of it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paddock.socketio import Options
from paddock.socketio.attachments import extract, restore
from paddock.socketio.errors import BadPacket
from paddock.socketio.frames import ack_frame, event_frame, packet_frame, raw_event_frame
from paddock.socketio.parser import (
    ACK,
    BINARY_ACK,
    BINARY_EVENT,
    CONNECT,
    CONNECT_ERROR,
    DISCONNECT,
    EVENT,
    Packet,
    decode,
    decode_json,
    encode_packet,
    split_event,
)

from .fuzz import examples

OPTIONS = Options()

EXAMPLES = {
    b"0": Packet(CONNECT, "/", None, b"", 0),
    b'0{"token":"123"}': Packet(CONNECT, "/", None, b'{"token":"123"}', 0),
    b"0/admin,": Packet(CONNECT, "/admin", None, b"", 0),
    b"0/admin": Packet(CONNECT, "/admin", None, b"", 0),
    b'0/admin,{"token":"123"}': Packet(CONNECT, "/admin", None, b'{"token":"123"}', 0),
    b"1": Packet(DISCONNECT, "/", None, b"", 0),
    b"1/admin,": Packet(DISCONNECT, "/admin", None, b"", 0),
    b'2["foo"]': Packet(EVENT, "/", None, b'["foo"]', 0),
    b'2/admin,["bar"]': Packet(EVENT, "/admin", None, b'["bar"]', 0),
    b'212["foo"]': Packet(EVENT, "/", 12, b'["foo"]', 0),
    b'2/admin,13["foo"]': Packet(EVENT, "/admin", 13, b'["foo"]', 0),
    b"312[]": Packet(ACK, "/", 12, b"[]", 0),
    b'3/admin,13["bar"]': Packet(ACK, "/admin", 13, b'["bar"]', 0),
    b'51-["baz",{"_placeholder":true,"num":0}]': Packet(
        BINARY_EVENT, "/", None, b'["baz",{"_placeholder":true,"num":0}]', 1
    ),
    b'52-/admin,["baz"]': Packet(BINARY_EVENT, "/admin", None, b'["baz"]', 2),
    b'61-15["bar",{"_placeholder":true,"num":0}]': Packet(
        BINARY_ACK, "/", 15, b'["bar",{"_placeholder":true,"num":0}]', 1
    ),
    b'29007199254740991["foo"]': Packet(EVENT, "/", 2**53 - 1, b'["foo"]', 0),
    "2/경마,[1]".encode(): Packet(EVENT, "/경마", None, b"[1]", 0),
}


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: text.decode())
def test_packets_of_the_document(text: bytes) -> None:
    assert decode(text, OPTIONS) == EXAMPLES[text]


def test_what_is_sent_reads_as_the_document_says() -> None:
    assert packet_frame(CONNECT, "/", {"sid": "x"}).records == b'40{"sid":"x"}'
    assert packet_frame(CONNECT, "/admin", {"sid": "x"}).records == b'40/admin,{"sid":"x"}'
    assert packet_frame(CONNECT_ERROR, "/", {"message": "Not authorized"}).records == b'44{"message":"Not authorized"}'
    assert packet_frame(DISCONNECT, "/").records == b"41"
    assert packet_frame(DISCONNECT, "/admin").records == b"41/admin,"
    assert event_frame("/", "foo", ()).records == b'42["foo"]'
    assert event_frame("/admin", "bar", (1,), 13).records == b'42/admin,13["bar",1]'
    assert ack_frame("/", 12, ()).records == b"4312[]"
    assert raw_event_frame("/", "foo", (b'{"a":1}', b"2")).records == b'42["foo",{"a":1},2]'
    binary = event_frame("/", "baz", (b"\x01\x02", bytearray(b"\x03")))
    assert binary.records == (
        b'452-["baz",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]\x1ebAQI=\x1ebAw=='
    )
    assert ack_frame("/admin", 15, ({"in": [b"\x01"]},)).records == (
        b'461-/admin,15[{"in":[{"_placeholder":true,"num":0}]}]\x1ebAQ=='
    )


def test_depth_is_counted_outside_strings_only() -> None:
    brackets = json.dumps(["e", "[" * 500 + '\\"' + "{" * 500, [{"]": "}"}]])
    assert decode(b"2" + brackets.encode(), OPTIONS).payload == brackets.encode()
    wide = json.dumps(["e", *([[]] * 500)])
    assert decode(b"2" + wide.encode(), OPTIONS).payload == wide.encode()
    edge = b'["e",' + b"[" * 63 + b"]" * 63 + b"]"
    assert decode(b"2" + edge, OPTIONS).payload == edge
    with pytest.raises(BadPacket, match="nested too deeply"):
        decode(b'2["e",' + b"[" * 64 + b"]" * 64 + b"]", OPTIONS)
    with pytest.raises(BadPacket, match="nested too deeply"):
        decode(b"2[" + b'{"a":[0,' * 40 + b"1" + b"]}" * 40 + b"]", OPTIONS)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8) | st.binary(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(values, max_size=4))
@settings(max_examples=examples(150), deadline=None)
def test_extracting_and_restoring_is_the_identity(args: list[object]) -> None:
    text, parts = extract(args)
    assert restore(decode_json(text), parts) == args


names = st.text(st.characters(codec="utf-8", exclude_characters=","), max_size=10)


@given(
    st.sampled_from([EVENT, ACK]),
    names,
    st.integers(0, 2**53 - 1),
    st.lists(st.integers() | st.text(max_size=5), min_size=1, max_size=3),
)
@settings(max_examples=examples(150), deadline=None)
def test_decoding_is_the_inverse_of_encoding(kind: int, name: str, number: int, args: list[object]) -> None:
    payload = json.dumps(args).encode()
    text = encode_packet(kind, "/" + name, number, payload)
    assert text[:1] == b"4"
    assert decode(text[1:], OPTIONS) == Packet(kind, "/" + name, number, payload, 0)


PIECES = (
    rb'0 1 2 3 5 6 - / /a , [ ] { } " "e" \u \ud800 null NaN 1e999 : {"_placeholder":true,"num":0} 99999999999999999999'
)
pieces = st.sampled_from([*PIECES.split(b" "), b" ", b"\x00", b"\xff", b"\xf0"])


@given(st.one_of(st.binary(max_size=40), st.lists(pieces, max_size=12).map(b"".join)))
@settings(max_examples=examples(1500), deadline=None)
def test_whatever_comes_in_only_packets_and_bad_packet_come_out(data: bytes) -> None:
    try:
        packet = decode(data, OPTIONS)
        if packet.kind in (EVENT, BINARY_EVENT):
            name, args = split_event(packet.payload, OPTIONS)
            assert name
            assert args[:1] == b"["
            restore(decode_json(args), (b"x",))
    except BadPacket as bad:
        assert bad.reason


@pytest.mark.parametrize("brackets", [b"[", b"{", b"[{", b'["', b"[[]"])
def test_a_megabyte_of_brackets_is_refused(brackets: bytes) -> None:
    body = b'2["e",' + brackets * (1_000_000 // len(brackets))
    with pytest.raises(BadPacket):
        split_event(decode(body, OPTIONS).payload, OPTIONS)

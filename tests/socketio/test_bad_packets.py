"""Packets no client may send: that session ends at once, with a reason, and nothing else changes."""

from __future__ import annotations

import asyncio
import logging
from base64 import b64encode

import pytest
from tests.waiting import LIMIT_S, until

from paddock.socketio import Options, Server

from .harness import Stand, Wire, reference_server, running

DEEP = "[" * 70 + "]" * 70

BAD: dict[str, list[str | bytes]] = {
    "empty engine packet": [""],
    "empty packet": ["4"],
    "unknown type": ["47"],
    "unknown type, a letter": ["4x"],
    "connect error from a client": ['44{"message":"no"}'],
    "no payload": ["42"],
    "bad JSON": ['42["message"'],
    "more than one JSON text": ['42["message"]["message"]'],
    "not a list": ['42{"message":1}'],
    "a string": ['42"message"'],
    "empty list": ["42[]"],
    "reserved name connect": ['42["connect"]'],
    "reserved name connect_error": ['42["connect_error"]'],
    "reserved name disconnect": ['42["disconnect"]'],
    "reserved name disconnecting": ['42["disconnecting"]'],
    "reserved name newListener": ['42["newListener"]'],
    "reserved name removeListener": ['42["removeListener"]'],
    "reserved name, escaped": ['42["\\u0063onnect"]'],
    "__proto__": ['42["__proto__"]'],
    "numeric name": ["42[1,2]"],
    "name is null": ["42[null]"],
    "empty name": ['42[""]'],
    "name too long": ['42["' + "x" * 200 + '"]'],
    "huge id": ['429999999999999999999["message"]'],
    "id over 2^53": ['429007199254740993["message"]'],
    "signed id": ['42-1["message"]'],
    "id with a plus": ['42+1["message"]'],
    "fractional id": ['421.5["message"]'],
    "unknown acknowledgement": ["435[]"],
    "acknowledgement without id": ["43[]"],
    "acknowledgement that is no list": ["430{}"],
    "no attachment count": ['45["message"]'],
    "attachment count zero": ['450-["message"]'],
    "attachment count signed": ['45-1-["message"]'],
    "attachment count not a number": ['45x-["message"]'],
    "too many attachments": ['4511-["message"]'],
    "placeholder out of range": ['451-["message",{"_placeholder":true,"num":1}]', b"x"],
    "placeholder negative": ['451-["message",{"_placeholder":true,"num":-1}]', b"x"],
    "placeholder not a number": ['451-["message",{"_placeholder":true,"num":"0"}]', b"x"],
    "placeholder true": ['451-["message",{"_placeholder":true,"num":false}]', b"x"],
    "text instead of attachment": ['451-["message",{"_placeholder":true,"num":0}]', '42["message"]'],
    "binary without a header": [b"\x00"],
    "NaN": ['42["message",NaN]'],
    "infinity": ['42["message",Infinity]'],
    "negative infinity": ['42["message",-Infinity]'],
    "a number no float holds": ['42["message",1e999]'],
    "control character in a string": ['42["message","\x01"]'],
    "depth": ['42["message",' + DEEP + "]"],
    "depth, of objects": ['42["message",' + '{"a":' * 70 + "1" + "}" * 70 + "]"],
    "abysmal depth": ['42["message",' + "[" * 100_000 + "]" * 100_000 + "]"],
    "second CONNECT": ["40"],
    "CONNECT with a list": ["40/custom,[]"],
    "CONNECT with an id": ["40/custom,1{}"],
    "CONNECT with bad JSON": ["40/custom,{"],
    "event in a namespace not joined": ['42/custom,["message"]'],
    "event in an unknown namespace": ['42/random,["message"]'],
    "namespace too long": ["40/" + "x" * 300 + ","],
    "disconnect with a payload": ['41{"bye":1}'],
    "disconnect twice": ["41", "41"],
    "server's ping": ["2"],
    "upgrade on a websocket": ["5"],
}


async def counts(sio: Server, stand: Stand, bystander: Wire) -> tuple[int, int, int, int]:
    """What must be as before: sessions, sockets, rooms, and tasks of the process (the bystander is answered first)."""
    await bystander.send('42["message","still here"]')
    assert await bystander.text() == '42["message-back","still here"]'
    return len(sio.engine.sessions), len(sio.of("/").sockets), len(sio.of("/").rooms), len(asyncio.all_tasks())


@pytest.mark.parametrize("case", BAD)
async def test_a_bad_packet_closes_its_own_session_only(case: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    sio = reference_server(Options(ping_interval=60, linger=0.2))
    async with running(sio) as stand, stand.connected() as bystander:
        await bystander.text()
        before = await counts(sio, stand, bystander)
        async with stand.connected() as wire:
            await wire.text()
            await wire.send(*BAD[case])
            assert await wire.ended() == 1008
            assert len(sio.engine.sessions) == 1
        await until(lambda: len(asyncio.all_tasks()) == before[3], "tasks are back")
        assert await counts(sio, stand, bystander) == before
        stats = sio.stats()
        assert sum(stats.violations.values()) == 1
        assert stats.closed == {"parse error": 1}
        assert (stats.sessions, stats.sockets) == (1, 1)
    assert not caplog.records


@pytest.mark.parametrize("case", [case for case, packets in BAD.items() if packets != [""]])
async def test_a_bad_packet_over_polling_closes_its_own_session_only(case: str) -> None:
    sio = reference_server(Options(ping_interval=60))
    async with running(sio) as stand:
        sid = await stand.connect_polling()
        records = [part if isinstance(part, str) else "b" + b64encode(part).decode() for part in BAD[case]]
        status, _ = await stand.post(sid, "\x1e".join(records))
        assert status == 400
        assert not sio.engine.sessions
        assert not sio.of("/").sockets
        assert (await stand.poll(sid))[0] == 400


async def test_attachments_that_never_come_close_the_session() -> None:
    sio = reference_server(Options(ping_interval=60, attachment_timeout=0.1))
    async with running(sio) as stand, stand.connected() as wire:
        await wire.text()
        await wire.send('451-["message",{"_placeholder":true,"num":0}]')
        assert await wire.ended() == 1008
        assert sio.stats().violations == {"attachments late": 1}


async def test_attachments_are_bounded_together() -> None:
    sio = reference_server(Options(max_attachment_bytes=1000))
    async with running(sio) as stand, stand.connected() as wire:
        await wire.text()
        await wire.send('452-["message",{"_placeholder":true,"num":0}]', b"x" * 600, b"x" * 600)
        assert await wire.ended() == 1008
        assert sio.stats().violations == {"attachments too big": 1}


async def test_invalid_utf8_closes_the_session() -> None:
    sio = reference_server()
    async with running(sio) as stand, stand.connected() as wire:
        await wire.text()
        await wire.ws._writer.send_frame(b'42["message","\xff"]', 1)
        assert await wire.ended() == 1007
        await until(lambda: sio.stats().violations == {"text is not UTF-8": 1}, "the violation is counted")


async def test_one_byte_fragments_are_put_together() -> None:
    sio = reference_server()
    async with running(sio) as stand, stand.connected() as wire:
        await wire.text()
        text = b'42["message","in pieces"]'
        transport = wire.ws._writer.transport
        for at, byte in enumerate(text):
            opcode = (1 if at == 0 else 0) | (0x80 if at == len(text) - 1 else 0)
            transport.write(bytes((opcode, 0x81)) + b"\x01\x02\x03\x04" + bytes((byte ^ 1,)))
        assert await wire.text() == '42["message-back","in pieces"]'


async def test_too_many_namespaces_close_the_session() -> None:
    sio = Server(Options(max_namespaces=2))
    for name in ("/", "/a", "/b"):
        sio.of(name)
    async with running(sio) as stand, stand.connected() as wire:
        await wire.send("40/a")
        await wire.text()
        await wire.send("40/b")
        assert await wire.ended() == 1008


async def test_a_body_shorter_than_it_says_ends_the_session_when_its_time_is_up() -> None:
    sio = reference_server(Options(body_timeout=0.1))
    async with running(sio) as stand:
        sid = await stand.connect_polling()
        _reader, writer = await asyncio.open_connection("127.0.0.1", stand.port)
        head = (
            f"POST /socket.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\n42"
        )
        writer.write(head.encode())
        await until(lambda: not sio.engine.sessions, "every session is gone")
        assert not sio.of("/").sockets
        writer.close()


async def test_a_chunked_body_over_the_limit_is_refused_without_reading_it_all() -> None:
    sio = reference_server(Options(max_payload=10_000))
    async with running(sio) as stand:
        sid = await stand.connect_polling()
        reader, writer = await asyncio.open_connection("127.0.0.1", stand.port)
        head = f"POST /socket.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nHost: h\r\n"
        writer.write(head.encode() + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(3):
            writer.write(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")
        async with asyncio.timeout(LIMIT_S):
            status = await reader.readline()
        assert b"413" in status
        assert not sio.engine.sessions
        writer.close()

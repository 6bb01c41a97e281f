"""Engine.IO protocol 4, "HTTP long-polling": sending, receiving, overlapping requests, payloads."""

from __future__ import annotations

import asyncio
import json

import pytest
from tests.waiting import until

from paddock.socketio import Frame, Options, Session

from .harness import echo_engine, running, within

QUIET = Options(ping_interval=60, ping_timeout=60)


async def test_a_message_is_posted_and_polled() -> None:
    engine, _ = echo_engine(QUIET)
    async with running(engine) as stand:
        sid = await stand.open_polling()
        async with stand.http.post(f"{stand.endpoint}?EIO=4&transport=polling&sid={sid}", data="4hello") as answer:
            assert answer.status == 200
            assert await answer.text() == "ok"
        async with stand.http.get(f"{stand.endpoint}?EIO=4&transport=polling&sid={sid}") as answer:
            assert answer.headers["Content-Type"] == "text/plain; charset=UTF-8"
            assert await answer.text() == "4hello"


async def test_a_poll_waits_until_there_is_something_to_send() -> None:
    engine, _ = echo_engine(QUIET)
    async with running(engine) as stand:
        sid = await stand.open_polling()
        poll = asyncio.create_task(stand.poll(sid))
        await until(lambda: getattr(engine.sessions[sid].transport, "polled", False), "the poll waits")
        await stand.post(sid, "4now")
        assert await within(poll) == (200, "4now")


async def test_packets_are_concatenated_with_the_record_separator() -> None:
    engine, _ = echo_engine(QUIET)
    async with running(engine) as stand:
        sid = await stand.open_polling()
        assert await stand.post(sid, "4test1\x1e4test2\x1e4test3") == (200, "ok")
        assert await stand.poll(sid) == (200, "4test1\x1e4test2\x1e4test3")


async def test_binary_messages_travel_in_base64() -> None:
    engine, _ = echo_engine(QUIET)
    async with running(engine) as stand:
        sid = await stand.open_polling()
        assert await stand.post(sid, "4hello\x1ebAQIDBA==") == (200, "ok")
        assert await stand.poll(sid) == (200, "4hello\x1ebAQIDBA==")


async def test_text_is_utf8() -> None:
    engine, _ = echo_engine(QUIET)
    async with running(engine) as stand:
        sid = await stand.open_polling()
        await stand.post(sid, "4utf8 — 경마 🏇")
        assert await stand.poll(sid) == (200, "4utf8 — 경마 🏇")


async def test_one_post_may_carry_any_number_of_packets() -> None:
    engine, _ = echo_engine(QUIET)
    async with running(engine) as stand:
        sid = await stand.open_polling()
        packets = "\x1e".join(f"4{number}" for number in range(500))
        assert await stand.post(sid, packets) == (200, "ok")
        assert await stand.poll(sid) == (200, packets)


@pytest.mark.parametrize("body", ["abc", "", "\x1e4x", "4x\x1e", "7", "bAQI$", "2", "5", "0"])
async def test_a_malformed_payload_closes_the_session(body: str) -> None:
    engine, ends = echo_engine(QUIET)
    async with running(engine) as stand:
        sid = await stand.open_polling()
        status, _ = await stand.post(sid, body)
        assert status == 400
        assert (await stand.poll(sid))[0] == 400
        assert ends == ["parse error"]


async def test_requests_of_an_unknown_session_are_answered_with_400() -> None:
    engine, _ = echo_engine(QUIET)
    async with running(engine) as stand:
        for status, body in (await stand.poll("nobody"), await stand.post("nobody", "4x")):
            assert status == 400
            assert json.loads(body) == {"code": 1, "message": "Session ID unknown"}


async def test_a_second_get_at_the_same_time_is_refused_and_closes_the_session() -> None:
    engine, ends = echo_engine(QUIET)
    async with running(engine) as stand:
        sid = await stand.open_polling()
        first = asyncio.create_task(stand.poll(sid))
        await until(lambda: getattr(engine.sessions[sid].transport, "polled", False), "the poll waits")
        assert (await stand.poll(sid))[0] == 400
        assert await within(first) == (200, "1")
        assert (await stand.poll(sid))[0] == 400
        assert ends == ["transport error"]


async def test_a_second_post_at_the_same_time_is_refused_and_closes_the_session() -> None:
    engine, ends = echo_engine(QUIET)
    async with running(engine) as stand:
        sid = await stand.open_polling()
        _reader, writer = await asyncio.open_connection("127.0.0.1", stand.port)
        head = (
            f"POST /socket.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n4half"
        )
        writer.write(head.encode())
        await writer.drain()
        await until(lambda: getattr(engine.sessions[sid].transport, "posting", False), "the first POST is read")
        assert (await stand.post(sid, "4x"))[0] == 400
        assert ends == ["transport error"]
        assert (await stand.poll(sid))[0] == 400
        writer.close()


async def test_a_close_packet_ends_the_session_and_the_waiting_poll() -> None:
    engine, ends = echo_engine(QUIET)
    async with running(engine) as stand:
        sid = await stand.open_polling()
        poll = asyncio.create_task(stand.poll(sid))
        await until(lambda: getattr(engine.sessions[sid].transport, "polled", False), "the poll waits")
        assert await stand.post(sid, "1") == (200, "ok")
        assert await within(poll) == (200, "6")
        assert (await stand.poll(sid))[0] == 400
        assert ends == ["transport close"]


async def test_a_poll_whose_client_went_away_loses_the_session_not_the_message() -> None:
    engine, ends = echo_engine(QUIET)
    async with running(engine) as stand:
        sid = await stand.open_polling()
        poll = asyncio.create_task(stand.poll(sid))
        await until(lambda: getattr(engine.sessions[sid].transport, "polled", False), "the poll waits")
        poll.cancel()
        await asyncio.wait({poll})
        await stand.http.close()
        # Nothing tells a server that a waiting request is gone but the attempt to answer it.
        await until(lambda: _nudge(engine.sessions.get(sid)) or ends == ["transport error"], "the loss is noticed")
        assert not engine.sessions


def _nudge(session: object) -> bool:
    if isinstance(session, Session):
        session.send(Frame(b"4anybody?"))
    return False


async def test_a_payload_of_the_announced_size_is_taken_and_a_larger_one_refused() -> None:
    engine, ends = echo_engine(Options(ping_interval=60, max_payload=1000))
    async with running(engine) as stand:
        sid = await stand.open_polling()
        exact = "4" + "x" * 999
        assert await stand.post(sid, exact) == (200, "ok")
        assert await stand.poll(sid) == (200, exact)
        assert (await stand.post(sid, exact + "x"))[0] == 413
        assert ends == ["parse error"]
        assert not engine.sessions


async def test_a_binary_body_is_refused() -> None:
    engine, _ = echo_engine(QUIET)
    async with running(engine) as stand:
        sid = await stand.open_polling()
        status, _ = await stand.post(sid, b"4x", **{"Content-Type": "application/octet-stream"})
        assert status == 400
        assert not engine.sessions


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD"])
async def test_other_methods_are_refused(method: str) -> None:
    engine, _ = echo_engine(QUIET)
    async with running(engine) as stand:
        sid = await stand.open_polling()
        url = f"{stand.endpoint}?EIO=4&transport=polling&sid={sid}"
        async with stand.http.request(method, url) as answer:
            assert answer.status == 400
        assert sid in engine.sessions

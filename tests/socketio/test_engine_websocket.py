"""Engine.IO protocol 4, "WebSocket", "Upgrade" and "Heartbeat"."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from tests.waiting import LIMIT_S, until

from paddock.socketio import Options

from .harness import echo_engine, running, within

QUIET = Options(ping_interval=60, ping_timeout=60)
BRISK = Options(ping_interval=0.1, ping_timeout=LIMIT_S)


async def test_each_packet_is_a_websocket_frame() -> None:
    engine, _ = echo_engine(QUIET)
    async with running(engine) as stand, stand.opened() as wire:
        await wire.send("4hello", "4utf8 — 경마 🏇", b"\x01\x02\x03\x04")
        assert await wire.text() == "4hello"
        assert await wire.text() == "4utf8 — 경마 🏇"
        assert await wire.receive() == b"\x01\x02\x03\x04"


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536, 999_999])
async def test_frames_of_every_length_form_arrive(size: int) -> None:
    engine, _ = echo_engine(QUIET)
    async with running(engine) as stand, stand.opened() as wire:
        await wire.send("4" + "x" * size, b"y" * size)
        assert await wire.text() == "4" + "x" * size
        assert await wire.receive() == b"y" * size


async def test_a_message_over_the_announced_size_closes_the_connection() -> None:
    engine, ends = echo_engine(Options(max_payload=1000))
    async with running(engine) as stand, stand.opened() as wire:
        await wire.send("4" + "x" * 999)
        assert await wire.text() == "4" + "x" * 999
        await wire.send("4" + "x" * 1000)
        assert await wire.ended() == 1009
        await until(lambda: ends == ["parse error"], "the session ends: parse error")
        assert engine.counters.violations == {"message too big": 1}


@pytest.mark.parametrize("packet", ["abc", "", "2", "5", "0", "9"])
async def test_a_malformed_packet_closes_the_connection(packet: str) -> None:
    engine, ends = echo_engine(QUIET)
    async with running(engine) as stand, stand.opened() as wire:
        await wire.send(packet)
        assert await wire.ended() == 1008
        assert ends == ["parse error"]
        assert not engine.sessions


async def test_the_close_packet_ends_the_session() -> None:
    engine, ends = echo_engine(QUIET)
    async with running(engine) as stand, stand.opened() as wire:
        await wire.send("1")
        assert await wire.ended() == 1000
        assert ends == ["transport close"]


async def test_the_end_of_the_connection_ends_the_session() -> None:
    engine, ends = echo_engine(QUIET)
    async with running(engine) as stand, stand.opened() as wire:
        await wire.ws.close()
        await until(lambda: ends == ["transport close"], "the session ends: transport close")
        assert not engine.sessions


async def test_websocket_pings_are_answered() -> None:
    engine, _ = echo_engine(QUIET)
    async with running(engine) as stand, stand.opened() as wire:
        await wire.ws.ping(b"there?")
        message = await within(wire.ws.receive())
        assert isinstance(message, aiohttp.WSMessage)
        assert (message.type, message.data) == (aiohttp.WSMsgType.PONG, b"there?")


async def test_an_upgrade_keeps_the_session_and_its_order() -> None:
    engine, ends = echo_engine(QUIET)
    async with running(engine) as stand:
        sid = await stand.open_polling()
        async with stand.websocket(sid) as wire:
            await wire.send("2probe")
            assert await wire.text() == "3probe"
            await stand.post(sid, "4queued for polling")
            await wire.send("5", "4sent over websocket")
            assert await wire.text() == "4queued for polling"
            assert await wire.text() == "4sent over websocket"
            assert engine.counters.upgrades == 1
            assert (engine.counters.polling, engine.counters.websocket) == (0, 1)
        await until(lambda: ends == ["transport close"], "the session ends: transport close")


async def test_the_probe_ends_a_waiting_poll_with_noop() -> None:
    engine, _ = echo_engine(QUIET)
    async with running(engine) as stand:
        sid = await stand.open_polling()
        poll = asyncio.create_task(stand.poll(sid))
        await until(lambda: getattr(engine.sessions[sid].transport, "polled", False), "the poll waits")
        async with stand.websocket(sid) as wire:
            await wire.send("2probe")
            assert await wire.text() == "3probe"
            assert await within(poll) == (200, "6")
            # A client that polled once more before it heard of the probe must not wait either.
            assert await stand.poll(sid) == (200, "6")
            await wire.send("5", "4x")
            assert await wire.text() == "4x"


async def test_polling_requests_after_the_upgrade_are_refused() -> None:
    engine, ends = echo_engine(QUIET)
    async with running(engine) as stand:
        sid = await stand.open_polling()
        async with stand.websocket(sid) as wire:
            await wire.send("2probe")
            await wire.text()
            await wire.send("5", "4done")
            await wire.text()
            assert (await stand.poll(sid))[0] == 400
            assert (await stand.post(sid, "4x"))[0] == 400
            await wire.send("4still here")
            assert await wire.text() == "4still here"
            assert ends == []


async def test_a_second_websocket_of_a_session_is_closed_and_the_session_goes_on() -> None:
    engine, ends = echo_engine(QUIET)
    async with running(engine) as stand, stand.opened() as wire:
        async with stand.websocket(wire.sid) as second:
            assert await second.ended() is not None
        await wire.send("4hello")
        assert await wire.text() == "4hello"
        assert ends == []


async def test_a_second_probe_is_closed() -> None:
    engine, ends = echo_engine(QUIET)
    async with running(engine) as stand:
        sid = await stand.open_polling()
        async with stand.websocket(sid) as wire, stand.websocket(sid) as second:
            assert await second.ended() is not None
            await wire.send("2probe")
            assert await wire.text() == "3probe"
        assert ends == []


@pytest.mark.parametrize("packets", [["5"], ["4x"], ["2"], ["2probe", "4x"], [b"\x01"], [""]])
async def test_a_wrong_probe_is_closed_and_the_session_stays_on_polling(packets: list[str | bytes]) -> None:
    engine, ends = echo_engine(QUIET)
    async with running(engine) as stand:
        sid = await stand.open_polling()
        async with stand.websocket(sid) as wire:
            await wire.send(*packets)
            assert await wire.ended() is not None
        await stand.post(sid, "4still here")
        bodies = [await stand.poll(sid)]
        if bodies[0] == (200, "6"):
            bodies.append(await stand.poll(sid))
        assert "4still here" in bodies[-1][1]
        assert ends == []


async def test_an_upgrade_that_is_not_completed_is_given_up() -> None:
    engine, ends = echo_engine(Options(ping_interval=60, upgrade_timeout=0.1))
    async with running(engine) as stand:
        sid = await stand.open_polling()
        async with stand.websocket(sid) as wire:
            assert await wire.ended() == 1000
        assert sid in engine.sessions
        assert ends == []


async def test_a_websocket_of_an_unknown_session_is_refused() -> None:
    engine, _ = echo_engine(QUIET)
    async with running(engine) as stand:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with stand.websocket("nobody"):
                pass
        assert refused.value.status == 400


async def test_the_server_sends_pings_and_the_client_answers_over_websocket() -> None:
    engine, ends = echo_engine(BRISK)
    async with running(engine) as stand, stand.opened() as wire:
        for _ in range(3):
            message = await within(wire.ws.receive_str())
            assert message == "2"
            await wire.send("3")
        assert ends == []


async def test_the_server_sends_pings_and_the_client_answers_over_polling() -> None:
    engine, ends = echo_engine(BRISK)
    async with running(engine) as stand:
        sid = await stand.open_polling()
        for _ in range(3):
            assert await stand.poll(sid) == (200, "2")
            assert await stand.post(sid, "3") == (200, "ok")
        assert ends == []


async def test_a_client_that_does_not_answer_a_ping_is_closed_over_websocket() -> None:
    engine, ends = echo_engine(Options(ping_interval=0.1, ping_timeout=0.1))
    async with running(engine) as stand, stand.opened() as wire:
        assert await within(wire.ws.receive_str()) == "2"
        message = await within(wire.ws.receive())
        assert isinstance(message, aiohttp.WSMessage)
        assert message.type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.ERROR)
        assert ends == ["ping timeout"]

"""What a hostile client may do after its first request, on both transports: it is stopped, and leaves nothing behind.

Each play compares sessions, sockets, rooms, tasks, files, objects and memory before and after (`level`), with a
bystander who is served all the while.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Callable

import pytest
from tests.waiting import until

from paddock.socketio import Options, Server, Socket

from .harness import Stand, Wire, running
from .level import HANDSHAKE, Raw, answered, echo_server, files, get, on_stage

MANY = 40
TRANSPORTS = ("polling", "websocket")


def post(sid: str, *headers: str, body: bytes = b"") -> bytes:
    """Return a POST request with these headers about its body."""
    head = [f"POST /socket.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1", "Host: h", *headers, "\r\n"]
    return "\r\n".join(head).encode() + body


def masked(first: int, payload: bytes, said: int | None = None) -> bytes:
    """Return a client's frame with a mask of zeros; `said` is the length it claims."""
    size = len(payload) if said is None else said
    if size < 126:
        head = bytes((first, 0x80 | size))
    elif size < 65_536:
        head = bytes((first, 0xFE)) + size.to_bytes(2, "big")
    else:
        head = bytes((first, 0xFF)) + size.to_bytes(8, "big")
    return head + bytes(4) + payload


async def enter(stand: Stand) -> Raw:
    """Return a raw WebSocket connection in the default namespace."""
    raw = await Raw.open(stand)
    raw.send(HANDSHAKE["websocket"])
    await raw.until(b"}")
    raw.send(masked(0x81, b"40"))
    await raw.until(b"40{")
    await raw.until(b"}")
    return raw


# Bodies.


@pytest.mark.parametrize(
    "headers",
    [
        ["Content-Length: 900"],
        ["Transfer-Encoding: chunked"],
        ["Content-Length: 999999"],
    ],
)
async def test_a_body_that_dribbles_in_ends_its_session_when_its_time_is_up(headers: list[str]) -> None:
    async with on_stage(echo_server(Options(body_timeout=0.3))) as (sio, stand, bystander, _):
        raws = []
        for _ in range(MANY // 4):
            sid = await stand.connect_polling()
            raws.append(await Raw.open(stand))
            raws[-1].send(post(sid, *headers, body=b"1\r\n4" if "chunked" in headers[0] else b"4"))
        await answered(bystander)
        await until(lambda: len(sio.engine.sessions) == 1, "one session is left")
        for raw in raws:
            assert b" 400 " in await raw.until(b"\r\n")
            raw.close()
        raws.clear()
        assert sio.stats().closed == {"transport error": MANY // 4}


@pytest.mark.parametrize(
    "lie",
    [
        ["Content-Length: -1"],
        ["Content-Length: 1x"],
        ["Content-Length: 99999999999999999999999"],
        ["Content-Length: 2", "Content-Length: 3"],
        ["Content-Length: 2", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: chunked, identity"],
        ["Transfer-Encoding: xchunked"],
    ],
    ids=str,
)
async def test_a_length_that_cannot_be_is_refused_and_the_connection_closed(lie: list[str]) -> None:
    async with on_stage(echo_server(Options(body_timeout=0.3))) as (_, stand, bystander, _peak):
        sid = await stand.connect_polling()
        raw = await Raw.open(stand)
        raw.send(post(sid, *lie, body=b"0\r\n\r\n" + get("EIO=4&transport=polling", "Connection: close")))
        said = await raw.ended()
        assert said.split(b" ")[1] == b"400" or b"Data after `Connection: close`" in said
        # What follows was not taken for a request.
        assert said.count(b"HTTP/1.") == 1
        await stand.post(sid, "1")
        await answered(bystander)


@pytest.mark.parametrize("size", [b"zz", b"-1", b"fffffffffffffffff", b"1 1"])
async def test_a_chunk_that_lies_about_its_size_ends_the_session(size: bytes) -> None:
    async with on_stage(echo_server(Options(body_timeout=0.3))) as (sio, stand, _, _peak):
        sid = await stand.connect_polling()
        raw = await Raw.open(stand)
        raw.send(post(sid, "Transfer-Encoding: chunked", body=b"1\r\n4\r\n"))
        await until(lambda: bool(getattr(sio.engine.sessions[sid].transport, "posting", False)), "the body is read")
        raw.send(size + b"\r\nx\r\n0\r\n\r\n")
        assert b" 400 " in (await raw.ended())[:20]
        assert sio.stats().closed == {"transport error": 1}
        assert (await stand.poll(sid))[0] == 400


@pytest.mark.parametrize("size", [1, 100_000, 1_000_001])
async def test_a_refused_post_ends_its_connection_with_all_that_is_behind_it(size: int) -> None:
    """Whoever was thrown out went on with POSTs of a megabyte each, a thousand in three seconds, and all were read."""
    async with on_stage(echo_server()) as (sio, stand, bystander, _):
        raw = await Raw.open(stand)
        raw.send(post("nobody", f"Content-Length: {size}", body=b"4" * size) * 3)
        said = await raw.ended()
        assert said.count(b"HTTP/1.1 ") <= 1
        assert sio.stats().refused == {"UNKNOWN_SESSION": 1}
        await answered(bystander)


async def test_a_body_in_chunks_of_one_byte_is_a_body() -> None:
    async with on_stage(echo_server()) as (_, stand, _bystander, _peak):
        sid = await stand.connect_polling()
        raw = await Raw.open(stand)
        raw.send(post(sid, "Transfer-Encoding: chunked", "Connection: close"))
        for byte in b'421["echo","in pieces"]':
            raw.send(b"1\r\n%c\r\n" % byte)
            await asyncio.sleep(0)
        raw.send(b"0\r\n\r\n")
        assert (await raw.ended()).startswith(b"HTTP/1.1 200 ")
        assert await stand.poll(sid) == (200, '431["in pieces"]')
        await stand.post(sid, "1")


async def test_a_thousand_packets_in_one_post_are_a_thousand_packets() -> None:
    async with on_stage(echo_server()) as (_, stand, bystander, _peak):
        sid = await stand.connect_polling()
        packets = "\x1e".join(f'42{number}["echo"]' for number in range(1000))
        assert await stand.post(sid, packets) == (200, "ok")
        answers = (await stand.poll(sid))[1].split("\x1e")
        assert answers == [f"43{number}[]" for number in range(1000)]
        await stand.post(sid, "1")
        await answered(bystander)


# Frames.


async def test_frames_in_single_bytes_are_put_together() -> None:
    async with on_stage(echo_server()) as (_, stand, _bystander, _peak):
        raw = await enter(stand)
        await raw.dribble(masked(0x81, b'421["echo","in pieces"]'))
        assert (await raw.until(b"]")).endswith(b'431["in pieces"]')
        raw.send(masked(0x81, b"1"))
        raw.close()


FRAMES: dict[str, bytes] = {
    "a frame that never ends": masked(0x81, b"4" * 10, said=900_000),
    "a message of fragments that never ends": masked(0x01, b"4") + masked(0x00, b"x" * 1000) * 100,
    "only empty fragments": masked(0x01, b"") + masked(0x00, b"") * 1000,
    "only control frames": masked(0x89, b"x" * 125) * 100,
}


@pytest.mark.parametrize("case", FRAMES)
async def test_frames_that_never_make_a_message_are_no_sign_of_life(case: str) -> None:
    server = echo_server(Options(), ping_interval=0.4, ping_timeout=2)
    async with on_stage(server) as (sio, stand, bystander, _):
        raws = [await enter(stand) for _ in range(MANY // 4)]
        for raw in raws:
            raw.send(FRAMES[case])
        for _ in range(2):
            await answered(bystander)
            await bystander.next_ping()
        await until(lambda: len(sio.engine.sessions) == 1, "one session is left")
        assert sio.stats().closed == {"ping timeout": MANY // 4}
        for raw in raws:
            await raw.ended()
        raws.clear()


async def test_pings_of_a_client_that_does_not_read_do_not_pile_up_as_pongs() -> None:
    sio = echo_server(Options(volatile_budget=10_000, message_burst=1_000_000))
    async with running(sio) as stand, stand.connected() as bystander:
        raw = await enter(stand)
        raw.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a read transport
        session = list(sio.engine.sessions.values())[-1]
        flood = masked(0x89, b"x" * 125) * 1000
        # 12 MB of pongs are asked for: more than the buffers of the system take.
        for _ in range(100):
            raw.send(flood)
            await raw.writer.drain()
            assert session.transport.backlog < 11_000
        assert session.transport.backlog > 10_000
        await answered(bystander)
        raw.writer.transport.abort()
        raw.close()
        await until(lambda: len(sio.engine.sessions) == 1, "one session is left")


# Sessions.


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_sessions_that_enter_no_namespace_are_closed_in_time(transport: str) -> None:
    async with on_stage(echo_server(Options(connect_timeout=1))) as (sio, stand, bystander, _):
        raws = []
        for _ in range(MANY):
            raws.append(await Raw.open(stand))
            raws[-1].send(HANDSHAKE[transport])
            await raws[-1].until(b'"maxPayload":1000000}')
        assert sio.stats().opened == MANY + 1, "some may be closed already where opening takes long"
        await answered(bystander)
        await until(lambda: len(sio.engine.sessions) == 1, "one session is left")
        assert sio.stats().closed == {"connect timeout": MANY}
        for raw in raws:
            raw.close()
        raws.clear()


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_one_source_gets_so_many_sessions_and_the_others_theirs(transport: str) -> None:
    options = Options(
        max_sessions_per_source=5, connect_timeout=60, source=lambda request: request.headers.get("X-From", "")
    )
    async with on_stage(echo_server(options)) as (sio, stand, bystander, _):
        request = HANDSHAKE[transport].replace(b"Host: h", b"Host: h\r\nX-From: greedy")
        raws = [await Raw.open(stand) for _ in range(MANY)]
        statuses = []
        for raw in raws:
            raw.send(request)
            statuses.append((await raw.until(b"\r\n")).split(b" ")[1])
        assert statuses.count(b"429") == MANY - 5
        assert sio.stats().refused == {"TOO_MANY_OF_SOURCE": MANY - 5}
        async with stand.connected() as somebody_else:
            await answered(somebody_else)
        end_all_but_the_first(sio)
        await until(lambda: len(sio.engine.sessions) == 1, "they have gone")
        await answered(bystander)
        # With room again it may come back.
        raws[0].close()
        raws[0] = await Raw.open(stand)
        raws[0].send(request)
        assert b"429" not in await raws[0].until(b"\r\n")
        for raw in raws:
            raw.close()
        raws.clear()
        end_all_but_the_first(sio)


def end_all_but_the_first(sio: Server) -> None:
    for session in list(sio.engine.sessions.values())[1:]:
        session.close("the test is over")


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_whoever_does_not_read_is_cut_off_with_all_that_waits_for_it(transport: str) -> None:
    options = Options(write_budget=200_000, body_timeout=0.2)
    async with on_stage(echo_server(options)) as (sio, stand, bystander, peak):
        raws = [await (enter(stand) if transport == "websocket" else waiting_poll(stand)) for _ in range(4)]
        await until(lambda: len(sio.of("/").sockets) == 5, "5 sockets in the namespace")
        for raw in raws:
            raw.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a read transport
        await tell_all(sio, bystander)
        assert sio.stats().closed == {"slow reader": 4}
        await answered(bystander)
        for raw in raws:
            raw.writer.transport.abort()
            raw.close()
        raws.clear()
    # Frames are shared: four clients behind hold what one holds, and the bystander has to read it.
    assert peak.bytes < 2 * (4 * 2 * 200_000 + 200_000)


@pytest.mark.parametrize("goodbye", ["a close frame", "the end of the stream"])
async def test_whoever_leaves_without_reading_is_not_waited_for(goodbye: str) -> None:
    sio = echo_server(Options(write_budget=30_000_000))
    async with running(sio) as stand, stand.connected() as bystander:
        [spared] = sio.of("/").sockets.values()
        before = files()
        raw = await enter(stand)
        raw.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a read transport
        # More than any socket buffer of the system takes.
        sio.of("/").emit("news", "x" * 20_000_000, except_=spared)
        if goodbye == "a close frame":
            raw.send(masked(0x88, b"\x03\xe8"))
        else:
            raw.writer.write_eof()
        await until(lambda: len(sio.engine.sessions) == 1, "one session is left")
        await until(lambda: files() == before + 1, "the client's side only is open")
        await answered(bystander)
        raw.close()


async def tell_all(sio: Server, bystander: Wire) -> None:
    """Broadcast until only the bystander is left."""
    frame = sio.of("/").frame("news", b'"' + b"x" * 100_000 + b'"')
    for _ in range(400):
        sio.of("/").room("all").send(frame)
        assert len(await bystander.text()) > 100_000
        if len(sio.engine.sessions) == 1:
            return


async def waiting_poll(stand: Stand) -> Raw:
    """Return a connection whose poll waits for something to be sent."""
    sid = await stand.connect_polling()
    raw = await Raw.open(stand)
    raw.send(get(f"EIO=4&transport=polling&sid={sid}"))
    return raw


async def test_the_answer_to_a_poll_that_nobody_reads_is_cut_off() -> None:
    options = Options(write_budget=30_000_000, body_timeout=0.1)
    async with on_stage(echo_server(options)) as (sio, stand, bystander, _):
        raw = await waiting_poll(stand)
        raw.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a read transport
        await until(lambda: len(sio.of("/").sockets) == 2, "2 sockets in the namespace")
        polling = [socket for socket in sio.of("/").sockets.values() if socket.transport_name == "polling"]
        # More than any socket buffer of the system takes.
        polling[0].send_frame(sio.of("/").frame("news", b'"' + b"x" * 20_000_000 + b'"'))
        polling[0].disconnect(close=True)
        polling.clear()
        await answered(bystander)
        raw.close()


# Events.


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_events_that_wait_for_a_slow_handler_are_bounded_by_their_bytes(transport: str) -> None:
    server = echo_server(Options(max_in_flight_bytes=200_000, body_timeout=30, message_burst=100_000))
    gate = asyncio.Event()

    async def slow(socket: Socket, *args: object) -> None:
        await gate.wait()

    server.of("/").on("slow")(slow)
    async with on_stage(server) as (sio, stand, bystander, peak):
        send = many_frames if transport == "websocket" else many_posts
        sending = asyncio.create_task(send(stand, ('42["slow","' + "x" * 90_000 + '"]').encode()))
        for _ in range(30):
            await answered(bystander)
        # It has been told to wait: 11 MB were on their way.
        assert not sending.done()
        gate.set()
        await sending
        await until(lambda: len(sio.engine.sessions) == 1, "one session is left")
        assert sio.stats().handling.count > 120
    assert peak.bytes < 5_000_000


async def many_frames(stand: Stand, text: bytes) -> None:
    raw = await enter(stand)
    await flood(raw, masked(0x81, text), 120)
    raw.send(masked(0x81, b"1"))
    await raw.ended()


async def many_posts(stand: Stand, text: bytes) -> None:
    sid = await stand.connect_polling()
    for _ in range(12):
        assert await stand.post(sid, "\x1e".join([text.decode()] * 10)) == (200, "ok")
    await stand.post(sid, "1")


async def flood(raw: Raw, data: bytes, times: int) -> None:
    for _ in range(times):
        raw.send(data)
        await raw.writer.drain()


BOMBS: dict[str, Callable[[], list[str | bytes]]] = {
    "more bytes than allowed": lambda: ['4510-["echo"]', *([b"x" * 150_000] * 10)],
    "more attachments than allowed": lambda: ['4511-["echo"]'],
    "one attachment over the limit": lambda: ['451-["echo"]', b"x" * 1_000_001],
    "attachments that never come": lambda: ['4510-["echo"]', *([b"x" * 90_000] * 9)],
}


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("bomb", BOMBS)
async def test_an_attachment_bomb_goes_off_in_its_own_session(bomb: str, transport: str) -> None:
    async with on_stage(echo_server(Options(attachment_timeout=0.2))) as (sio, stand, bystander, peak):
        throw = throw_over_websocket if transport == "websocket" else throw_over_polling
        for _ in range(3):
            await throw(stand, BOMBS[bomb]())
        await until(lambda: len(sio.engine.sessions) == 1, "one session is left")
        await answered(bystander)
        assert sio.stats().closed == {"parse error": 3}
    # What the thrower holds, what is read, and what is put together.
    assert peak.bytes < 3 * 2_000_000 + 2 * 2_000_000


async def throw_over_websocket(stand: Stand, packets: list[str | bytes]) -> None:
    raw = await enter(stand)
    for packet in packets:
        raw.send(masked(0x81, packet.encode()) if isinstance(packet, str) else masked(0x82, packet))
    await raw.ended()


async def throw_over_polling(stand: Stand, packets: list[str | bytes]) -> None:
    sid = await stand.connect_polling()
    for packet in packets:
        record = packet if isinstance(packet, str) else "b" + b64encode(packet).decode()
        status, _ = await stand.post(sid, record, Connection="close")
        if status != 200:
            return

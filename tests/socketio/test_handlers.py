"""The application's side: connecting, handling, acknowledging, calling, rooms, leaving."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest
from aiohttp import web
from tests.waiting import LIMIT_S, until

from paddock.socketio import (
    CallTimeout,
    ConnectRefused,
    Disconnected,
    Options,
    Server,
    Socket,
    TooManyCalls,
)

from .harness import Wire, running, within

QUIET = Options(ping_interval=60, ping_timeout=60)


async def test_a_connect_handler_refuses_with_a_message_and_data() -> None:
    sio = Server(QUIET)
    left: list[str] = []

    @sio.of("/").on_connect
    async def check(socket: Socket, auth: object) -> None:
        socket.join("lobby")
        raise ConnectRefused("no seat", data={"retry": True})

    @sio.of("/").on_disconnect
    async def leave(socket: Socket, reason: str) -> None:
        left.append(reason)

    async with running(sio) as stand, stand.opened() as wire:
        await wire.send("40")
        assert await wire.text() == '44{"message":"no seat","data":{"retry":true}}'
        assert len(sio.of("/").rooms) == 0
        # What the client sent before it learned of the refusal is no offence.
        await wire.send('42["early"]', "40")
        assert (await wire.text()).startswith("44{")
    assert left == []


async def test_a_connect_handler_that_fails_refuses_without_telling_why() -> None:
    faults: list[tuple[str, str]] = []
    sio = Server(Options(ping_interval=60, on_fault=lambda what, error: faults.append((what, str(error)))))

    @sio.of("/").on_connect
    def check(socket: Socket, auth: object) -> None:
        raise KeyError("secret")

    async with running(sio) as stand, stand.opened() as wire:
        await wire.send("40")
        assert await wire.text() == '44{"message":"Internal error"}'
    assert faults == [("connect handler", "'secret'")]
    assert sio.stats().faults == 1


async def test_packets_before_connect_was_answered_close_the_session() -> None:
    sio = Server(QUIET)
    gate = asyncio.Event()
    left: list[str] = []

    @sio.of("/").on_connect
    async def check(socket: Socket, auth: object) -> None:
        await gate.wait()

    @sio.of("/").on_disconnect
    def leave(socket: Socket, reason: str) -> None:
        left.append(reason)

    async with running(sio) as stand, stand.opened() as wire:
        await wire.send("40", '42["early"]')
        assert await wire.ended() == 1008
        gate.set()
        # The connect handler returned, so what it did can be undone.
        await until(lambda: left == ["parse error"], "the session ends: parse error")
        assert not sio.of("/").sockets


async def test_what_is_sent_while_connecting_follows_the_connect_packet() -> None:
    sio = Server(QUIET)
    ns = sio.of("/")

    @ns.on_connect
    async def enter(socket: Socket, auth: object) -> None:
        socket.join("r")
        ns.room("r").emit("first")
        await asyncio.sleep(0)
        socket.emit("second")
        assert not socket.connected

    async with running(sio) as stand, stand.connected() as wire:
        assert await wire.text() == '42["first"]'
        assert await wire.text() == '42["second"]'


async def test_handlers_of_one_socket_run_in_order_plain_ones_too() -> None:
    sio = Server(QUIET)
    ns = sio.of("/")
    seen: list[object] = []
    gate = asyncio.Event()

    @ns.on("slow")
    async def slow(socket: Socket, number: object) -> None:
        await gate.wait()
        seen.append(number)

    @ns.on("quick")
    def quick(socket: Socket, number: object) -> None:
        seen.append(number)

    async with running(sio) as stand, stand.connected() as wire:
        await wire.send('42["slow",1]', '42["quick",2]', '42["slow",3]', '42["quick",4]')
        await until(lambda: sio.stats().packets_in == 5, "all were read")
        assert seen == []
        gate.set()
        await until(lambda: len(seen) == 4, "all have been handled")
        assert seen == [1, 2, 3, 4]


async def test_a_slow_handler_holds_up_its_own_client_only() -> None:
    sio = Server(Options(ping_interval=60, max_in_flight=4))
    ns = sio.of("/")
    gate = asyncio.Event()
    begun: list[object] = []

    @ns.on("wait")
    async def wait(socket: Socket, number: object) -> None:
        begun.append(number)
        await gate.wait()

    @ns.on("echo")
    def echo(socket: Socket, value: object) -> object:
        return value

    async with running(sio) as stand, stand.connected() as slow, stand.connected() as other:
        for number in range(20):
            await slow.send(f'42["wait",{number}]')
        await other.send('420["echo","hi"]')
        assert await other.text() == '430["hi"]'
        assert begun == [0]
        # One runs and four wait; the rest has not been read.
        assert sio.stats().packets_in < 20
        gate.set()
        await until(lambda: len(begun) == 20, "20 have begun")
        assert begun == list(range(20))


async def test_events_taken_before_the_client_left_are_handled_before_its_end() -> None:
    sio = Server(QUIET)
    ns = sio.of("/")
    seen: list[object] = []

    @ns.on("note")
    async def note(socket: Socket, number: object) -> None:
        await asyncio.sleep(0)
        seen.append(number)

    @ns.on_disconnect
    async def leave(socket: Socket, reason: str) -> None:
        seen.append(reason)

    async with running(sio) as stand, stand.connected() as wire:
        await wire.send('42["note",1]', '42["note",2]', "41")
        await until(lambda: len(seen) == 3, "all have been handled")
        assert seen == [1, 2, "client namespace disconnect"]


async def test_a_failing_handler_is_reported_and_the_socket_goes_on() -> None:
    faults: list[str] = []
    sio = Server(Options(ping_interval=60, on_fault=lambda what, error: faults.append(str(error))))
    ns = sio.of("/")

    @ns.on("plain")
    def plain(socket: Socket) -> None:
        raise RuntimeError("plain")

    @ns.on("coroutine")
    async def coroutine(socket: Socket) -> None:
        raise RuntimeError("coroutine")

    @ns.on("sum")
    def add(socket: Socket, a: int, b: int) -> int:
        return a + b

    async with running(sio) as stand, stand.connected() as wire:
        await wire.send('421["plain"]', '422["coroutine"]', '423["sum",1]', '424["sum",1,2]')
        assert await wire.text() == "434[3]"
        assert faults[:2] == ["plain", "coroutine"]
        assert "argument" in faults[2]


async def test_a_raw_handler_gets_json_text_and_acknowledges_with_json_text() -> None:
    sio = Server(QUIET)
    got: list[tuple[str, bytes]] = []

    def raw(socket: Socket, event: str, args: bytes, ack: Callable[[bytes], None] | None) -> None:
        got.append((event, args))
        if ack is not None:
            ack(b'{"ok":true}')
            ack(b'{"twice":true}')

    sio.of("/").on_raw(raw)
    async with running(sio) as stand, stand.connected() as wire:
        await wire.send('427["pick",{"racer":3},"x"]', '42["none"]', '42 [ "spaced" , 1 , 2 ] '.replace("42 ", "42"))
        assert await wire.text() == '437[{"ok":true}]'
        await wire.send('451-["blob",{"_placeholder":true,"num":0}]', b"\x01\x02\x03", '428["\\u0070ick",[]]')
        assert await wire.text() == '438[{"ok":true}]'
    assert got == [
        ("pick", b'[{"racer":3},"x"]'),
        ("none", b"[]"),
        ("spaced", b"[1,2]"),
        ("blob", b'["AQID"]'),
        ("pick", b"[[]]"),
    ]


async def test_a_raw_handler_may_return_something_to_wait_for() -> None:
    sio = Server(QUIET)
    order: list[str] = []

    gate = asyncio.Event()

    async def work(event: str, ack: Callable[[bytes], None] | None) -> None:
        if event == "first":
            await gate.wait()
        order.append(event)
        if ack is not None:
            ack(b"1")

    sio.of("/").on_raw(lambda socket, event, args, ack: work(event, ack))
    async with running(sio) as stand, stand.connected() as wire:
        await wire.send('421["first"]', '422["second"]')
        await until(lambda: sio.stats().packets_in == 3, "both were read")
        assert order == []
        gate.set()
        assert [await wire.text(), await wire.text()] == ["431[1]", "432[1]"]
    assert order == ["first", "second"]


async def _calling(timeout: float, reply: Callable[[Wire, str], object]) -> object:
    sio = Server(Options(ping_interval=60, max_calls=1))
    async with running(sio) as stand, stand.connected() as wire:
        [socket] = sio.of("/").sockets.values()
        call = asyncio.create_task(socket.call("ask", {"n": 1}, timeout=timeout))
        assert await wire.text() == '420["ask",{"n":1}]'
        with pytest.raises(TooManyCalls):
            await socket.call("ask", timeout=LIMIT_S)
        await within(reply(wire, "430"))  # type: ignore[arg-type]
        try:
            return await within(call)
        finally:
            await wire.send("430[1]")
            await wire.send('42["sync"]')


async def test_a_call_returns_what_the_client_acknowledges_with() -> None:
    assert await _calling(LIMIT_S, lambda wire, ack: wire.send(ack + '["yes"]')) == "yes"
    assert await _calling(LIMIT_S, lambda wire, ack: wire.send(ack + "[]")) is None
    assert await _calling(LIMIT_S, lambda wire, ack: wire.send(ack + "[1,2]")) == [1, 2]
    binary = '461-0[{"_placeholder":true,"num":0}]'
    assert await _calling(LIMIT_S, lambda wire, ack: wire.send(binary, b"\x01")) == b"\x01"


async def test_a_call_ends_when_its_time_is_up_and_a_late_answer_is_no_offence() -> None:
    sio = Server(QUIET)
    async with running(sio) as stand, stand.connected() as wire:
        [socket] = sio.of("/").sockets.values()
        with pytest.raises(CallTimeout):
            await socket.call("ask", timeout=0.01)
        assert await wire.text() == '420["ask"]'
        await wire.send("430[1]")
        await until(lambda: sio.stats().late_acks == 1, "the late answer is counted")
        assert socket.connected


async def test_a_call_ends_when_the_client_goes() -> None:
    sio = Server(QUIET)
    async with running(sio) as stand, stand.connected() as wire:
        [socket] = sio.of("/").sockets.values()
        call = asyncio.create_task(socket.call("ask", timeout=LIMIT_S))
        await wire.text()
        await wire.ws.close()
        with pytest.raises(Disconnected):
            await within(call)
        with pytest.raises(Disconnected):
            await socket.call("ask", timeout=LIMIT_S)


async def test_a_room_gets_what_is_sent_to_it_but_for_one() -> None:
    sio = Server(QUIET)
    ns = sio.of("/")
    ns.on("join")(lambda socket, room: socket.join(room))
    ns.on("leave")(lambda socket, room: socket.leave(room))
    ns.on("tell")(lambda socket, room: ns.room(room).emit("told", socket.data, b"\x07", except_=socket))
    async with running(sio) as stand, stand.connected() as a, stand.connected() as b, stand.connected() as c:
        for wire in (a, b, c):
            await wire.send('421["join","blue"]')
            assert await wire.text() == "431[]"
        assert len(ns.room("blue").sockets()) == 3
        await a.send('42["tell","blue"]')
        for wire in (b, c):
            assert await wire.text() == '451-["told",null,{"_placeholder":true,"num":0}]'
            assert await wire.receive() == b"\x07"
        await b.send('422["leave","blue"]')
        assert await b.text() == "432[]"
        ns.room("blue").send(ns.frame("score", b"[1,2]", b"null", offset="17"))
        for wire in (a, c):
            assert await wire.text() == '42["score",[1,2],null,"17"]'
        await c.ws.close()
        await until(lambda: len(ns.sockets) == 2, "2 sockets in the namespace")
        assert len(ns.room("blue").sockets()) == 1
        ns.emit("all")
        assert [await a.text(), await b.text()] == ['42["all"]', '42["all"]']
        ns.room("nobody").emit("unheard")
    assert len(ns.rooms) == 0


async def test_the_server_takes_a_client_out_of_one_namespace() -> None:
    sio = Server(QUIET)
    sio.of("/other")
    reasons: list[str] = []
    sio.of("/").on_disconnect(lambda socket, reason: reasons.append(reason))
    async with running(sio) as stand, stand.connected() as wire:
        await wire.send("40/other,")
        await wire.text()
        [socket] = sio.of("/").sockets.values()
        socket.disconnect()
        assert await wire.text() == "41"
        assert reasons == ["server namespace disconnect"]
        socket.emit("unheard")
        socket.disconnect()
        # The client has not heard of it yet: what it sends there is dropped, the other namespace goes on.
        await wire.send('42["late"]', '42/other,["x"]', "40")
        assert (await wire.text()).startswith("40{")


async def test_the_server_closes_a_connection() -> None:
    sio = Server(QUIET)
    reasons: list[str] = []
    for name in ("/", "/other"):
        sio.of(name).on_disconnect(lambda socket, reason: reasons.append(reason))
    async with running(sio) as stand, stand.connected() as wire:
        await wire.send("40/other,")
        await wire.text()
        next(iter(sio.of("/").sockets.values())).disconnect(close=True)
        assert sorted([await wire.text(), await wire.text()]) == ["41", "41/other,"]
        assert await wire.ended() == 1000
        assert reasons == ["server namespace disconnect"] * 2


async def test_a_client_that_is_moved_is_not_told_to_stay_away() -> None:
    sio = Server(QUIET)
    reasons: list[str] = []
    sio.of("/").on_disconnect(lambda socket, reason: reasons.append(reason))
    async with running(sio) as stand, stand.connected() as wire:
        next(iter(sio.of("/").sockets.values())).move()
        # No DISCONNECT packet: that would keep the JavaScript client from connecting again.
        assert await wire.receive() is None
        assert wire.ws.close_code == 1001
    assert reasons == ["server shutting down"]


async def test_the_server_closes_a_polling_connection_after_its_last_words() -> None:
    """Both in one answer: the JavaScript client closed at once, and met its last words after that."""
    sio = Server(QUIET)
    async with running(sio) as stand:
        sid = await stand.connect_polling()
        socket = next(iter(sio.of("/").sockets.values()))
        socket.emit("bye")
        socket.disconnect(close=True)
        assert await stand.poll(sid) == (200, '42["bye"]\x1e41')
        assert await stand.poll(sid) == (200, "1")
        assert not sio.engine.sessions


async def test_the_last_words_answer_a_poll_that_waits() -> None:
    sio = Server(QUIET)
    async with running(sio) as stand:
        sid = await stand.connect_polling()
        poll = asyncio.create_task(stand.poll(sid))
        await until(lambda: getattr(sio.engine.sessions[sid].transport, "polled", False), "the poll waits")
        next(iter(sio.of("/").sockets.values())).disconnect(close=True)
        assert await within(poll) == (200, "41")
        assert await stand.poll(sid) == (200, "1")
        assert not sio.engine.sessions


async def test_a_polling_client_that_does_not_fetch_its_last_words_is_forgotten() -> None:
    sio = Server(Options(ping_interval=60, ping_timeout=0.05))
    async with running(sio) as stand:
        sid = await stand.connect_polling()
        next(iter(sio.of("/").sockets.values())).disconnect(close=True)
        assert sid in sio.engine.sessions
        await until(lambda: not sio.engine.sessions, "the session is forgotten")


async def test_closing_the_server_tells_clients_to_come_back_and_waits_for_handlers() -> None:
    sio = Server(Options(ping_interval=60, close_timeout=0.2))
    done: list[str] = []

    @sio.of("/").on_disconnect
    async def leave(socket: Socket, reason: str) -> None:
        await asyncio.sleep(0)
        done.append(reason)

    @sio.of("/").on("hang")
    async def hang(socket: Socket) -> None:
        await asyncio.Event().wait()

    async with running(sio) as stand, stand.connected() as wire, stand.connected() as hung:
        await hung.send('42["hang"]')
        await until(lambda: sio.stats().packets_in == 3, "three packets were read")
        before = len(asyncio.all_tasks())
        await within(sio.close())
        assert done == ["server shutting down"]
        assert await wire.ended() == 1001
        assert len(asyncio.all_tasks()) < before
        assert (await stand.get("?EIO=4&transport=polling"))[0] == 503


async def test_a_socket_knows_where_its_client_comes_from() -> None:
    sio = Server(Options(ping_interval=60))
    facts: list[object] = []

    @sio.of("/").on_connect
    def enter(socket: Socket, auth: object) -> None:
        facts.extend([socket.source, socket.query["room"], socket.headers["user-agent"], socket.transport_name])

    async with running(sio) as stand:
        answer = await stand.get("?EIO=4&transport=polling&room=ABCD", **{"User-Agent": "me"})
        await stand.post(json.loads(answer[1][1:])["sid"], "40")
        assert facts == ["127.0.0.1", "ABCD", "me", "polling"]


def test_reserved_names_are_refused_here_too() -> None:
    ns = Server().of("/")
    for name in ("connect", "disconnect", "newListener", ""):
        with pytest.raises(ValueError, match="reserved"):
            ns.frame(name)
        with pytest.raises(ValueError, match="reserved"):
            ns.on(name)
    for name in ("admin", "/a,b", "/" + "x" * 200):
        with pytest.raises(ValueError, match="bad namespace"):
            Server().of(name)


async def test_requests_of_unknown_sessions_may_be_forwarded() -> None:
    async def forward(request: web.Request, sid: str) -> web.StreamResponse | None:
        return web.Response(text=f"of {sid}") if sid.startswith("other-") else None

    sio = Server(Options(forward=forward))
    async with running(sio) as stand:
        assert await stand.poll("other-7") == (200, "of other-7")
        assert (await stand.poll("nobody"))[0] == 400

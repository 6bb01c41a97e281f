"""One client's Socket.IO side as plays."""

from __future__ import annotations

from paddock.socketio import ConnectRefused, Options, Socket
from paddock.socketio.session_state import SessionState

from .stage import Stage


def test_connect_event_acknowledgement_disconnect() -> None:
    stage = Stage()
    main = stage.namespaces("/")["/"]
    log: list[object] = []
    main.on_connect(lambda socket, auth: log.append(auth))
    main.on_disconnect(lambda socket, reason: log.append(reason))
    main.on("add")(lambda socket, a, b: a + b)
    [greeting] = stage.text('40{"token":"t"}')
    assert greeting.startswith('40{"sid":"')
    assert stage.text('427["add",1,2]') == ["437[3]"]
    assert stage.text('42["unknown event",1]') == []
    assert stage.text("41") == []
    assert log == [{"token": "t"}, "client namespace disconnect"]
    assert not main.sockets


def test_a_client_that_enters_no_namespace_is_closed() -> None:
    stage = Stage()
    stage.namespaces("/")
    stage.go(7.9)
    assert stage.transport.said() == []
    stage.go(8)
    assert stage.transport.said() == ["close 1000 connect timeout"]


def test_a_client_that_entered_a_namespace_in_time_stays() -> None:
    stage = Stage(Options(ping_interval=10, ping_timeout=5, connect_timeout=8))
    stage.namespaces("/")
    stage.go(7.9)
    stage.text("40")
    for ping in (10, 20, 30):
        stage.go(ping)
        assert stage.transport.said() == ["2"]
        stage.text("3")
    assert stage.known


def test_a_client_that_left_its_last_namespace_has_that_time_again() -> None:
    stage = Stage(Options(ping_interval=1, ping_timeout=100, connect_timeout=8))
    stage.namespaces("/")
    stage.text("40")
    stage.go(30)
    stage.text("3")
    stage.text("41")
    stage.go(37.9)
    assert stage.known
    stage.transport.said()
    stage.go(38)
    assert "close 1000 connect timeout" in stage.transport.said()


def test_attachments_have_a_time_limit() -> None:
    stage = Stage(Options(ping_interval=100, ping_timeout=100, attachment_timeout=2))
    stage.namespaces("/")
    stage.text("40")
    stage.go(1)
    stage.text('452-["x",{"_placeholder":true,"num":0}]')
    stage.go(2.5)
    stage.binary(b"one")
    assert stage.transport.said() == []
    stage.go(3)
    assert stage.transport.said() == ["close 1008 attachments late"]


def test_attachments_have_their_time_limit_in_no_namespace_too() -> None:
    """The longer time limit for entering a namespace used to replace theirs."""
    stage = Stage(Options(ping_interval=100, ping_timeout=100, attachment_timeout=2, connect_timeout=100))
    main = stage.namespaces("/")["/"]
    stage.text("40")
    stage.text('451-["x",{"_placeholder":true,"num":0}]')
    next(iter(main.sockets.values())).disconnect()
    stage.transport.said()
    stage.go(1.9)
    assert stage.transport.said() == []
    stage.go(2)
    assert stage.transport.said() == ["close 1008 attachments late"]


def test_a_handler_that_refuses_and_one_that_fails() -> None:
    stage = Stage()
    main = stage.namespaces("/")["/"]

    def refuse(socket: Socket, auth: object) -> None:
        raise ConnectRefused("no", data=auth)

    main.on_connect(refuse)
    assert stage.text('40{"a":1}') == ['44{"message":"no","data":{"a":1}}']
    main.on_connect(lambda socket, auth: 1 / 0)
    assert stage.text("40") == ['44{"message":"Internal error"}']
    assert len(stage.faults) == 1


def test_a_connect_handler_that_disconnects_refuses() -> None:
    stage = Stage()
    main = stage.namespaces("/")["/"]
    main.on_connect(lambda socket, auth: socket.disconnect())
    assert stage.text("40") == ['44{"message":"disconnected"}']
    assert not main.sockets
    assert stage.session.state is SessionState.OPEN


def test_the_last_words_to_a_polling_client_wait_for_its_poll() -> None:
    """Leaving the last namespace asked for a wake at once, which forgot the session and the packets with it."""
    stage = Stage(Options(ping_interval=100, ping_timeout=20), transport="polling")
    main = stage.namespaces("/")["/"]
    stage.text("40")
    stage.transport.drain()
    next(iter(main.sockets.values())).disconnect(close=True)
    stage.go(19.9)
    assert stage.known
    assert [frame.records for frame in stage.transport.drain()] == [b"41"]
    stage.go(20.1)
    assert not stage.known

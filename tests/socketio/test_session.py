"""The Engine.IO session as plays: what comes in, what time it is, what goes out."""

from __future__ import annotations

from paddock.socketio import Frame, Options

from .stage import Notes, Stage, Transport


def opened(stage: Stage) -> Notes:
    notes = Notes()
    stage.session.start(notes, stage.now)
    return notes


def test_heartbeat_ping_pong_ping() -> None:
    stage = Stage()
    notes = opened(stage)
    stage.go(9.9)
    assert stage.transport.said() == []
    stage.go(10)
    assert stage.transport.said() == ["2"]
    stage.go(12)
    assert stage.text("3") == []
    # The next ping comes an interval after the pong.
    stage.go(21.9)
    assert stage.transport.said() == []
    stage.go(22)
    assert stage.transport.said() == ["2"]
    assert notes.log == []


def test_pings_go_at_their_interval_though_there_is_more_time_to_answer() -> None:
    stage = Stage(Options(ping_interval=10, ping_timeout=60))
    opened(stage)
    for number in range(1, 4):
        stage.go(10 * number)
        assert stage.transport.said() == ["2"]
        stage.text("3")
    # Without an answer there is no second ping, but all the time that was promised.
    stage.go(40)
    stage.transport.said()
    stage.go(99.9)
    assert stage.transport.said() == []
    stage.go(100)
    assert stage.transport.said() == ["close 1000 ping timeout"]


def test_a_session_that_its_listener_ends_is_not_woken_again() -> None:
    """It was scheduled for its next ping all the same, and so kept alive until then."""
    stage = Stage(Options(ping_interval=100, connect_timeout=5))
    stage.namespaces("/")
    stage.now = 5
    assert stage.session.wake(5) is None
    assert stage.transport.said() == ["close 1000 connect timeout"]
    assert stage.alarm is None


def test_heartbeat_without_a_pong() -> None:
    stage = Stage()
    notes = opened(stage)
    stage.go(14.9)
    assert (stage.transport.said(), notes.log) == (["2"], [])
    stage.go(15)
    assert (stage.transport.said(), notes.log) == (["close 1000 ping timeout"], ["closed: ping timeout"])
    assert not stage.known
    assert stage.alarm is None


def test_heartbeat_without_a_pong_over_polling() -> None:
    stage = Stage(transport="polling")
    notes = opened(stage)
    stage.go(10)
    assert [frame.records for frame in stage.transport.drain()] == [b"2"]
    stage.go(14.9)
    assert stage.known
    stage.go(15)
    assert (stage.transport.said(), notes.log) == (["2", "close 1000 ping timeout"], ["closed: ping timeout"])
    assert not stage.known


def test_heartbeat_of_a_client_that_only_talks() -> None:
    """Whatever comes shows that a client lives, though a pong never does."""
    stage = Stage()
    notes = opened(stage)
    for tenth in range(100, 300):
        stage.go(tenth / 10)
        stage.text("4busy")
    assert stage.known
    assert set(notes.log) == {"busy"}


def test_heartbeat_of_a_client_that_talks_but_is_late_with_its_pong() -> None:
    stage = Stage()
    notes = opened(stage)
    stage.go(13)
    stage.text("4busy")
    stage.go(17.9)
    assert notes.log == ["busy"]
    stage.go(18)
    assert notes.log == ["busy", "closed: ping timeout"]


def test_messages_go_to_the_listener_until_the_end() -> None:
    stage = Stage()
    notes = opened(stage)
    stage.text("4hello")
    stage.binary(b"\x01\x02")
    stage.text("6")
    stage.text("1")
    assert stage.text("4after") == []
    stage.session.send(Frame(b"4unheard"))
    assert stage.transport.said() == []
    assert notes.log == ["hello", "0102", "closed: transport close"]


def test_a_bad_packet_is_answered_with_a_reason() -> None:
    stage = Stage()
    notes = opened(stage)
    assert stage.text("x") == ["close 1008 unknown packet type"]
    assert notes.log == ["closed: parse error"]
    stage.session.lost(stage.transport, "transport error")
    assert notes.log == ["closed: parse error"]


def test_an_upgrade_moves_what_is_queued() -> None:
    stage = Stage(transport="polling")
    notes = opened(stage)
    socket = Transport()
    assert stage.session.begin_upgrade(socket, stage.now)
    assert not stage.session.begin_upgrade(Transport(), stage.now)
    assert stage.text("2probe", socket) == ["3probe"]
    assert stage.transport.said() == ["6"]
    stage.session.send(Frame(b"4one"))
    stage.session.send(Frame(b"4two"))
    stage.transport.said()
    assert stage.text("5", socket) == ["4one", "4two"]
    assert stage.transport.said() == ["release"]
    stage.session.send(Frame(b"4three"))
    assert socket.said() == ["4three"]
    stage.text("4over websocket", socket)
    # The old transport is nobody now.
    stage.text("4over polling")
    stage.session.lost(stage.transport, "transport error")
    assert notes.log == ["over websocket"]


def test_an_upgrade_that_takes_too_long_is_given_up() -> None:
    stage = Stage(transport="polling")
    notes = opened(stage)
    socket = Transport()
    stage.session.begin_upgrade(socket, stage.now)
    stage.text("2probe", socket)
    stage.go(3)
    assert socket.said() == ["close 1000 upgrade failed"]
    assert stage.text("5", socket) == []
    assert notes.log == []
    assert stage.session.begin_upgrade(Transport(), stage.now)


def test_an_upgrade_before_its_probe_is_given_up() -> None:
    stage = Stage(transport="polling")
    opened(stage)
    socket = Transport()
    stage.session.begin_upgrade(socket, stage.now)
    assert stage.text("5", socket) == ["close 1000 upgrade failed"]
    assert stage.session.transport is stage.transport


def test_a_probe_ends_with_its_session_and_the_session_survives_its_probe() -> None:
    stage = Stage(transport="polling")
    notes = opened(stage)
    lost = Transport()
    stage.session.begin_upgrade(lost, stage.now)
    stage.session.lost(lost, "transport close")
    assert notes.log == []
    probe = Transport()
    stage.session.begin_upgrade(probe, stage.now)
    stage.session.lost(stage.transport, "transport error")
    assert probe.said() == ["close 1000 upgrade failed"]
    assert notes.log == ["closed: transport error"]


def test_a_client_behind_by_more_than_its_budget_is_cut_off() -> None:
    stage = Stage()
    notes = opened(stage)
    stage.transport.backlog = stage.options.volatile_budget + 1
    assert not stage.session.send_volatile(Frame(b"4dropped"))
    stage.session.send(Frame(b"4kept"))
    assert stage.transport.said() == ["4kept"]
    stage.transport.backlog = stage.options.write_budget
    stage.session.send(Frame(b"4just fits"))
    assert stage.transport.said() == ["4just fits"]
    stage.session.send(Frame(b"4too much"))
    assert stage.transport.said() == ["4too much", "abort"]
    assert notes.log == ["closed: slow reader"]
    assert stage.options.write_budget < stage.counters.high_water < stage.options.write_budget + 100


def test_a_polling_session_that_is_closed_waits_for_one_more_poll_but_not_for_long() -> None:
    stage = Stage(transport="polling")
    notes = opened(stage)
    stage.session.send(Frame(b"4bye"))
    stage.session.close("forced close")
    stage.session.close("again")
    # The first look at the clock comes at once, and the time runs from there.
    stage.go(stage.options.ping_timeout - 0.1)
    before = stage.known
    stage.go(stage.options.ping_timeout)
    assert (before, stage.known) == (True, False)
    assert notes.log == ["closed: forced close"]


def test_a_session_closed_in_the_middle_of_its_upgrade_says_its_last_words_over_websocket() -> None:
    stage = Stage(transport="polling")
    notes = opened(stage)
    socket = Transport()
    stage.session.begin_upgrade(socket, stage.now)
    stage.text("2probe", socket)
    stage.session.send(Frame(b"441"))
    stage.session.close("forced close")
    assert socket.said() == []
    assert stage.text("5", socket) == ["441", "close 1000"]
    assert not stage.known
    assert notes.log == ["closed: forced close"]


def test_a_session_closed_in_the_middle_of_an_upgrade_that_never_ends() -> None:
    stage = Stage(transport="polling")
    opened(stage)
    socket = Transport()
    stage.session.begin_upgrade(socket, stage.now)
    stage.text("2probe", socket)
    stage.session.close("forced close")
    stage.go(stage.options.linger)
    assert not stage.known
    assert socket.said() == ["close 1000 upgrade failed"]


def test_answers_to_a_probe_that_nobody_reads_do_not_pile_up() -> None:
    """A client that sent `2probe` on and on over a WebSocket it never read had the answers pile up without a bound."""
    stage = Stage(transport="polling")
    stage.session.start(Notes(), 0)
    probe = Transport()
    assert stage.session.begin_upgrade(probe, 0)
    assert stage.text("2probe", probe) == ["3probe"]
    probe.backlog = stage.options.volatile_budget + 1
    assert stage.text("2probe", probe) == ["close 1000 upgrade failed"]
    assert stage.session.probe is None

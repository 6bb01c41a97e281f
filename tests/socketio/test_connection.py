"""One client's Socket.IO side as plays, and as a state machine that may do anything at any time."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from paddock.socketio import ConnectRefused, Options, Socket
from paddock.socketio.session import Phase

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
    assert stage.channel.said() == []
    stage.go(8)
    assert stage.channel.said() == ["close 1000 connect timeout"]


def test_a_client_that_left_its_last_namespace_has_that_time_again() -> None:
    stage = Stage(Options(ping_interval=1, ping_timeout=100, connect_timeout=8))
    stage.namespaces("/")
    stage.text("40")
    stage.go(30)
    stage.text("3")
    stage.text("41")
    stage.go(37.9)
    assert stage.known
    stage.channel.said()
    stage.go(38)
    assert "close 1000 connect timeout" in stage.channel.said()


def test_attachments_have_a_time_limit() -> None:
    stage = Stage(Options(ping_interval=100, ping_timeout=100, attachment_timeout=2))
    stage.namespaces("/")
    stage.text("40")
    stage.go(1)
    stage.text('452-["x",{"_placeholder":true,"num":0}]')
    stage.go(2.5)
    stage.binary(b"one")
    assert stage.channel.said() == []
    stage.go(3)
    assert stage.channel.said() == ["close 1008 attachments late"]


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
    assert stage.session.phase is Phase.OPEN


class Anything(RuleBasedStateMachine):
    """A client that does what it likes; the model knows which namespaces it is in and whether it still lives."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage(Options(ping_interval=1000, ping_timeout=1000, connect_timeout=1000))
        self.made = self.stage.namespaces("/", "/a", "/b")
        self.inside: set[str] = set()
        self.left: set[str] = set()
        self.alive = True
        self.binary_due = 0
        self.events: list[object] = []
        for name, namespace in self.made.items():
            namespace.on("e")(lambda socket, *args: self.events.append(args))
            if name == "/b":
                namespace.on_connect(self.refuse)

    def refuse(self, socket: Socket, auth: object) -> None:
        if isinstance(auth, dict) and auth.get("refuse"):
            raise ConnectRefused("no")

    def send(self, name: str, kind: str, rest: str) -> None:
        place = "" if name == "/" else name + ","
        self.stage.text(f"4{kind}{place}{rest}")

    def expect(self, sound: bool) -> bool:
        """A sound packet leaves the client alive; one that is not, or that cuts into attachments, ends it."""
        if not self.alive:
            return False
        if not sound or self.binary_due:
            self.alive = False
            self.inside.clear()
        return self.alive

    @rule(name=st.sampled_from(["/", "/a", "/b", "/unknown"]), refuse=st.booleans())
    def connect(self, name: str, refuse: bool) -> None:
        sound = name not in self.inside
        self.send(name, "0", '{"refuse":true}' if refuse else "")
        if self.expect(sound) and name != "/unknown":
            self.left.discard(name)
            if name == "/b" and refuse:
                self.left.add(name)
            else:
                self.inside.add(name)

    @rule(name=st.sampled_from(["/", "/a", "/b"]))
    def disconnect(self, name: str) -> None:
        sound = name in self.inside or name in self.left
        self.send(name, "1", "")
        if self.expect(sound):
            self.inside.discard(name)

    @rule(name=st.sampled_from(["/", "/a", "/b"]), args=st.lists(st.integers(), max_size=3))
    def event(self, name: str, args: list[int]) -> None:
        sound = name in self.inside or name in self.left
        heard = self.alive and not self.binary_due and name in self.inside
        before = len(self.events)
        self.send(name, "2", json.dumps(["e", *args], separators=(",", ":")))
        self.expect(sound)
        assert self.events[before:] == ([tuple(args)] if heard else [])

    @precondition(lambda self: not self.binary_due)
    @rule(name=st.sampled_from(["/", "/a"]), count=st.integers(1, 3))
    def binary_event(self, name: str, count: int) -> None:
        sound = name in self.inside or name in self.left
        holders = [{"_placeholder": True, "num": number} for number in range(count)]
        place = "" if name == "/" else name + ","
        self.stage.text(f"45{count}-{place}" + json.dumps(["e", *holders]))
        if self.expect(sound):
            self.binary_due = count

    @rule(data=st.binary(max_size=5))
    def attachment(self, data: bytes) -> None:
        self.stage.binary(data)
        if not self.alive:
            return
        if self.binary_due:
            self.binary_due -= 1
        else:
            self.alive = False
            self.inside.clear()

    @rule(text=st.sampled_from(["", "47", "42", "42[]", '42["connect"]', "2", "439[]", "x", '4{"a":1}']))
    def nonsense(self, text: str) -> None:
        self.stage.text(text)
        self.expect(False)

    @rule(name=st.sampled_from(["/", "/a", "/b"]))
    def sent_away(self, name: str) -> None:
        for socket in list(self.made[name].sockets.values()):
            socket.disconnect()
            self.inside.discard(name)
            self.left.add(name)

    @invariant()
    def both_agree(self) -> None:
        assert self.stage.known == self.alive
        for name, namespace in self.made.items():
            assert len(namespace.sockets) == (1 if name in self.inside else 0)
            assert len(namespace.rooms) == 0
        assert self.stage.counters.sockets == len(self.inside)
        assert not self.stage.faults


TestAnything = Anything.TestCase
TestAnything.settings = settings(
    max_examples=80, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)

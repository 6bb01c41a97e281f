"""A connection that may do anything at any time: any packets, drops, upgrades, requests of the server, and time.

The model knows which namespaces the client is in, whether its session still lives, how far its upgrade is, and which
events have to have reached it: every one exactly once and in order, over whichever transport.
"""

from __future__ import annotations

import json
import re

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from paddock.socketio import ConnectRefused, Options, Socket
from paddock.socketio.limits import TransportName

from .fuzz import LONG, examples
from .stage import Stage, Transport

LINGER_S = 2
"""Seconds that the last packets wait for the next poll."""

names = st.sampled_from(["/", "/a", "/b"])


class Anything(RuleBasedStateMachine):
    """A client that does what it likes, and a server that sends and closes when it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: set[str] = set()
        self.left: set[str] = set()
        self.careful = False
        self.alive = True
        self.known = True
        self.binary_due = 0
        self.binary_until = 0.0
        self.events: list[object] = []
        self.probe: Transport | None = None
        self.probed = False
        self.probe_until = 0.0
        self.closed_at = 0.0
        self.sent = 0
        self.got: list[int] = []

    @initialize(transport=st.sampled_from(["polling", "websocket"]), careful=st.booleans())
    def open(self, transport: TransportName, careful: bool) -> None:
        # A careful client breaks no rule and stays: hardly any other lives until the server sends it away.
        self.careful = careful
        options = Options(
            ping_interval=1000,
            ping_timeout=LINGER_S,
            connect_timeout=1000,
            linger=LINGER_S,
            upgrade_timeout=3,
            attachment_timeout=2,
        )
        self.stage = Stage(options, transport)
        self.made = self.stage.namespaces("/", "/a", "/b")
        for name, namespace in self.made.items():
            namespace.on("e")(lambda socket, *args: self.events.append(args))
            if name == "/b":
                namespace.on_connect(self.refuse)
        if careful:
            self.connect("/", refuse=False)

    def refuse(self, socket: Socket, auth: object) -> None:
        if isinstance(auth, dict) and auth.get("refuse"):
            raise ConnectRefused("no")

    # What the model knows.

    @property
    def transport_name(self) -> TransportName:
        return self.stage.session.transport.name

    @property
    def transport(self) -> Transport:
        transport = self.stage.session.transport
        assert isinstance(transport, Transport)
        return transport

    def end(self, *, lingers: bool = False) -> None:
        """The session ends; one that the server closes on polling is known until its last packets are fetched."""
        self.alive = False
        self.inside.clear()
        if lingers and self.transport_name == "polling":
            self.closed_at = self.stage.now
            if not self.probed:
                self.probe = None
        else:
            self.known = False
            self.probe = None

    def expect(self, sound: bool) -> bool:
        """A sound packet leaves the client alive; one that is not, or that cuts into attachments, ends it."""
        if not self.alive:
            return False
        if not sound or self.binary_due:
            self.end()
        return self.alive

    def collect(self) -> None:
        """Take what has reached the client over a WebSocket."""
        if self.transport_name == "websocket":
            self.read(self.transport.said())

    def read(self, packets: list[str]) -> None:
        for packet in packets:
            self.got += [int(number) for number in re.findall(r'42\["n",(\d+)\]', packet)]

    # What the client does.

    @rule(name=st.sampled_from(["/", "/a", "/b", "/unknown"]), refuse=st.booleans())
    def connect(self, name: str, refuse: bool) -> None:
        self.collect()
        sound = name not in self.inside
        if self.careful and not sound:
            return
        self.send_and_read(name, "0", '{"refuse":true}' if refuse else "")
        if self.expect(sound) and name != "/unknown":
            self.left.discard(name)
            (self.left if name == "/b" and refuse else self.inside).add(name)

    def send_and_read(self, name: str, kind: str, rest: str) -> None:
        transport = self.transport
        place = "" if name == "/" else name + ","
        said = self.stage.text(f"4{kind}{place}{rest}", transport)
        if transport.name == "websocket":
            self.read(said)

    @rule(name=names)
    def disconnect(self, name: str) -> None:
        sound = name in self.inside or name in self.left
        if self.careful and (not sound or self.binary_due):
            return
        self.send_and_read(name, "1", "")
        if self.expect(sound):
            self.inside.discard(name)

    @rule(name=names, args=st.lists(st.integers(), max_size=3))
    def event(self, name: str, args: list[int]) -> None:
        sound = name in self.inside or name in self.left
        heard = self.alive and not self.binary_due and name in self.inside
        if self.careful and (not sound or self.binary_due):
            return
        before = len(self.events)
        self.send_and_read(name, "2", json.dumps(["e", *args], separators=(",", ":")))
        self.expect(sound)
        assert self.events[before:] == ([tuple(args)] if heard else [])

    @precondition(lambda self: not self.binary_due)
    @rule(name=st.sampled_from(["/", "/a"]), count=st.integers(1, 3))
    def binary_event(self, name: str, count: int) -> None:
        sound = name in self.inside or name in self.left
        if self.careful and not sound:
            return
        holders = [{"_placeholder": True, "num": number} for number in range(count)]
        self.send_and_read(name, f"5{count}-", json.dumps(["e", *holders]))
        if self.expect(sound):
            self.binary_due = count
            self.binary_until = self.stage.now + 2

    @precondition(lambda self: self.binary_due or not self.careful)
    @rule(data=st.binary(max_size=5))
    def attachment(self, data: bytes) -> None:
        self.stage.session.receive_binary(self.transport, data, self.stage.now)
        if not self.alive:
            return
        if self.binary_due:
            self.binary_due -= 1
        else:
            self.end()

    @precondition(lambda self: not self.careful)
    @rule(text=st.sampled_from(["", "47", "42", "42[]", '42["connect"]', "2", "439[]", "x", '4{"a":1}', "2probe", "5"]))
    def nonsense(self, text: str) -> None:
        # What was sent before the client learnt that it was sent away is not looked at.
        ignored = text in ("42[]", '42["connect"]', "439[]") and "/" in self.left
        self.stage.session.receive_text(self.transport, text.encode(), self.stage.now)
        self.expect(ignored)

    @precondition(lambda self: not self.careful)
    @rule()
    def say_goodbye(self) -> None:
        self.stage.session.receive_text(self.transport, b"1", self.stage.now)
        if self.alive:
            self.end()

    @precondition(lambda self: not self.careful)
    @rule(reason=st.sampled_from(["transport close", "transport error"]))
    def drop(self, reason: str) -> None:
        self.stage.session.lost(self.transport, reason)
        self.end()

    @precondition(lambda self: self.transport_name == "polling")
    @rule()
    def poll(self) -> None:
        self.read([frame.records.decode() for frame in self.transport.drain()])
        if not self.alive:
            self.stage.session.finished()
            self.known = False
            self.probe = None

    # Its upgrade.

    @rule()
    def begin_upgrade(self) -> None:
        transport = Transport("websocket")
        taken = self.stage.session.begin_upgrade(transport, self.stage.now)
        assert taken == (self.alive and self.transport_name == "polling" and self.probe is None)
        if taken:
            self.probe, self.probed, self.probe_until = transport, False, self.stage.now + 3

    @precondition(lambda self: self.probe is not None)
    @rule(text=st.sampled_from(["2probe", "2probe", "5", "5", "4x", "", "3"]))
    def probe_says(self, text: str) -> None:
        probe = self.probe
        assert probe is not None
        self.stage.session.receive_text(probe, text.encode(), self.stage.now)
        if text == "2probe":
            assert probe.said() == ["3probe"]
            self.probed = True
        elif text == "5" and self.probed:
            # What waited for a poll comes over the new transport.
            self.read(probe.said())
            self.probe = None
            self.known = self.alive
            if self.alive:
                assert self.stage.session.transport is probe
        else:
            assert probe.said() == ["close 1000 upgrade failed"]
            self.probe = None

    @precondition(lambda self: self.probe is not None)
    @rule(binary=st.booleans())
    def probe_fails(self, binary: bool) -> None:
        assert self.probe is not None
        if binary:
            self.stage.session.receive_binary(self.probe, b"x", self.stage.now)
        else:
            self.stage.session.lost(self.probe, "transport close")
        self.probe = None

    # What the server does.

    @rule(count=st.integers(1, 3))
    def emit(self, count: int) -> None:
        for socket in list(self.made["/"].sockets.values()):
            for _ in range(count):
                socket.emit("n", self.sent)
                self.sent += 1

    @rule(name=names)
    def send_away(self, name: str) -> None:
        for socket in list(self.made[name].sockets.values()):
            socket.disconnect()
            self.inside.discard(name)
            self.left.add(name)

    @rule(name=names, move=st.booleans())
    def close(self, name: str, move: bool) -> None:
        for socket in list(self.made[name].sockets.values()):
            if move:
                socket.move()
            else:
                socket.disconnect(close=True)
            self.end(lingers=True)

    # Time.

    @rule(seconds=st.sampled_from([0.5, 1.0, 2.5]))
    def wait(self, seconds: float) -> None:
        self.collect()
        self.stage.go(self.stage.now + seconds)
        now = self.stage.now
        if self.alive and self.binary_due and now >= self.binary_until:
            self.end()
        if self.probe is not None and now >= self.probe_until:
            self.probe = None
        if self.known and not self.alive and now >= self.closed_at + LINGER_S:
            self.known = False
            self.probe = None

    # What holds at any time.

    @invariant()
    def both_agree(self) -> None:
        assert self.stage.known == self.known
        for name, namespace in self.made.items():
            assert len(namespace.sockets) == (1 if name in self.inside else 0)
            assert len(namespace.rooms) == 0
        counters = self.stage.counters
        assert counters.sockets == len(self.inside)
        assert counters.sessions == int(self.alive)
        assert (counters.polling, counters.websocket) == (
            (0, 0) if not self.alive else (1, 0) if self.transport_name == "polling" else (0, 1)
        )
        assert sum(counters.closed.values()) == counters.backlogs.count == int(not self.alive)
        assert (self.stage.session.probe is not None) == (self.probe is not None)
        assert not self.stage.faults

    @invariant()
    def every_event_arrives_once_and_in_order(self) -> None:
        self.collect()
        assert self.got == list(range(len(self.got)))
        if self.alive:
            waiting = [frame.records.decode() for frame in self.transport.queued]
            assert len(self.got) + sum('["n"' in packet for packet in waiting) == self.sent


TestAnything = Anything.TestCase
TestAnything.settings = settings(
    max_examples=examples(100),
    stateful_step_count=60 if LONG else 30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

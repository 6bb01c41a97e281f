"""A session without a network: a transport that remembers what was written, and a clock that is told the time."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import NoReturn

from paddock.socketio import Counters, Frame, Handshake, Options, Session
from paddock.socketio.connection import Connection
from paddock.socketio.fair_scheduler import FairScheduler, Work
from paddock.socketio.limits import TransportName
from paddock.socketio.namespace import Namespace


def nobody_waits(work: Work) -> None:
    """Begin no further iteration: there is no event loop."""


class Transport:
    """A way to nobody."""

    def __init__(self, name: TransportName = "websocket") -> None:
        self.name: TransportName = name
        self.log: list[str] = []
        self.backlog = 0
        self.queued: list[Frame] = []

    def write(self, frame: Frame) -> int:
        self.log.append(frame.records.decode())
        if self.name == "polling" or self.backlog:
            self.queued.append(frame)
            self.backlog += frame.size
        return self.backlog

    def drain(self) -> list[Frame]:
        frames, self.queued, self.backlog = self.queued, [], 0
        return frames

    def close(self, code: int, reason: str) -> None:
        self.log.append(f"close {code} {reason}".strip())

    def release(self) -> None:
        self.log.append("release")

    def abort(self) -> None:
        self.log.append("abort")

    def said(self) -> list[str]:
        """Return what happened since the last look."""
        log, self.log = self.log, []
        return log


class Stage:
    """The host of one session; `go(t)` lets time pass."""

    def __init__(self, options: Options | None = None, transport: TransportName = "websocket") -> None:
        self.options = options or Options(ping_interval=10, ping_timeout=5, connect_timeout=8, upgrade_timeout=3)
        self.counters = Counters()
        self.scheduler = FairScheduler(self.options.turn_seconds, nobody_waits)
        self.now = 0.0
        self.alarm: float | None = None
        self.known = True
        self.transport = Transport(transport)
        self.session = Session("sid", self.transport, self)
        self.faults: list[BaseException] = []

    def sleep(self, session: Session, at: float) -> None:
        self.alarm = at if self.alarm is None else min(self.alarm, at)

    def sleep_for(self, session: Session, seconds: float) -> None:
        self.sleep(session, self.now + seconds)

    def forget(self, session: Session) -> None:
        self.known = False
        self.alarm = None

    def go(self, until: float) -> None:
        """Let time pass, waking the session whenever it asked to be."""
        while (at := self.alarm) is not None and at <= until:
            self.now, self.alarm = max(at, self.now), None
            again = self.session.wake(self.now)
            if again is not None:
                assert again > self.now, "a session that wants to be woken at once never sleeps"
                self.sleep(self.session, again)
        self.now = until

    def text(self, packet: str, transport: Transport | None = None) -> list[str]:
        """Receive a packet and return what was written because of it."""
        transport = transport or self.transport
        self.session.receive_text(transport, packet.encode(), self.now)
        return transport.said()

    def binary(self, data: bytes) -> list[str]:
        self.session.receive_binary(self.transport, data, self.now)
        return self.transport.said()

    def namespaces(self, *names: str) -> dict[str, Namespace]:
        """Speak Socket.IO on the session; return the namespaces. Their handlers must be plain functions."""

        def spawn(work: Coroutine[object, None, None]) -> NoReturn:
            work.close()
            raise AssertionError("no task is expected here")

        def report(what: str, error: BaseException) -> None:
            self.faults.append(error)

        made = {name: Namespace(name, self.options, self.counters, spawn, report) for name in names}
        handshake = Handshake("source", {}, {})
        connection = Connection(self.session, handshake, made, self.options, self.counters)
        connection.await_connect(self.now)
        self.session.start(connection, self.now)
        return made


class Notes:
    """A listener that writes everything down."""

    def __init__(self) -> None:
        self.log: list[str] = []

    def text(self, message: bytes, now: float) -> None:
        self.log.append(message.decode())

    def binary(self, message: bytes, now: float) -> None:
        self.log.append(message.hex())

    def closed(self, reason: str) -> None:
        self.log.append(f"closed: {reason}")

    def wake(self, now: float) -> float | None:
        return None

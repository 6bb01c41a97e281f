"""One Engine.IO session: heartbeat, upgrade, time limits and its end, whatever transport carries it.

Sans I/O: packets and the time come in as arguments, frames go out through a `Transport`, messages through a `Listener`.
Never sees a socket, a request or a clock. All times are seconds of one monotonic clock.
Source: "Protocol" of the Engine.IO protocol, revision 4.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Final

from . import packet
from .errors import BadPacket
from .fair_scheduler import Work
from .host import Host, Listener
from .metrics import count
from .packet import Frame
from .rate_limit import RateLimiter
from .session_state import SessionState
from .transport import Transport
from .websocket import NORMAL, VIOLATION

TOO_MANY_MESSAGES: Final = "too many messages"


_OPEN: Final = SessionState.OPEN
"""Looked up once: an enum's members cost as much as a call, and this is asked for each frame and client."""


class Session:
    """One client, from its handshake to its end.

    Attributes:
        sid: the secret id the client shows with each request.
        source: the client's address.
        transport: the transport in use.
        probe: the WebSocket that may become the transport, while an upgrade is under way.
        probed: whether that WebSocket has proved to work.
        broken: whether the session ended because of what its client sent.
        limiter: how much the client may still send; every message is charged before it is looked at.
        scheduler: the server's scheduler, for work that does not fit into one turn of a connection.
        listener: gets the messages; set once, before the first packet.
    """

    __slots__ = (
        "_awaits_pong",
        "_counters",
        "_forget_at",
        "_high",
        "_host",
        "_limit",
        "_ping_at",
        "_probe_until",
        "_seen",
        "broken",
        "limiter",
        "listener",
        "probe",
        "probed",
        "scheduler",
        "sid",
        "source",
        "state",
        "transport",
        "wheel_slot",
    )

    def __init__(self, sid: str, transport: Transport, host: Host[Session], source: str = "") -> None:
        self.sid = sid
        self.source = source
        self.transport = transport
        self.state = SessionState.OPEN
        self.probe: Transport | None = None
        self.probed = False
        self.broken = False
        self.listener: Listener | None = None
        self.wheel_slot = 0
        options = host.options
        self.limiter = RateLimiter(options.message_rate, options.message_burst, options.max_pauses)
        self.scheduler = host.scheduler
        self._host = host
        self._counters = host.counters
        self._limit = options.write_budget
        self._ping_at = 0.0
        self._awaits_pong = False
        self._seen = 0.0
        self._high = 0
        self._probe_until = 0.0
        self._forget_at: float | None = None

    def start(self, listener: Listener, now: float, burst_fraction: float = 1.0) -> None:
        """Begin the heartbeat and deliver messages to the listener from now on.

        Args:
            listener: gets them.
            now: the time.
            burst_fraction: the part of the burst that is available at once.
        """
        self.listener = listener
        self.limiter.begin(now, burst_fraction)
        self._seen = now
        self._ping_at = now + self._host.options.ping_interval
        counters = self._counters
        counters.opened += 1
        counters.sessions += 1
        self._count_transport(1)
        self.sleep(self._ping_at)

    def sleep(self, at: float) -> None:
        """Ask to be woken at `at`."""
        self._host.sleep(self, at)

    def wake_soon(self) -> None:
        """Ask to be woken at the next tick."""
        self._host.sleep_for(self, 0.0)

    def receive_text(self, transport: Transport, data: bytes, now: float) -> Awaitable[None] | None:
        """Take one text packet from a transport; return something to wait for before reading on."""
        if transport is not self.transport:
            self._receive_probe(transport, data, now)
            return None
        if self.state is not _OPEN or self.listener is None:
            return None
        self._seen = now
        try:
            if not data:
                raise BadPacket("empty packet")
            kind = data[0]
            if kind == packet.MESSAGE:
                counters = self._counters
                counters.packets_in += 1
                counters.bytes_in += len(data)
                return self.listener.text(data[1:], now)
            if kind == packet.PONG:
                self._awaits_pong = False
                self._ping_at = now + self._host.options.ping_interval
            elif kind == packet.CLOSE:
                self.lost(transport, "transport close")
            elif kind == packet.PING:
                raise BadPacket("ping from client")
            elif kind != packet.NOOP:
                raise BadPacket("unknown packet type")
        except BadPacket as bad:
            self.violate(bad.reason)
        return None

    def receive_binary(self, transport: Transport, data: bytes, now: float) -> Awaitable[None] | None:
        """Take one binary message from a transport; return something to wait for before reading on."""
        if transport is not self.transport:
            self._drop_probe(transport)
            return None
        if self.state is not SessionState.OPEN or self.listener is None:
            return None
        self._seen = now
        counters = self._counters
        counters.packets_in += 1
        counters.bytes_in += len(data)
        try:
            return self.listener.binary(data, now)
        except BadPacket as bad:
            self.violate(bad.reason)
        return None

    def receive_record(self, transport: Transport, record: bytes, now: float) -> Awaitable[None] | None:
        """Take one record of a polling body."""
        if not packet.is_binary_record(record):
            return self.receive_text(transport, record, now)
        try:
            data = packet.binary_record(record)
        except BadPacket as bad:
            self.violate(bad.reason)
            return None
        return self.receive_binary(transport, data, now)

    def charge(self, units: int) -> None:
        """Charge the client for what costs more than a message."""
        self.limiter.credit -= units

    def afford(self, now: float) -> float | None:
        """Return the seconds to read nothing from the client, 0 for none; or None: it sent too much and is closed."""
        pause = self.limiter.settle(now)
        if pause is None:
            self._expel()
        elif pause:
            self._counters.pauses += 1
        return pause

    def schedule(self, work: Work) -> None:
        """Run work for this client in one of its next turns."""
        self.scheduler.submit(self.source, work, urgent=self.limiter.calm)

    def next_turn(self) -> Awaitable[None]:
        """Return an awaitable that completes at this client's next turn."""
        return self.scheduler.wait(self.source, urgent=self.limiter.calm)

    def send(self, frame: Frame) -> None:
        """Send a frame in order; a client that was behind by more than its write budget is closed instead."""
        if self.state is not _OPEN:
            return
        counters = self._counters
        counters.packets_out += 1
        counters.bytes_out += frame.size
        backlog = self.transport.write(frame)
        if backlog:
            if backlog > self._high:
                self._high = backlog
                if backlog > counters.high_water:
                    counters.high_water = backlog
            if backlog - frame.size > self._limit:
                self.overflow()

    def send_volatile(self, frame: Frame) -> bool:
        """Send a frame unless the client is behind; say whether it was sent."""
        if self.state is not SessionState.OPEN or self.transport.backlog > self._host.options.volatile_budget:
            self._counters.volatile_dropped += 1
            return False
        self.send(frame)
        return True

    def overflow(self) -> None:
        """End the session because more waits for its client than the write budget allows."""
        if self.state is SessionState.OPEN:
            self._end("slow reader")
            self.transport.abort()

    def begin_upgrade(self, transport: Transport, now: float) -> bool:
        """Take a second transport as a candidate; say whether this session may be upgraded."""
        if self.state is not SessionState.OPEN or self.probe is not None or self.transport.name != "polling":
            return False
        self.probe = transport
        self.probed = False
        self._probe_until = now + self._host.options.upgrade_timeout
        self.sleep(self._probe_until)
        return True

    def lost(self, transport: Transport, reason: str) -> None:
        """Learn that a transport is gone ("transport close" or "transport error")."""
        if transport is self.probe:
            self.probe = None
            self.probed = False
        elif transport is self.transport and self.state is not SessionState.CLOSED:
            self._end(reason)
            transport.release()

    def refuse(self, reason: str) -> None:
        """End the session because two requests of it overlap: their order is lost."""
        if self.state is SessionState.OPEN:
            count(self._counters.violations, reason)
            self._end("transport error")
            self.transport.close(VIOLATION, reason)

    def violate(self, reason: str, code: int = VIOLATION) -> None:
        """End the session at once because of what the client sent."""
        if self.state is SessionState.OPEN:
            self.broken = True
            count(self._counters.violations, reason)
            self._end("parse error")
            self.transport.close(code, reason)

    def _expel(self) -> None:
        """End the session at once because its client went beyond its rate over and over."""
        if self.state is SessionState.OPEN:
            self.broken = True
            count(self._counters.violations, TOO_MANY_MESSAGES)
            self._end(TOO_MANY_MESSAGES)
            self.transport.close(VIOLATION, TOO_MANY_MESSAGES)
            report = self._host.options.on_abuse
            if report is not None:
                report(self.source, TOO_MANY_MESSAGES)

    def close(self, reason: str, code: int = NORMAL) -> None:
        """End the session for the application; what is queued for the client still goes out."""
        if self.state is not SessionState.OPEN:
            return
        if self.transport.name == "polling":
            # The last packets (a DISCONNECT, say) wait for the next poll.
            self.state = SessionState.CLOSING
            self.transport.close(code, reason)
            self._tell(reason)
            self.wake_soon()
        else:
            self._end(reason)
            self.transport.close(code, reason)

    def finished(self) -> None:
        """Learn that the last packets of a closing session were fetched."""
        if self.state is SessionState.CLOSING:
            self.state = SessionState.CLOSED
            self._host.forget(self)
            self._drop_probe(self.probe)

    def wake(self, now: float) -> float | None:
        """Send a ping, end what took too long; return when to be woken next."""
        if self.state is SessionState.CLOSED or self.listener is None:
            return None
        options = self._host.options
        if self.state is SessionState.CLOSING:
            # A wake-up scheduled before the end may have led here, long before the client could poll.
            if self._forget_at is None:
                unread = self.transport.backlog > packet.CLOSE_FRAME.size
                self._forget_at = now + (options.ping_timeout if unread else options.linger)
            if now < self._forget_at:
                return self._forget_at
            self.finished()
            return None
        if now >= self._ping_at:
            if not self._awaits_pong:
                self._awaits_pong = True
                self._ping_at = now + options.ping_timeout
                self.send(packet.PING_FRAME)
            elif now - self._seen < options.ping_timeout:
                # Whatever came from the client shows that it lives; its pong may be stuck behind a large message.
                self._ping_at = self._seen + options.ping_timeout
            else:
                self._end("ping timeout")
                self.transport.close(NORMAL, "ping timeout")
                return None
        # Not later than the next ping, should the pong come: nothing is rescheduled when it does.
        due = min(self._ping_at, now + options.ping_interval)
        if self.probe is not None:
            if now >= self._probe_until:
                self._drop_probe(self.probe)
            else:
                due = min(due, self._probe_until)
        wanted = self.listener.wake(now)
        if self._is_over():
            # The listener has ended it: nobody may wake it again, or it would be held until then.
            return None
        return due if wanted is None else min(due, wanted)

    def _is_over(self) -> bool:
        return self.state is SessionState.CLOSED

    def _receive_probe(self, transport: Transport, data: bytes, now: float) -> None:
        if transport is not self.probe or self.state is SessionState.CLOSED:
            return
        if data == b"2probe" and transport.backlog <= self._host.options.volatile_budget:
            # A client that asks on and on, and does not read, would have the answers pile up.
            self.probed = True
            transport.write(packet.PROBE_ANSWER)
            if not self.transport.backlog:
                # A waiting poll is answered, so that the client can pause polling and finish the upgrade.
                self.transport.write(packet.NOOP_FRAME)
        elif data == b"5" and self.probed:
            self._upgrade(transport, now)
        else:
            self._drop_probe(transport)

    def _upgrade(self, transport: Transport, now: float) -> None:
        old = self.transport
        for frame in old.drain():
            if frame is not packet.NOOP_FRAME and frame is not packet.CLOSE_FRAME:
                transport.write(frame)
        self.probe = None
        self.probed = False
        if self.state is SessionState.CLOSING:
            transport.close(NORMAL, "")
            self.finished()
            return
        self._count_transport(-1)
        self.transport = transport
        self._count_transport(1)
        self._seen = now
        self._counters.upgrades += 1
        old.release()

    def _drop_probe(self, transport: Transport | None) -> None:
        if transport is not None and transport is self.probe:
            self.probe = None
            self.probed = False
            transport.close(NORMAL, "upgrade failed")

    def _end(self, reason: str) -> None:
        was, self.state = self.state, SessionState.CLOSED
        self._host.forget(self)
        if was is SessionState.OPEN:
            self._tell(reason)

    def _tell(self, reason: str) -> None:
        counters = self._counters
        counters.sessions -= 1
        self._count_transport(-1)
        count(counters.closed, reason)
        counters.backlogs.observe(self._high)
        if self.state is SessionState.CLOSED or not self.probed:
            # A client whose probe was answered does not poll any more: its last packets go out over the WebSocket.
            self._drop_probe(self.probe)
        if self.listener is not None:
            self.listener.closed(reason)

    def _count_transport(self, change: int) -> None:
        if self.transport.name == "polling":
            self._counters.polling += change
        else:
            self._counters.websocket += change

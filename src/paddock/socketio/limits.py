"""Every setting and every bound of a server, in one frozen record.

Never reads the environment; an application fills it in. Times are seconds (fractions allowed), sizes are bytes.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from aiohttp import web

from .fast_handshake import RequestInfo

TransportName: TypeAlias = Literal["polling", "websocket"]
OriginRule: TypeAlias = Callable[[str], bool]
HostRule: TypeAlias = Callable[[str], bool]
SourceRule: TypeAlias = Callable[[RequestInfo], str]
ConnectionRule: TypeAlias = Callable[[str], str | None]
NetworkRule: TypeAlias = Callable[[str], tuple[str, ...]]
Forward: TypeAlias = Callable[[web.Request, str], Awaitable[web.StreamResponse | None]]
FaultReport: TypeAlias = Callable[[str, BaseException], None]
AbuseReport: TypeAlias = Callable[[str, str], None]


def random_sid() -> str:
    """Return a session id of 20 characters that cannot be guessed (120 random bits)."""
    return secrets.token_urlsafe(15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Settings of one server; each bound has a default that suits a game of some thousand players.

    Attributes:
        path: where the server listens; a trailing slash is accepted too.
        transports: which transports a client may open a session with.
        allow_upgrades: whether a polling session may move to WebSocket.
        allow_origin: says whether a foreign Origin may connect; the origin of the Host header always may.
        allow_host: says for which Host header a handshake may be answered without the application (`Site`, `direct`);
            the others are left to it. All are when None.
        allow_credentials: whether browsers may send cookies with requests from an allowed foreign origin.
        source: names the client behind a request (an address); the peer's address when None. Give one only to read
            headers set by proxies you trust.
        networks: gives the networks that a source counts for, itself first; those after it have `network_factor` times
            its limits. Every source is its only one when None.
        connection_source: names the source of a connection by the address of its other end, before anything was said;
            None for a proxy, whose connections are of many sources. The address itself when there is no rule.
        on_out_of_files: is told that file handles ran short, and how many idle connections were closed (`Site`).
        forward: answers requests whose session id is unknown here, for instance by forwarding them to another process;
            returning None means the id is unknown everywhere.
        make_sid: makes the ids of transport sessions; they are secrets.
        dice: gives numbers from 0 up to 1 that spread refused clients over time.
        on_fault: called with a name and the exception when a handler fails; logs by default.
        on_abuse: called with the source and the reason when a session is closed for sending too much.
        ping_interval: seconds between two pings to a client.
        ping_timeout: seconds a client has to answer a ping, or to poll for its last messages when it is closed.
        connect_timeout: seconds a session may last without being in any namespace.
        upgrade_timeout: seconds a client has to finish a transport upgrade.
        body_timeout: seconds a client has to send the body of a POST request, or to take some of the answer to a poll.
        linger: seconds to wait for a client's WebSocket close frame, or for the poll that fetches the close packet.
        close_timeout: seconds handlers have to end when the server closes.
        header_timeout: seconds a new connection has to send the headers of its first request (`Site`).
        recovery_timeout: seconds a recovery has to say what a client missed; then the client starts afresh.
        max_payload: bytes of one message, attachment or POST body.
        write_budget: bytes queued for one client; one that is further behind when something is sent is closed.
        volatile_budget: bytes queued for one client before volatile packets to it are dropped.
        admit_rate: new sessions per second over time; more are told when to come back (503 with `Retry-After`).
            Sessions that exist are never asked to wait, nor are their upgrades.
        admit_burst: new sessions at once after a quiet time.
        max_header: bytes of the headers of a connection's first request (`Site`).
        max_waiting: connections whose first request has not come (`Site`); one more closes the one that waits longest.
        max_sessions: sessions in total.
        max_sessions_per_source: sessions per client address.
        max_http_per_source: connections per client address that are no WebSockets (`Site`); one that is idle makes room
            for a new one, and when none is, the new one is closed.
        max_idle_per_source: such connections on which nothing is asked (`Site`); one more closes the one that has been
            idle longest.
        network_factor: how many times the limits of a source a larger network has.
        max_namespaces: namespaces one session may be in at once.
        max_in_flight: events of one socket that wait for their handler before reading from its client pauses.
        max_in_flight_bytes: bytes of such events, as they came, before reading pauses.
        max_calls: calls to one socket that wait for an acknowledgement.
        max_attachments: binary attachments of one packet.
        max_attachment_bytes: bytes of all attachments of one packet together.
        attachment_timeout: seconds a client has to send all attachments of a packet.
        turn_messages: messages, control frames and fragments of one connection before the others come first.
        turn_bytes: bytes of these messages, likewise.
        turn_seconds: seconds that all such turns may take together in one iteration of the event loop.
        message_rate: messages per second from one session over time, control frames and fragments included; a kilobyte
            counts as one more, a CONNECT as 20. Beyond it reading pauses, each time for longer.
        message_burst: messages at once after a quiet time.
        max_pauses: such pauses in a row; then the session is closed (WebSocket 1008, "too many messages").
        max_records: records of one POST.
        max_depth: nesting depth of a JSON payload.
        max_name: bytes of an event name or a namespace.
        open_files: file descriptors to ask the system for at start (never lowered, capped by the hard limit).
    """

    path: str = "/socket.io"
    transports: tuple[TransportName, ...] = ("polling", "websocket")
    allow_upgrades: bool = True
    allow_origin: OriginRule | None = None
    allow_host: HostRule | None = None
    allow_credentials: bool = False
    source: SourceRule | None = None
    networks: NetworkRule | None = None
    connection_source: ConnectionRule | None = None
    on_out_of_files: Callable[[int], None] | None = None
    forward: Forward | None = None
    make_sid: Callable[[], str] = random_sid
    dice: Callable[[], float] = random.random
    on_fault: FaultReport | None = None
    on_abuse: AbuseReport | None = None
    ping_interval: float = 10.0
    ping_timeout: float = 5.0
    connect_timeout: float = 10.0
    upgrade_timeout: float = 10.0
    body_timeout: float = 10.0
    linger: float = 1.0
    close_timeout: float = 3.0
    header_timeout: float = 10.0
    recovery_timeout: float = 5.0
    max_payload: int = 1_000_000
    write_budget: int = 1_000_000
    volatile_budget: int = 65_536
    admit_rate: float = 2_000.0
    admit_burst: int = 10_000
    max_header: int = 16_384
    max_waiting: int = 4_096
    max_sessions: int = 20_000
    max_sessions_per_source: int = 2_000
    max_http_per_source: int = 5_000
    max_idle_per_source: int = 1_000
    network_factor: int = 4
    max_namespaces: int = 16
    max_in_flight: int = 64
    max_in_flight_bytes: int = 1_000_000
    max_calls: int = 256
    max_attachments: int = 10
    max_attachment_bytes: int = 1_000_000
    attachment_timeout: float = 10.0
    turn_messages: int = 64
    turn_bytes: int = 65_536
    turn_seconds: float = 0.005
    message_rate: float = 500.0
    message_burst: int = 2_000
    max_pauses: int = 6
    max_records: int = 1_000
    max_depth: int = 64
    max_name: int = 128
    open_files: int = 65_536

    @property
    def tick(self) -> float:
        """Return the grain of the timer wheel: fine enough for the shortest time limit, coarse otherwise."""
        shortest = min(self.ping_interval, self.ping_timeout, self.connect_timeout, self.upgrade_timeout)
        return min(0.25, max(0.005, shortest / 20))

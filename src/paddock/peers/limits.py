"""Limits of request forwarding, in one frozen record."""

from __future__ import annotations

from msgspec import Struct


class PeerLimits(Struct, frozen=True, kw_only=True):
    """Timeouts (seconds), sizes (bytes) and thresholds of request forwarding.

    Attributes:
        connect_s: timeout of a TCP connect; it is tried twice.
        auth_s: timeout of each side's part in authentication; a frozen node does not pass it.
        max_failures: failed connections in a row after which a node is not tried for a while.
        backoff_s: how long it is not tried.
        response_s: timeout of a response; longer than an owner delays a poll, which is until its next ping.
        upgrade_s: timeout of the response to a WebSocket handshake.
        body_s: timeout of the next piece of a request body, and of a client that does not read its response.
        silence_s: a tunnel whose owner sends nothing for this long is aborted, at the latest after twice this time.
            Owners ping their clients more often.
        linger_s: time to flush the remaining data of a tunnel after one of its sides has closed.
        refresh_s: minimum interval between two queries of the register of nodes.
        lookup_s: timeout of such a query.
        forget_s: how long a node stays cached that the register no longer lists; connections to it fail at once anyway.
        max_forwarded: concurrent forwarded requests, tunnels included; more are answered with 503.
        max_pending: unauthenticated connections; one more closes the oldest.
        buffer_bytes: read-ahead for the slower side of a forwarded request.
        header_bytes: maximum size of the headers of a response.
    """

    connect_s: float = 0.3
    auth_s: float = 1.0
    max_failures: int = 3
    backoff_s: float = 1.0
    response_s: float = 20.0
    upgrade_s: float = 5.0
    body_s: float = 10.0
    silence_s: float = 30.0
    linger_s: float = 1.0
    refresh_s: float = 0.25
    lookup_s: float = 0.5
    forget_s: float = 60.0
    max_forwarded: int = 20_000
    max_pending: int = 1_024
    buffer_bytes: int = 65_536
    header_bytes: int = 16_384

"""The bounds of forwarding over, in one frozen record; times are seconds, sizes are bytes."""

from __future__ import annotations

from msgspec import Struct


class Limits(Struct, frozen=True, kw_only=True):
    """What a hand-over may take.

    Attributes:
        connect: for a connection to another node; it is tried twice.
        greet: for each side's part in proving who it is; a frozen node does not get past it.
        doubts: hand-overs in a row that fail to reach a node before it is left alone.
        away: how long it is.
        poll: for the answer to a request; longer than an owner lets a poll wait, which is until its next ping.
        upgrade: for the answer to a WebSocket handshake.
        body: for a piece of a request's body to come, and for a client to take some of what waits for it.
        silence: a tunnel whose owner is silent for this long is cut, at the latest after twice as long: owners ping
            their clients more often.
        linger: for what is left in a tunnel to get out after one of its ends has gone.
        refresh: the shortest time between two questions to the register of nodes.
        lookup: for the register's answer.
        forget: how long a node is remembered that the register no longer names; its connections fail at once anyway.
        most: hand-overs at once, tunnels included; more are refused with 503.
        waiting: connections at the door that have not proved who they are; one more closes the one that waits longest.
        buffer: bytes read ahead of the slower side of a hand-over.
        header: bytes of the headers of an answer.
    """

    connect: float = 0.3
    greet: float = 1.0
    doubts: int = 3
    away: float = 1.0
    poll: float = 20.0
    upgrade: float = 5.0
    body: float = 10.0
    silence: float = 30.0
    linger: float = 1.0
    refresh: float = 0.25
    lookup: float = 0.5
    forget: float = 60.0
    most: int = 20_000
    waiting: int = 1_024
    buffer: int = 65_536
    header: int = 16_384

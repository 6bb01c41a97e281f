"""Counters of request forwarding; readers copy them."""

from __future__ import annotations

import msgspec


class ForwardingStats(msgspec.Struct):
    """Counters of request forwarding since the start, except `open_tunnels`.

    Attributes:
        forwarded_requests: polls and POSTs forwarded to the owner and answered by it.
        websocket_handoffs: WebSockets whose connection was passed to another node on this machine.
        open_tunnels: open WebSocket tunnels to other nodes.
        websocket_tunnels: WebSockets forwarded through a tunnel.
        accepted: authenticated connections from other nodes.
        failures: requests that could not be forwarded, by reason.
        rejected: connections that did not authenticate or exceeded a limit, by reason.
    """

    forwarded_requests: int = 0
    websocket_handoffs: int = 0
    open_tunnels: int = 0
    websocket_tunnels: int = 0
    accepted: int = 0
    failures: dict[str, int] = msgspec.field(default_factory=dict)
    rejected: dict[str, int] = msgspec.field(default_factory=dict)


def count(table: dict[str, int], reason: str) -> None:
    """Increment the counter of a reason; reasons are constants of this package."""
    table[reason] = table.get(reason, 0) + 1

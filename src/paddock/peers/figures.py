"""What is counted of handing over; whoever asks copies it."""

from __future__ import annotations

import msgspec


class Figures(msgspec.Struct):
    """Numbers since the start, except those said to be of the moment.

    Attributes:
        requests: polls and posts handed to their owner and answered by it.
        passed: WebSockets whose connection itself was given to its owner.
        tunnels: WebSockets of other nodes that run through this one, at the moment.
        tunnelled: WebSockets that were handed to their owner through a tunnel.
        taken: connections of other nodes that were let in.
        failed: hand-overs that failed, by reason.
        refused: connections that were not let in, by reason.
    """

    requests: int = 0
    passed: int = 0
    tunnels: int = 0
    tunnelled: int = 0
    taken: int = 0
    failed: dict[str, int] = msgspec.field(default_factory=dict)
    refused: dict[str, int] = msgspec.field(default_factory=dict)


def count(table: dict[str, int], reason: str) -> None:
    """Add one to a reason; reasons are fixed words of this package."""
    table[reason] = table.get(reason, 0) + 1

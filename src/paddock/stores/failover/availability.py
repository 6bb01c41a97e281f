"""Whether Redis is available to this node, and since when; the only reader of the connection's trouble."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from paddock.stores.failover.mode import NodeMode, Offline, node_mode

GRACE_PERIOD_S: Final = 3.0
"""After Redis is back, each room waits this long for its home node to write it back."""


class ConnectionHealth(Protocol):
    """What the connection to Redis says about itself."""

    @property
    def trouble(self) -> str | None:
        """Why Redis cannot be used, for people; None if it can."""

    @property
    def reason(self) -> str | None:
        """The same as a label value."""


class Availability:
    """The mode of this node; `degraded` is set by the controller. `clock` returns seconds of the event loop's time."""

    def __init__(self, connection: ConnectionHealth, clock: Callable[[], float]) -> None:
        self._connection = connection
        self._clock = clock
        self._grace_ends_at = 0.0
        self.degraded = False

    @property
    def mode(self) -> NodeMode:
        """Return the mode of this node."""
        return node_mode(
            is_available=self._connection.trouble is None,
            is_degraded=self.degraded,
            in_grace_period=self.in_grace_period,
        )

    @property
    def in_grace_period(self) -> bool:
        """Whether other nodes may still have rooms to write back."""
        # Read before each command, and nearly always long over.
        if self._grace_ends_at and self._clock() >= self._grace_ends_at:
            self._grace_ends_at = 0.0
        return self._grace_ends_at > 0.0

    @property
    def is_offline(self) -> bool:
        """Whether Redis is unavailable."""
        return isinstance(self.mode, Offline)

    @property
    def trouble(self) -> str | None:
        """Why Redis is unavailable, for people; None if it is available."""
        return self._connection.trouble

    @property
    def reason(self) -> str | None:
        """Why this node is degraded, as a label value; None if it is not."""
        return (self._connection.reason or "redis_reconciling") if self.degraded else None

    def begin_grace_period(self) -> None:
        """Start the grace period, or start it again."""
        self._grace_ends_at = self._clock() + GRACE_PERIOD_S

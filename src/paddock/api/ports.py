"""What the HTTP side needs from the rest of the server, and no more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal

from msgspec import Struct

from paddock.domain.ids import RaceId
from paddock.domain.record import RaceRecord


class Readiness:
    """Whether players should be sent here: not before everything is built, and not once the server is to stop."""

    def __init__(self) -> None:
        self.ready = False
        self.draining = False

    def drain(self) -> None:
        """Send nobody here any more, for good."""
        self.draining = True


class Ports(Struct, frozen=True):
    """The questions that pages and probes ask.

    `race` gives a finished race or None, and may raise `StoreUnavailable`; `trouble` says why nothing can be kept just
    now, None while all is well, and answers at once.
    """

    race: Callable[[RaceId], Awaitable[RaceRecord | None]]
    readiness: Readiness
    trouble: Callable[[], str | None]


class Health(Struct, frozen=True):
    """How the server is; `degraded`: it answers, but commands that must be kept are refused for the time being."""

    state: Literal["starting", "ready", "degraded", "draining"]


def health_of(ports: Ports) -> Health:
    """Ask the ports how the server is."""
    if ports.readiness.draining:
        return Health("draining")
    if not ports.readiness.ready:
        return Health("starting")
    return Health("ready" if ports.trouble() is None else "degraded")

"""What the HTTP side needs from the rest of the server, and no more."""

from __future__ import annotations

from typing import Literal, Protocol, TypeAlias

from msgspec import Struct

from paddock.domain.ids import RaceId
from paddock.domain.record import RaceRecord
from paddock.socketio import Counters

State: TypeAlias = Literal["starting", "ready", "draining"]


class Health(Struct, frozen=True):
    """How the server is; it takes players only while `ready`.

    `degraded`: it answers, but commands that must be kept are refused for the time being.
    """

    state: State
    rooms: int = 0
    connections: int = 0
    degraded: bool = False


class Vitals(Struct, frozen=True):
    """What can be measured at one moment.

    Attributes:
        state: as in `Health`.
        rooms: open rooms.
        store_trouble: whether nothing can be kept.
        realtime: what the realtime server counted.
    """

    state: State
    rooms: int
    store_trouble: bool
    realtime: Counters


class ApiPorts(Protocol):
    """The questions that pages and probes ask."""

    async def race(self, race: RaceId) -> RaceRecord | None:
        """Give a finished race, or None when it is unknown, kept no longer, or not over.

        Raises:
            StoreUnavailable: nobody can tell now.
        """

    async def health(self) -> Health:
        """Tell how the server is; must answer at once whatever is broken."""

    async def vitals(self) -> Vitals:
        """Give all figures; must answer at once whatever is broken."""

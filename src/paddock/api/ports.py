"""What the HTTP side needs from the rest of the server, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal, Protocol, TypeAlias

from aiohttp import web
from msgspec import Struct

from paddock.archive.contract import Archive, Page, RaceLine
from paddock.domain.ids import Millis, RaceId, RoomId
from paddock.domain.record import RaceRecord
from paddock.domain.room import Room
from paddock.domain.views import RoomSummary
from paddock.service.recorder import RecorderStats
from paddock.service.room_list import RoomListPage, RoomListQuery
from paddock.service.work import Work
from paddock.service.work_queue import Owner
from paddock.service.work_schedule import WorkFigures
from paddock.socketio import Counters

State: TypeAlias = Literal["starting", "ready", "draining"]


class Health(Struct, frozen=True):
    """How the server is; it takes players only while `ready`.

    `degraded`: it goes on without the Redis it shares, or nothing can be kept for the time being. `nodes`: servers
    that share its store, this one included; 1 also while the others cannot be seen. `saving_delayed`: finished races
    wait longer than usual for the archive; play goes on, and nothing is lost. `reasons`: what is the matter with Redis,
    the journal and the database of finished races, in words that operations.md lists; they name no host and no secret.
    """

    state: State
    rooms: int = 0
    connections: int = 0
    degraded: bool = False
    nodes: int = 1
    saving_delayed: bool = False
    reasons: tuple[str, ...] = ()


class Forwarding(Struct, frozen=True):
    """Counters of request forwarding since the start, except `open_tunnels`.

    Attributes:
        forwarded_requests: polls and POSTs forwarded to the owner and answered by it.
        websocket_handoffs: WebSockets whose connection was passed to another server on this machine.
        open_tunnels: open WebSocket tunnels to other servers.
        websocket_tunnels: WebSockets forwarded through a tunnel.
        accepted: authenticated connections from other servers.
        failures: requests that could not be forwarded, by reason.
        rejected: connections that did not authenticate or exceeded a limit, by reason.
    """

    forwarded_requests: int = 0
    websocket_handoffs: int = 0
    open_tunnels: int = 0
    websocket_tunnels: int = 0
    accepted: int = 0
    failures: Mapping[str, int] = {}
    rejected: Mapping[str, int] = {}


class FailoverStats(Struct, frozen=True):
    """Whether this server is degraded because Redis is unavailable, and how many rooms it has isolated.

    `reconciliations` counts the rooms that were written back to Redis, by the ancestry of their copies.
    """

    degraded: bool = False
    isolated_rooms: int = 0
    reconciliations: dict[str, int] = {}


class Vitals(Struct, frozen=True):
    """What can be measured at one moment.

    Attributes:
        state: as in `Health`.
        rooms: open rooms.
        store_unavailable: whether nothing can be kept.
        realtime: what the realtime server counted.
        forwarding: requests forwarded to other servers and received from them.
        failover: how this server does without its Redis.
        nodes: servers that share its store, as in `Health`.
        recording: how the archive is being handed what is finished.
        limited: what was refused because an allowance was used up, by the kind of the limit.
        work: what the queues of expensive work have counted, by the kind of work.
        stalls: how often the event loop stood still.
        stalled_s: for how many seconds in all.
    """

    state: State
    rooms: int
    store_unavailable: bool
    realtime: Counters
    forwarding: Forwarding
    failover: FailoverStats = FailoverStats()
    nodes: int = 1
    recording: RecorderStats = RecorderStats()
    limited: Mapping[str, int] = {}
    work: Mapping[str, WorkFigures] = {}
    stalls: int = 0
    stalled_s: float = 0.0


class ApiPorts(Protocol):
    """The questions that pages and probes ask."""

    async def health(self) -> Health:
        """Tell how the server is; must answer at once whatever is broken."""

    async def vitals(self) -> Vitals:
        """Give all figures; must answer at once whatever is broken."""


class AdmissionPorts(Protocol):
    """Admission of requests; limits that all servers share also work while the store is unavailable."""

    def source(self, request: web.Request) -> str:
        """Return the source of a request."""

    def is_cross_site(self, request: web.Request) -> bool:
        """Return whether a page of another site sent the request."""

    def admit(self, request: web.Request) -> int | None:
        """Charge a request; return None, or the seconds to wait if it is refused."""

    async def admit_transfer_code(self, source: str) -> int | None:
        """Charge an attempt at a transfer code; return None, or the seconds to wait if it is refused."""

    async def refund_transfer_code(self, source: str) -> None:
        """Refund an attempt at a transfer code that was correct."""

    async def admit_room_lookup(self, source: str, room: RoomId, *, found: bool) -> int | None:
        """Charge a room code that was not found; return None, or the seconds to wait if no answer may be given."""


class RestPorts(Protocol):
    """The questions that the REST API asks."""

    @property
    def admission(self) -> AdmissionPorts:
        """The admission of requests."""

    @property
    def archive(self) -> Archive:
        """The archive; asking for it raises `ArchiveUnavailable` when there is none."""

    @property
    def zone(self) -> str:
        """The time zone that days are counted in, by its IANA name."""

    async def listed(self, query: RoomListQuery) -> RoomListPage:
        """Give a page of the room list, newest rooms first."""

    def line(self, room: RoomId) -> RoomSummary | None:
        """Give what the room list says of a room; None when it is not listed."""

    async def room(self, room: RoomId) -> Room | None:
        """Give a live room with all its secrets; whoever shows it takes care. Raises `StoreUnavailable`."""

    async def history(self, room: RoomId, cursor: str | None, limit: int) -> Page[RaceLine]:
        """Give the races of a room, newest first, live and archived ones in one list.

        Raises:
            BadCursor: this list gave no such cursor.
            ArchiveUnavailable: the older ones cannot be read now.
            StoreUnavailable: nobody can tell now.
        """

    async def race(self, race: RaceId) -> RaceRecord | None:
        """Give a finished race, or None when it is unknown, kept no longer, or not over.

        Raises:
            ArchiveUnavailable: it is no race of today, and older ones cannot be read now.
            StoreUnavailable: nobody can tell now.
        """

    def device(self, token: str) -> str:
        """Hash the token of a device."""

    def now(self) -> Millis:
        """Give the time of the store's clock."""

    def today(self) -> date:
        """Give the day that it is now, in the time zone that days are counted in."""

    @property
    def work(self) -> Work:
        """The queues in which requests wait for their turn."""

    def owner(self, request: web.Request) -> Owner:
        """Say whose work a request is: its source's, of its connection, and wanted as long as that is there."""

    def asyncapi(self) -> bytes:
        """Give the description of the realtime protocol as JSON."""

"""The settings as types: what there is, its bounds, its default and a line on what it does; reads nothing.

The lines are the text of `docs/settings.md` and of `paddock config`.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Meta, Struct
from msgspec.structs import force_setattr

from paddock.domain.settings import MAX_SEATS, Pace

MEMORY: Final = Path(":memory:")
"""The data folder that is none: rooms live in this process alone, and nothing is written to disk."""

EVERYWHERE: Final = frozenset({"0.0.0.0", "::", "*"})  # noqa: S104 - to be refused

_URL = r"^(https?://[^\s/?#@]+)?$"
_REDIS = r"^((redis|rediss|redis\+sentinel|rediss\+sentinel|redis\+cluster|rediss\+cluster|unix)://\S+)?$"
_PREFIX = r"^[A-Za-z0-9_.:-]{1,64}$"
_DATABASE = r"^(postgres(ql)?://\S*)?$"
_ORIGIN = r"^https?://[^\s/?#@]+$"
_NAME = r"^(\*|(\*\.)?[^\s/?#@:*\[\]]{1,253})$"


class Limits(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one session and one source (a network address) may do before it is asked to wait."""

    commands_per_second: Annotated[
        int, Meta(ge=1, le=10_000, description="Messages a connection may send per second, in the long run.")
    ] = 20
    commands_burst: Annotated[int, Meta(ge=1, le=100_000, description="Messages a connection may send at once.")] = 60
    source_commands_per_second: Annotated[
        int,
        Meta(ge=1, le=100_000, description="Messages one address may send per second; an office shares one address."),
    ] = 1_000
    source_commands_burst: Annotated[
        int, Meta(ge=1, le=1_000_000, description="Messages one address may send at once.")
    ] = 2_000
    source_connections: Annotated[
        int,
        Meta(ge=1, le=1_000_000, description="Connections one address may have at a server; an office shares one."),
    ] = 2_000
    source_idle_connections: Annotated[
        int,
        Meta(
            ge=1,
            le=1_000_000,
            description="Connections of one address on which nothing is asked; more close the one idle for longest.",
        ),
    ] = 1_000
    connections: Annotated[
        int,
        Meta(ge=1, le=1_000_000, description="Connections a server takes in all; each needs an open file."),
    ] = 20_000
    admitted_per_second: Annotated[
        int, Meta(ge=1, le=100_000, description="New connections a server lets in per second; others come back later.")
    ] = 500
    # Joining costs the game up to 1 ms each, and those who play are to feel little of a storm. While 1,000 players
    # came over from a server that had died, letting in 2,000 at once kept others waiting for 140 ms (p99), and 100
    # for 30 to 51 ms; all were back within 5 s either way (`make test-faults PLAYS=servers`).
    admitted_at_once: Annotated[
        int, Meta(ge=1, le=100_000, description="New connections a server lets in at once after a quiet time.")
    ] = 100
    requests_per_minute: Annotated[
        int, Meta(ge=1, le=1_000_000, description="Questions to the REST API one address may ask per minute.")
    ] = 600
    ipv6_site_factor: Annotated[
        int,
        Meta(
            ge=1,
            le=65_536,
            description="How many times what one address may do an IPv6 /48 may do; a /64 counts as an address.",
        ),
    ] = 4
    rooms_per_minute: Annotated[
        int, Meta(ge=1, le=100_000, description="Rooms one address may make per minute, over all servers.")
    ] = 20
    guesses_per_minute: Annotated[
        int,
        Meta(
            ge=1,
            le=10_000,
            description="Wrong room codes and passwords one address may try per minute, over all servers.",
        ),
    ] = 10
    room_guesses_per_minute: Annotated[
        int,
        Meta(ge=1, le=10_000, description="Wrong passwords a room takes per minute, whoever tries, over all servers."),
    ] = 30


class Archive(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the database of finished races is used."""

    pool: Annotated[int, Meta(ge=1, le=1_000, description="Connections to PostgreSQL at once.")] = 20
    recycle_s: Annotated[
        int, Meta(ge=1, le=86_400, description="Seconds after which a connection to PostgreSQL is made anew.")
    ] = 30
    acquire_ms: Annotated[
        int, Meta(ge=10, le=60_000, description="Longest wait for a connection, in milliseconds.")
    ] = 250
    statement_ms: Annotated[
        int, Meta(ge=10, le=600_000, description="Longest time for one statement, in milliseconds.")
    ] = 2_000
    late_s: Annotated[
        int, Meta(ge=1, le=86_400, description="Seconds a finished race may wait before players hear of a delay.")
    ] = 10
    retention_days: Annotated[
        int, Meta(ge=0, le=36_500, description="Days that races are kept, with all they count for; 0 for ever.")
    ] = 0


class Config(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All settings of one server; addresses may hold passwords, which are never shown (see `secrets`)."""

    host: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=255,
            title="an address or a name",
            description="Address to listen on; 0.0.0.0 is every network of the machine.",
        ),
    ] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535, description="Port to listen on; 0 takes a free one.")] = 8080
    data: Annotated[
        Path,
        Meta(title="a folder", description="Folder of the journal and the secret; `:memory:` keeps nothing on disk."),
    ] = Path("data")
    redis: Annotated[
        str,
        Meta(
            pattern=_REDIS,
            title="an address as redis://host:port/0",
            description="Redis that several servers share; empty: rooms live in this process and its journal.",
        ),
    ] = ""
    redis_prefix: Annotated[
        str,
        Meta(
            pattern=_PREFIX,
            title="1-64 of A-Z a-z 0-9 _ . : -",
            description="Begin of all keys and channels in the Redis, which tells deployments that share it apart.",
        ),
    ] = "paddock:"
    database: Annotated[
        str,
        Meta(
            pattern=_DATABASE,
            title="an address as postgresql://user@host/name",
            description="PostgreSQL that keeps finished races; empty: a file in the data folder.",
        ),
    ] = ""
    separate_archives: Annotated[
        bool,
        Meta(description="Start also when servers of the same Redis keep finished races elsewhere, each its own part."),
    ] = False
    peer_host: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=255,
            title="an address or a name",
            description="Address of this machine that servers on other hosts reach it at, when they share a Redis.",
        ),
    ] = "127.0.0.1"
    peer_port: Annotated[
        int,
        Meta(ge=0, le=65_535, description="Port for them, or a free one of the 63 after it; 0 takes any free one."),
    ] = 0
    workers: Annotated[
        int,
        Meta(ge=1, le=64, description="Server processes on the port; more than one need a Redis that they share."),
    ] = 1
    embedded_redis: Annotated[
        bool,
        Meta(description="Start a Redis server for the workers of this machine, with its files in the data folder."),
    ] = False
    require_redis: Annotated[
        bool, Meta(description="Refuse to start while the Redis is away, instead of starting alone and waiting for it.")
    ] = False
    public_url: Annotated[
        str,
        Meta(
            pattern=_URL,
            title="an address as https://name[:port]",
            description="Address that players open, when a proxy or a name stands before it; empty: found out.",
        ),
    ] = ""
    origins: Annotated[
        tuple[Annotated[str, Meta(pattern=_ORIGIN)], ...],
        Meta(title="addresses as https://name[:port]", description="Other sites whose pages may connect."),
    ] = ()
    allowed_hosts: Annotated[
        tuple[Annotated[str, Meta(pattern=_NAME)], ...],
        Meta(
            title="names as play.example or *.example",
            description="Further names the server answers to; known are its addresses, its machine and `public_url`.",
        ),
    ] = ()
    trusted_proxies: Annotated[
        tuple[str, ...],
        Meta(title="networks as 10.0.0.0/8", description="Proxies whose `X-Forwarded-For` is believed."),
    ] = ()
    book: Annotated[
        Path | None, Meta(title="a file", description="File of race settings; empty: the one that comes with Paddock.")
    ] = None
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Meta(title="debug, info, warning or error", description="Least urgent lines that are logged."),
    ] = "info"
    loop_stall_warning_ms: Annotated[
        int,
        Meta(ge=10, le=60_000, description="Milliseconds the event loop may stand still before the log says what ran."),
    ] = 200
    log_json: Annotated[bool, Meta(description="Log one JSON object per line.")] = False
    time_zone: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=64,
            title="a name as Asia/Seoul",
            description="Time zone of the days, weeks and months that races are counted by.",
        ),
    ] = "Asia/Seoul"
    journal_fsync: Annotated[
        bool, Meta(description="Wait for the disk at every write: then even a power cut loses nothing acknowledged.")
    ] = False
    max_rooms: Annotated[int, Meta(ge=1, le=1_000_000, description="Open rooms at once.")] = 10_000
    capacity: Annotated[int, Meta(ge=2, le=MAX_SEATS, description="Seats of a new room; its host may change it.")] = 50
    life_h: Annotated[
        Literal[1, 3, 6],
        Meta(title="1, 3 or 6", description="Hours a new room stays open after the last thing that happened in it."),
    ] = 3
    limits: Limits = Limits()
    archive: Archive = Archive()
    pace: Pace = Pace()

    def __post_init__(self) -> None:
        """Refuse what no type can say.

        Raises:
            ValueError: a trusted proxy is not a network, other servers could not be told the peer address, or there is
                no such time zone.
        """
        _ = self.proxies
        for name in ("host", "peer_host"):
            force_setattr(self, name, unbracketed(getattr(self, name)))
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, OSError, ValueError) as error:
            raise ValueError(f"time_zone: there is none of the name {self.time_zone!r}") from error
        if self.peer_host in EVERYWHERE:
            raise ValueError("peer_host is told to other servers: it must be one address, not all of them")

    @property
    def in_memory(self) -> bool:
        """Whether nothing is kept on disk."""
        return self.data == MEMORY

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The trusted proxies as networks."""
        return tuple(ip_network(text) for text in self.trusted_proxies)


def unbracketed(host: str) -> str:
    """Return an IPv6 address without the brackets that it has in a URL; anything else as it is."""
    return host[1:-1] if host.startswith("[") and host.endswith("]") and ":" in host else host


PACE_LIMIT_MS: Final = 31 * 24 * 3_600_000
"""No step may last longer than a month: a mistyped deadline should be refused, not waited for."""

PACE_NOTES: Final[dict[str, str]] = {
    "reason_ms": "The card that says why a rank pays stands.",
    "roulette_ms": "The roulette turns, with a vote.",
    "hold_ms": "The roulette's result stands.",
    "countdown_ms": "Everybody's picks are shown before the start.",
    "lead_ms": "From the computed race to its start.",
    "tail_ms": "From the last racer over the line to the podium.",
    "podium_ms": "The podium stands, unless the host goes on.",
    "replay_hold_ms": "A podium with several payers stands before their run-off.",
    "runoff_ms": "The dealt racers of a run-off are shown before it starts.",
    "seat_grace_ms": "A seat is held for somebody whose connection is lost.",
    "host_grace_ms": "The crown waits for a host whose connection is lost.",
    "empty_grace_ms": "A room with nobody in it stays open.",
    "forget_ms": "A closed room's code is kept for the person who made it.",
}
"""What each step of the pace is (`domain.settings.Pace` says how long by default), in milliseconds."""

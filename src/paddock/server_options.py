"""The options of the realtime server and the allowances of its gateway, from the settings; it builds nothing."""

from __future__ import annotations

from typing import Final

import structlog

from paddock.config import Config
from paddock.domain.allowance import Rate
from paddock.gateway.client_ip import networks, peer_ip_rule
from paddock.gateway.hosts import HostRule
from paddock.gateway.rate_limits import RateLimits
from paddock.peers import Peers
from paddock.socketio import Options, open_files
from paddock.socketio.limits import AbuseReport, SourceRule

log = structlog.get_logger("paddock.app")

CLOSE_S: Final = 1.0
"""How long handlers may take to end when the server does."""
FILES_BESIDE: Final = 256
"""Files that are open beside connections: journal, database, Redis, other servers, and some to spare."""
MAX_PAYLOAD: Final = 65_536
"""Bytes of a message: the game's are under 4 KB, and a megabyte of JSON takes tens of milliseconds to read."""
MESSAGE_FACTOR: Final = 5
"""How many times the allowance of commands a connection may send in all, with pings, refused messages and the like."""
LEAST_RATE: Final = 100
LEAST_BURST: Final = 300
"""Whatever the settings: a browser comes in, asks for what it missed and answers pings with much less."""


def server_options(
    config: Config, hosts: HostRule, source: SourceRule, on_abuse: AbuseReport, peers: Peers | None = None
) -> Options:
    """Return the options of the realtime server.

    Args:
        config: the settings.
        hosts: the names it answers to.
        source: names the client behind a request.
        on_abuse: called when a client is closed for sending too much.
        peers: hands requests to other servers.
    """
    allowed = {*config.origins, *((config.public_url,) if config.public_url else ())}
    alone = Options(
        allow_origin=lambda origin: origin in allowed,
        allow_host=hosts.allows,
        source=source,
        connection_source=peer_ip_rule(config.proxies),
        on_out_of_files=_say_out_of_files,
        networks=networks,
        network_factor=config.limits.ipv6_site_factor,
        max_sessions=config.limits.connections,
        max_sessions_per_source=config.limits.source_connections,
        # A client that polls has one connection for its poll and one for what it sends.
        max_http_per_source=2 * config.limits.source_connections + config.limits.source_idle_connections,
        max_idle_per_source=config.limits.source_idle_connections,
        admit_rate=config.limits.admitted_per_second,
        admit_burst=config.limits.admitted_at_once,
        close_timeout=CLOSE_S,
        on_abuse=on_abuse,
        max_payload=MAX_PAYLOAD,
        message_rate=max(LEAST_RATE, MESSAGE_FACTOR * config.limits.commands_per_second),
        message_burst=max(LEAST_BURST, MESSAGE_FACTOR * config.limits.commands_burst),
    )
    return alone if peers is None else peers.options(alone)


def check_open_files(config: Config, options: Options) -> None:
    """Say at the start that the system may not let the server have the connections it is set to take."""
    needed = options.max_sessions + options.max_waiting + config.archive.pool + FILES_BESIDE
    if (limit := open_files()) < needed:
        hint = f"ulimit -n {needed} before the start, LimitNOFILE={needed} for systemd, or fewer limits.connections"
        log.warning("server.few_open_files", limit=limit, needed=needed, hint=hint)


def _say_out_of_files(closed: int) -> None:
    log.error("server.out_of_files", limit=open_files(), closed=closed)


def rate_limits(config: Config) -> RateLimits:
    """Return what the gateway allows per session and source."""
    of = config.limits
    return RateLimits(
        messages=Rate(of.commands_per_second * 60, of.commands_burst),
        messages_per_ip=Rate(of.source_commands_per_second * 60, of.source_commands_burst),
        requests_per_ip=Rate(of.requests_per_minute, max(of.requests_per_minute // 5, 1)),
        rooms_per_ip=Rate(of.rooms_per_minute, of.rooms_per_minute),
        guesses_per_ip=Rate(of.guesses_per_minute, of.guesses_per_minute),
        guesses_per_room=Rate(of.room_guesses_per_minute, of.room_guesses_per_minute),
        transfer_codes_per_ip=Rate(of.guesses_per_minute, of.guesses_per_minute),
        site_factor=of.ipv6_site_factor,
    )

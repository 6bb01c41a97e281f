"""Tells the operator, once, of a proxy that is not set up: one whose word is not taken, or that keeps `Host` to itself.

Such a server works for whoever tries it out, and fails later: all players share one address and its limits, or the
pages are there and no connection comes about. Clients can send the same headers, so each thing is said once an hour.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import structlog

from paddock.gateway.client_ip import Address, Network
from paddock.gateway.hosts import name_in
from paddock.log_sampling import Once
from paddock.socketio import RequestInfo

log = structlog.get_logger("paddock.proxies")

TRUST_HINT: Final = (
    "if that is your proxy, put its network into trusted_proxies; until then all its players share one limit"
)
HOST_HINT: Final = "set public_url to the address that players open, or let the proxy pass Host (nginx: $http_host)"
FORWARDED: Final = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded")


class ProxyWarnings:
    """Looks at what proxies say; `proxies` are those whose word is taken."""

    def __init__(self, proxies: Sequence[Network]) -> None:
        self._proxies = proxies
        self._once = Once()

    def ignored(self, peer: Address) -> None:
        """Note that the word of a peer that is no trusted proxy was not taken."""
        kind = "loopback" if peer.is_loopback else "private" if peer.is_private or peer.is_link_local else "public"
        if self._once.first(f"ignored {kind}", time.monotonic()):
            log.warning("proxy.not_trusted", peer=kind, hint=TRUST_HINT)

    def look(self, request: RequestInfo) -> None:
        """Look whether a handshake comes through a proxy of ours under another host than its page has."""
        origin, host = request.headers.get("Origin"), name_in(request.headers.get("Host", ""))
        if origin is None or host is None or not any(name in request.headers for name in FORWARDED):
            return
        try:
            page = urlsplit(origin).hostname
        except ValueError:
            return
        if page is None or page == host.strip("[]") or not self._is_ours(request.remote or ""):
            return
        if self._once.first("host", time.monotonic()):
            log.warning("proxy.host_not_forwarded", host=host, page=page, hint=HOST_HINT)

    def _is_ours(self, remote: str) -> bool:
        try:
            peer = ip_address(remote)
        except ValueError:
            return False
        return peer.is_loopback or any(peer in network for network in self._proxies if network.version == peer.version)

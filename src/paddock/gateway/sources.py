"""Where a request comes from: the peer's address, or what trusted proxies say it was; nothing else is believed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from aiohttp import web

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

HEADER: Final = "X-Forwarded-For"
UNKNOWN: Final = "unknown"


def source_rule(proxies: Sequence[Network]) -> Callable[[web.Request], str]:
    """Make the rule that names the address behind a request: the right-most hop that is no trusted proxy."""

    def source(request: web.Request) -> str:
        peer = request.remote or UNKNOWN
        if not proxies or not _trusted(peer, proxies):
            return peer
        hops = [hop.strip() for line in request.headers.getall(HEADER, []) for hop in line.split(",")]
        for hop in reversed(hops):
            address = _address(hop)
            if address is None:
                return peer
            if not _trusted(hop, proxies):
                return str(address)
            peer = str(address)
        return peer

    return source


def _address(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _trusted(text: str, proxies: Sequence[Network]) -> bool:
    address = _address(text)
    return address is not None and any(address in network for network in proxies if network.version == address.version)

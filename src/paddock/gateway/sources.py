"""Where a request comes from: the peer's address, or what trusted proxies say it was; nothing else is believed.

An IPv6 address counts as its /64 network, because whoever has one of its addresses has them all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from paddock.socketio import Asker

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

HEADER: Final = "X-Forwarded-For"
UNKNOWN: Final = "unknown"
SITE_BITS: Final = 64
"""The part of an IPv6 address that names a site; the rest its owner chooses freely (RFC 4291)."""


def source_rule(proxies: Sequence[Network]) -> Callable[[Asker], str]:
    """Make the rule that names the source of a request: the right-most hop that is no trusted proxy."""

    def source(request: Asker) -> str:
        nearest = _address(request.remote or "")
        if nearest is None:
            return UNKNOWN
        hops = [hop.strip() for line in request.headers.getall(HEADER, []) for hop in line.split(",")]
        while hops and any(nearest in network for network in proxies if network.version == nearest.version):
            hop = _address(hops.pop())
            if hop is None:
                break
            nearest = hop
        return _name(nearest)

    return source


def _address(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _name(address: Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((address, SITE_BITS), strict=False))

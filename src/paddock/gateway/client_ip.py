"""The address of a client: that of the TCP peer, or the one that trusted proxies forward; no other header is trusted.

All limits per client count this address, which is called the source of a request. An IPv6 address counts as its /64,
because the owner of one address has the whole network. It also counts as its /48, the size of a site
(65,536 of these). An address that embeds an IPv4 address (mapped, 6to4, Teredo, NAT64) counts as the latter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from paddock.socketio import RequestInfo

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

HEADER: Final = "X-Forwarded-For"
UNKNOWN: Final = "unknown"
SUBNET_BITS: Final = 64
"""The subnet part of an IPv6 address; its owner chooses the remaining bits (RFC 4291, section 2.5.4)."""
SITE_BITS: Final = 48
"""The largest network that is commonly assigned to one site (RFC 6177)."""
_NAT64: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
"""IPv4 clients of an IPv6-only server (RFC 6052, RFC 8215); the last 32 bits are the IPv4 address."""


@lru_cache(maxsize=8_192)
def networks(source: str) -> tuple[str, ...]:
    """Return the networks that a source counts towards: itself, and for an IPv6 /64 also its /48."""
    if ":" not in source:
        return (source,)
    return (source, str(IPv6Network(source).supernet(new_prefix=SITE_BITS)))


def peer_ip_rule(proxies: Sequence[Network]) -> Callable[[str], str | None]:
    """Return a function that maps the peer of a connection to its source, or to None for a trusted proxy."""

    def source(peer: str) -> str | None:
        address = _address(peer)
        if address is None:
            return UNKNOWN
        return None if _is_among(address, proxies) else _name(address)

    return source


def client_ip_rule(
    proxies: Sequence[Network], ignored: Callable[[Address], None] = lambda peer: None
) -> Callable[[RequestInfo], str]:
    """Return a function that maps a request to its source: the right-most hop that is not a trusted proxy.

    `ignored` is called with each peer that forwards an address without being trusted.
    """

    def source(request: RequestInfo) -> str:
        nearest = _address(request.remote or "")
        if nearest is None:
            return UNKNOWN
        if HEADER not in request.headers:
            return _name(nearest)
        if not _is_among(nearest, proxies):
            ignored(nearest)
            return _name(nearest)
        hops = [hop.strip() for line in request.headers.getall(HEADER, []) for hop in line.split(",")]
        while hops and _is_among(nearest, proxies):
            hop = _address(hops.pop())
            if hop is None:
                break
            nearest = hop
        return _name(nearest)

    return source


def _is_among(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks if network.version == address.version)


def _address(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return address if isinstance(address, IPv4Address) else _embedded(address) or address


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """Return the embedded IPv4 address, if any: addresses of one such IPv6 network may have different owners."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if any(address in network for network in _NAT64):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return None


def _name(address: Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((address, SUBNET_BITS), strict=False))

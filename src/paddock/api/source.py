"""Where a request comes from: the peer's address, or what proxies that are trusted say of it.

A header anybody can write is believed only as far as it was written by a trusted proxy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp import web

Address = IPv4Address | IPv6Address
_HOUSEHOLD_BITS = 64
"""One subscriber has a whole /64 of IPv6 addresses, so that is one source."""


def source_rule(trusted: Iterable[str]) -> Callable[[web.Request], str]:
    """Make the rule that names the source of a request, for proxies in the `trusted` networks.

    Raises:
        ValueError: a text is not a network.
    """
    networks = tuple(ip_network(text) for text in trusted)

    def source(request: web.Request) -> str:
        peer = _parse(request.remote or "")
        if peer is None:
            return ""  # a Unix socket: everybody is one source
        hops = ",".join(request.headers.getall("X-Forwarded-For", ())).split(",") if networks else []
        return _name(_outermost(peer, hops, networks))

    return source


def _outermost(peer: Address, hops: list[str], networks: tuple[IPv4Network | IPv6Network, ...]) -> Address:
    """Walk from the peer outwards while the address before is a trusted proxy's; stop at what is no address."""
    at = peer
    for hop in reversed(hops):
        if not any(at in network for network in networks):
            break
        further = _parse(hop.strip())
        if further is None:
            break
        at = further
    return at


def _parse(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return address if mapped is None else mapped


def _name(address: Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((int(address), _HOUSEHOLD_BITS), strict=False).network_address)

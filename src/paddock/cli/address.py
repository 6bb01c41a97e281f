"""Where people find this server: on this machine, and from phones on the same network; it opens no connection."""

from __future__ import annotations

import socket
from ipaddress import ip_address

_ELSEWHERE = {4: (socket.AF_INET, "192.0.2.1"), 6: (socket.AF_INET6, "2001:db8::1")}
"""Addresses kept for documentation: asking for the way there sends nothing."""
_LOOPBACK = {4: "127.0.0.1", 6: "::1"}
"""A server that listens at `::` takes no IPv4."""


def here(host: str, port: int) -> str:
    """Give the address on this machine of a server that listens at `host`."""
    if _everywhere(host):
        host = _LOOPBACK[ip_address(host).version]
    return f"http://{_bracketed(host)}:{port}"


def nearby(host: str, port: int) -> str | None:
    """Give the address for other devices on the same network, or None when they cannot reach the server."""
    if not _everywhere(host):
        return None
    own = _own_address(ip_address(host).version)
    return None if own is None else f"http://{_bracketed(own)}:{port}"


def _everywhere(host: str) -> bool:
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _own_address(version: int) -> str | None:
    family, elsewhere = _ELSEWHERE[version]
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as asking:
            asking.connect((elsewhere, 9))
            own = str(asking.getsockname()[0])
    except OSError:
        return None
    return None if ip_address(own).is_loopback or ip_address(own).is_unspecified else own

"""Where people find this server: on this machine, and from phones on the same network; it opens no connection."""

from __future__ import annotations

import socket
from ipaddress import ip_address

_ELSEWHERE = ("192.0.2.1", 9)
"""An address kept for documentation: asking for the way there sends nothing."""


def here(host: str, port: int) -> str:
    """Give the address on this machine of a server that listens at `host`."""
    return f"http://{_bracketed('127.0.0.1' if _everywhere(host) else host)}:{port}"


def nearby(host: str, port: int) -> str | None:
    """Give the address for other devices on the same network, or None when they cannot reach the server."""
    if not _everywhere(host):
        return None
    own = _own_address()
    return None if own is None else f"http://{own}:{port}"


def _everywhere(host: str) -> bool:
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _own_address() -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(_ELSEWHERE)
            own = str(asking.getsockname()[0])
        except OSError:
            return None
    return None if ip_address(own).is_loopback or ip_address(own).is_unspecified else own

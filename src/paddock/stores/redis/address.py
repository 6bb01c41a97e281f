"""Where Redis is, read from one URL: a single server, one behind Sentinel, or a cluster; it connects to nothing.

redis://[user:password@]host[:6379][/database], redis+sentinel://[...@]host[:26379],host/service[/database],
redis+cluster://[...@]host[:6379],host; with rediss in front everything goes over TLS.
unix://[...@]/path/of/the/socket is a server on this machine.
"""

from __future__ import annotations

import ssl
from enum import StrEnum
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from msgspec import Struct

from paddock.stores.redis.connection import Login

SERVER_PORT: Final = 6379
SENTINEL_PORT: Final = 26379

Place = tuple[str, int]
"""Host and port; for a server on this machine the path of its socket and 0."""


class Layout(StrEnum):
    """How the servers stand together."""

    SINGLE = "single"
    SENTINEL = "sentinel"
    CLUSTER = "cluster"


class Address(Struct, frozen=True):
    """Parsed URL; `service` is the name that the sentinels know the master by."""

    layout: Layout
    places: tuple[Place, ...]
    login: Login
    service: str = ""

    def __str__(self) -> str:
        return ",".join(f"{host}:{port}" if port else host for host, port in self.places)


def parse_address(url: str) -> Address:
    """Read a URL; raises `ValueError` with a sentence that quotes no password."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return _socket(parts)
    transport, _, kind = parts.scheme.partition("+")
    if transport not in {"redis", "rediss"} or kind not in {"", "sentinel", "cluster"}:
        raise ValueError(
            "the address of Redis begins with redis://, rediss://, redis+sentinel://, redis+cluster:// or"
            f" unix://, not with {parts.scheme or 'nothing'}://"
        )
    layout = Layout(kind or "single")
    credentials, _, hosts = parts.netloc.rpartition("@")
    user, _, password = credentials.partition(":")
    path = [unquote(part) for part in parts.path.split("/") if part]
    service = ""
    if layout is Layout.SENTINEL:
        if not path:
            raise ValueError("the address of Sentinel ends with the name of the service: redis+sentinel://host/service")
        service = path.pop(0)
    if len(path) > 1 or (layout is Layout.CLUSTER and path):
        raise ValueError("the address of Redis has too many parts after the host")
    places = tuple(
        _place(host, SENTINEL_PORT if layout is Layout.SENTINEL else SERVER_PORT) for host in hosts.split(",")
    )
    if layout is Layout.SINGLE and len(places) > 1:
        raise ValueError("several hosts need redis+sentinel:// or redis+cluster://")
    login = Login(
        user=unquote(user) or None,
        password=unquote(password) or None,
        database=_number(path[0], "database") if path else 0,
        tls=ssl.create_default_context() if transport == "rediss" else None,
    )
    return Address(layout, places, login, service)


def _socket(parts: SplitResult) -> Address:
    path = unquote(parts.path)
    credentials, _, host = parts.netloc.rpartition("@")
    if host or not path.startswith("/"):
        raise ValueError("the address of a Redis on this machine is unix:// and the whole path of its socket")
    user, _, password = credentials.partition(":")
    login = Login(user=unquote(user) or None, password=unquote(password) or None)
    return Address(Layout.SINGLE, ((path, 0),), login)


def _place(text: str, default: int) -> Place:
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]"):
        host, port = text, str(default)
    host = host.strip("[]")
    if not host:
        raise ValueError("the address of Redis names no host")
    return host, _number(port, "port")


def _number(text: str, what: str) -> int:
    if not text.isdigit():
        raise ValueError(f"the {what} in the address of Redis is a number")
    return int(text)

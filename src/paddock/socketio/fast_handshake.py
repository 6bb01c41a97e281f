"""The fast path of a WebSocket handshake: parses the request head without aiohttp.

Pure. Accepts only plain requests and sends no response: any request with an unusual part (an escape in the query, a
folded or repeated header, a body) is left to aiohttp, which implements all of HTTP.
Source: RFC 9112, sections 3 and 5; RFC 6455, section 4.2.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from sys import intern
from typing import Final, Protocol

from aiohttp import hdrs
from multidict import CIMultiDict, CIMultiDictProxy, MultiMapping, istr

_GET: Final = b"GET "
_ENDS: Final = b" HTTP/1.1"
_PLAIN_QUERY: Final = re.compile(rb"[A-Za-z0-9_.~=&-]*").fullmatch
_LINES: Final = re.compile(r"(?:[A-Za-z0-9-]+:[\t\x20-\x7e]*\r\n)+\r\n").fullmatch
_BODY: Final = frozenset({"content-length", "transfer-encoding", "expect", "trailer"})
_MOST_HEADERS: Final = 64
_NAMES: Final = {str(name): name for name in vars(hdrs).values() if isinstance(name, istr)}
"""The usual names, each kept once: with its form in small letters it would be a fifth of what a socket weighs."""


class RequestInfo(Protocol):
    """The address and headers of a request; `aiohttp.web.Request` is one."""

    @property
    def remote(self) -> str | None:
        """Return the address the connection comes from."""

    @property
    def headers(self) -> MultiMapping[str]:
        """Return the request's headers; keys in any case."""


class FastHandshake:
    """The head of a WebSocket handshake that opens a new session.

    Attributes:
        remote: the address the connection comes from.
        headers: its headers.
        query: its query parameters.
    """

    __slots__ = ("headers", "query", "remote")

    def __init__(self, remote: str | None, headers: CIMultiDictProxy[str], query: Mapping[str, str]) -> None:
        self.remote = remote
        self.headers = headers
        self.query = query


def read_fast_handshake(data: bytes | bytearray, paths: tuple[bytes, ...], remote: str | None) -> FastHandshake | None:
    """Return the handshake in `data` (up to and with the empty line), or None unless it is plain and for one path."""
    if not data.startswith(_GET):
        return None
    first, _, rest = bytes(data).partition(b"\r\n")
    target, version = first[len(_GET) : -len(_ENDS)], first[-len(_ENDS) :]
    path, _, query = target.partition(b"?")
    if version != _ENDS or path not in paths or _PLAIN_QUERY(query) is None:
        return None
    parameters = _parameters(query.decode())
    if parameters is None or parameters.get("transport") != "websocket" or "sid" in parameters:
        return None
    headers = _headers(rest)
    if headers is None or headers.get("Upgrade", "").lower() != "websocket" or "Host" not in headers:
        return None
    return FastHandshake(remote, CIMultiDictProxy(headers), parameters)


def _parameters(query: str) -> dict[str, str] | None:
    parameters: dict[str, str] = {}
    for pair in query.split("&"):
        name, equals, value = pair.partition("=")
        if not equals or not name or name in parameters:
            return None
        parameters[intern(name)] = intern(value)
    return parameters


def _headers(lines: bytes) -> CIMultiDict[str] | None:
    try:
        text = lines.decode("ascii")
    except UnicodeDecodeError:
        return None
    if _LINES(text) is None:
        return None
    headers: CIMultiDict[str] = CIMultiDict()
    for line in text[:-4].split("\r\n"):
        name, _, value = line.partition(":")
        if name in headers or name.lower() in _BODY:
            return None
        value = value.strip(" \t")
        # Browsers of one make send the same but for the key: what thousands of sockets keep is kept once.
        headers[_NAMES.get(name, name)] = value if name == hdrs.SEC_WEBSOCKET_KEY else intern(value)
    return headers if len(headers) <= _MOST_HEADERS else None

"""Requests under a name that is not this server's are refused: 421, in the form that the asker reads.

Probes are answered under any name: a balancer asks them by whatever it calls the server, and they tell no secret.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import msgspec
from aiohttp import HttpVersion10, hdrs, web
from aiohttp.typedefs import Handler, Middleware

from paddock.api.host_page import host_page
from paddock.api.problems import ProblemCode, problem, reads_pages

PROBES: Final = frozenset({"/healthz", "/readyz"})
_REALTIME: Final = msgspec.json.encode({"code": 4, "message": "Unknown host"})
"""As the Socket.IO server words its refusals."""


def host_check(
    allows: Callable[[str], bool],
    note: Callable[[str], None],
    look: Callable[[web.Request], None] = lambda request: None,
    realtime: str = "/socket.io",
) -> Middleware:
    """Make the middleware that lets in requests to this server alone.

    Args:
        allows: says whether a `Host` header names this server.
        note: is told of each one that does not.
        look: sees each request to the Socket.IO server that is let in.
        realtime: the path of the Socket.IO server.
    """

    @web.middleware
    async def checked(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path in PROBES:
            return await handler(request)
        hosts = request.headers.getall(hdrs.HOST, [])
        if not hosts and request.version == HttpVersion10:
            return await handler(request)  # no browser is that old
        if len(hosts) != 1:
            # RFC 9112, section 3.2: none or several are a bad request.
            return problem(ProblemCode.REFUSED, "exactly one Host is wanted")
        stranger = next((host for host in (*hosts, *_target(request)) if not allows(host)), None)
        if stranger is None:
            if request.path.startswith(realtime):
                look(request)
            return await handler(request)
        note(stranger)
        return _refused(request, stranger, realtime)

    return checked


def _target(request: web.Request) -> tuple[str, ...]:
    """Return the host of an absolute request target, which goes before the header (RFC 9112, section 3.2.2)."""
    target = request.raw_path
    if target.startswith("/") or target == "*":
        return ()
    try:
        return (urlsplit(target).netloc,)
    except ValueError:
        return ("",)


def _refused(request: web.Request, host: str, realtime: str) -> web.Response:
    if request.path.startswith(realtime):
        return web.Response(
            status=HTTPStatus.MISDIRECTED_REQUEST,
            body=_REALTIME,
            content_type="application/json",
            headers={hdrs.CACHE_CONTROL: "no-store"},
        )
    if reads_pages(request):
        return host_page(host, request.headers.get(hdrs.ACCEPT_LANGUAGE, ""))
    return problem(ProblemCode.UNKNOWN_HOST, "see `allowed_hosts` and `public_url` in docs/settings.md")

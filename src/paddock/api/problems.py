"""Refusals over HTTP as `application/problem+json` (RFC 9457) with a code, and the net under every handler.

Never tells a client what went wrong inside.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

import msgspec
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from msgspec import Struct

log = structlog.get_logger("paddock.api")

_CODES: Final = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}


class Problem(Struct, frozen=True):
    """Why a request was not answered; `retry` says whether the same request may work later."""

    title: str
    status: int
    code: str
    retry: bool = False


def problem(status: int, code: str, title: str, *, retry_after_s: int | None = None) -> web.Response:
    """Answer with a problem; `retry_after_s` seconds later the same request may work."""
    body = msgspec.json.encode(Problem(title, status, code, retry=retry_after_s is not None))
    response = web.Response(status=status, body=body, content_type="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def net(nowhere: Callable[[web.Request], web.StreamResponse]) -> Middleware:
    """Make the middleware that words what aiohttp would say in plain text, and reports what no handler expected.

    `nowhere` answers people who opened an address that nothing has; programs get a problem.
    """

    @web.middleware
    async def caught(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException as answer:
            if answer.status < HTTPStatus.BAD_REQUEST:
                raise
            if answer.status == HTTPStatus.NOT_FOUND and _reads_pages(request):
                return nowhere(request)
            response = problem(answer.status, _CODES.get(answer.status, "refused"), answer.reason)
            if "Allow" in answer.headers:
                response.headers["Allow"] = answer.headers["Allow"]
            return response
        except Exception:
            log.exception("http.failed", method=request.method, path=request.path)
            title = "A fault of the server; it has been reported."
            return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", title)

    return caught


def _reads_pages(request: web.Request) -> bool:
    return request.method in {"GET", "HEAD"} and "text/html" in request.headers.get("Accept", "")

"""Refusals over HTTP as `application/problem+json` (RFC 9457) with a code, and the net under every handler.

Never tells a client what went wrong inside.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from http import HTTPStatus
from typing import Final

import msgspec
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from msgspec import Struct

log = structlog.get_logger("paddock.api")


class ProblemCode(StrEnum):
    """Every expected "no" over HTTP; where the realtime protocol refuses for the same reason, the word is the same."""

    MALFORMED = "malformed"
    """A parameter or the body is not what its type says: missing, extra, twice, wrong or oversized."""
    BAD_CURSOR = "bad_cursor"
    """The cursor was not given by this list, or for another question; begin at the first page."""
    BAD_NAME = "bad_name"
    """The name is empty, too long, or holds characters that cannot be shown."""
    NO_TOKEN = "no_token"  # noqa: S105 - a code, not a token
    """The address wants `Authorization: Bearer` and the token of a device, or was shown something else."""
    NOT_FOUND = "not_found"
    """Nothing has this address."""
    NO_ROOM = "no_room"
    """There is no such listed room."""
    NO_RACE = "no_race"
    """There is no such finished race, or it is kept no longer."""
    NO_PROFILE = "no_profile"
    """There is no such person, or this device has finished no race yet."""
    NO_CODE = "no_code"
    """There is no such one-time code, or its time is over."""
    METHOD_NOT_ALLOWED = "method_not_allowed"
    """The address does not know this method; `Allow` names those it does."""
    TOO_LARGE = "too_large"
    """The body is larger than any that is wanted."""
    UNSUPPORTED_TYPE = "unsupported_type"
    """The body is not `application/json`."""
    TOO_MANY = "too_many"
    """The allowance of the sender's address is used up; `Retry-After` says when to ask again."""
    INTERNAL = "internal"
    """A fault of the server; it has been reported."""
    UNAVAILABLE = "unavailable"
    """What keeps the records cannot answer now; rooms go on."""
    TIMEOUT = "timeout"
    """It took too long; it may or may not have been done."""
    REFUSED = "refused"
    """The request could not be understood as HTTP."""


_CODES: Final = {404: ProblemCode.NOT_FOUND, 405: ProblemCode.METHOD_NOT_ALLOWED, 413: ProblemCode.TOO_LARGE}


class Problem(Struct, frozen=True):
    """Why a request was not answered (RFC 9457); `retry` says whether the same request may work later.

    `title` is for developers and never shown as it stands.
    """

    title: str
    status: int
    code: ProblemCode
    retry: bool = False


def problem(status: int, code: ProblemCode, title: str, *, retry_after_s: int | None = None) -> web.Response:
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
            response = problem(answer.status, _CODES.get(answer.status, ProblemCode.REFUSED), answer.reason)
            if "Allow" in answer.headers:
                response.headers["Allow"] = answer.headers["Allow"]
            return response
        except Exception:
            log.exception("http.failed", method=request.method, path=request.path)
            title = "A fault of the server; it has been reported."
            return problem(HTTPStatus.INTERNAL_SERVER_ERROR, ProblemCode.INTERNAL, title)

    return caught


def _reads_pages(request: web.Request) -> bool:
    return request.method in {"GET", "HEAD"} and "text/html" in request.headers.get("Accept", "")

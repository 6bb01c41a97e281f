"""Refusals over HTTP as `application/problem+json` (RFC 9457) with a code, and the net under every handler.

Never tells a client what went wrong inside.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
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
    """Every expected "no" over HTTP; where the realtime protocol refuses for the same reason, the word is the same.

    Each has its status and a line on when it is said.
    """

    MALFORMED = (
        "malformed",
        400,
        "A parameter or the body is not what its type says: missing, extra, twice, wrong or oversized.",
    )
    REFUSED = "refused", 400, "The request could not be understood."
    NO_TOKEN = "no_token", 401, "This wants `Authorization: Bearer` with the token of a device."
    FOREIGN_PAGE = "foreign_page", 403, "A page of another site may not do this; open the server's own page."
    NOT_FOUND = "not_found", 404, "Nothing has this address."
    NO_ROOM = "no_room", 404, "There is no such listed room."
    NO_RACE = "no_race", 404, "There is no such finished race, or it is kept no longer."
    NO_PROFILE = "no_profile", 404, "There is no such person, or this device has finished no race yet."
    NO_CODE = "no_code", 404, "There is no such one-time code, or its time is over."
    METHOD_NOT_ALLOWED = (
        "method_not_allowed",
        405,
        "The address does not know this method; `Allow` names those it does.",
    )
    TOO_LARGE = "too_large", 413, "The body is larger than any that is wanted."
    UNSUPPORTED_TYPE = "unsupported_type", 415, "The body is not `application/json`."
    UNKNOWN_HOST = (
        "unknown_host",
        421,
        "This server has another name; the operator may add this one to `allowed_hosts`.",
    )
    BAD_CURSOR = "bad_cursor", 422, "This list gave no such cursor; begin at the first page."
    BAD_NAME = "bad_name", 422, "The name is empty, too long, or holds characters that cannot be shown."
    TOO_MANY = "too_many", 429, "Your network has asked too much; `Retry-After` says when to ask again."
    INTERNAL = "internal", 500, "A fault of the server; it has been reported."
    BUSY = "busy", 503, "Too many requests of this kind wait already; ask again in a moment."
    UNAVAILABLE = "unavailable", 503, "Records cannot be read or changed just now; rooms go on."
    TIMEOUT = "timeout", 503, "It took too long; it may or may not have been done."

    _value_: str
    status: int
    says: str

    def __new__(cls, value: str, status: int, says: str) -> ProblemCode:
        """Make a member of its word, its status and its sentence."""
        code = str.__new__(cls, value)
        code._value_ = value
        code.status = status
        code.says = says
        return code


class TooManyGuesses(Exception):  # noqa: N818 - an answer, not an error
    """The source has guessed too much; `wait_s` seconds later it may ask again."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s


_CODES: Final = {
    code.status: code for code in (ProblemCode.NOT_FOUND, ProblemCode.METHOD_NOT_ALLOWED, ProblemCode.TOO_LARGE)
}


class Problem(Struct, frozen=True):
    """Why a request was not answered (RFC 9457); `retry` says whether the same request may work later.

    `title` and `detail` are for developers and never shown as they stand.
    """

    title: str
    status: int
    code: ProblemCode
    retry: bool = False
    detail: str = ""


def problem(
    code: ProblemCode, detail: str = "", *, status: int | None = None, retry_after_s: int | None = None
) -> web.Response:
    """Answer with a problem; `retry_after_s` seconds later the same request may work."""
    body = Problem(code.says, status or code.status, code, retry=retry_after_s is not None, detail=detail)
    response = web.Response(status=body.status, body=msgspec.json.encode(body), content_type="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def net(
    nowhere: Callable[[web.Request], web.StreamResponse],
    turn: Callable[[web.Request], Awaitable[web.StreamResponse | None]],
) -> Middleware:
    """Make the middleware that words what aiohttp would say in plain text, and reports what no handler expected.

    `nowhere` answers people who opened an address that nothing has; programs get a problem. `turn` waits for the turn
    of a request, or answers it.
    """

    @web.middleware
    async def caught(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            refused = await turn(request)
            return await handler(request) if refused is None else refused
        except web.HTTPException as answer:
            if answer.status < HTTPStatus.BAD_REQUEST:
                raise
            if answer.status == HTTPStatus.NOT_FOUND and reads_pages(request):
                return nowhere(request)
            code = _CODES.get(answer.status, ProblemCode.REFUSED)
            response = problem(code, answer.reason, status=answer.status)
            if "Allow" in answer.headers:
                response.headers["Allow"] = answer.headers["Allow"]
            return response
        except Exception:
            log.exception("http.failed", method=request.method, path=request.path)
            return problem(ProblemCode.INTERNAL)

    return caught


def reads_pages(request: web.Request) -> bool:
    """Return whether a request comes from somebody who reads pages, not from a program."""
    if request.path.startswith("/api/"):
        return False
    return request.method in {"GET", "HEAD"} and "text/html" in request.headers.get("Accept", "")

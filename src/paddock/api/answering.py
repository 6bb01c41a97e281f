"""Turns typed answers into responses: JSON, who may keep it and how it is recognised again; never what is in it."""

from __future__ import annotations

import hashlib
from http import HTTPStatus

import msgspec
from aiohttp import ETag, hdrs, web
from msgspec import Struct

from paddock.api.addresses import AnyAddress, Keeping
from paddock.api.bodies import Nothing


def answer(request: web.Request, address: AnyAddress, body: Struct, *, personal: bool) -> web.Response:
    """Answer with a body, or with 304 to those who hold it; `personal`: a token was shown, so nobody may keep it."""
    keeping = Keeping.NOBODY if personal else address.keeping
    headers: dict[str, str] = {hdrs.CACHE_CONTROL: keeping.value}
    if address.bearer == "may":
        headers[hdrs.VARY] = hdrs.AUTHORIZATION
    if address.any_site:
        headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = "*"
    if isinstance(body, Nothing):
        return web.Response(status=address.status, headers=headers)
    return recognised(request, msgspec.json.encode(body), headers, status=address.status)


def recognised(
    request: web.Request, body: bytes, headers: dict[str, str], *, kind: str = "application/json", status: int = 200
) -> web.Response:
    """Answer with a body under its entity tag, or with 304 to those who hold it; nobody holds what none may keep."""
    if headers[hdrs.CACHE_CONTROL] == Keeping.NOBODY.value:
        return web.Response(status=status, body=body, content_type=kind, headers=headers)
    tag = hashlib.sha256(body).hexdigest()[:32]
    if any(known.value in (tag, "*") for known in request.if_none_match or ()):
        response = web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    else:
        response = web.Response(status=status, body=body, content_type=kind, headers=headers)
    response.etag = ETag(tag)
    return response

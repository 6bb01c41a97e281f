"""The API's own description, for machines and for people; made from the types, never written by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from paddock.api import docs_page, openapi
from paddock.api.answering import recognised
from paddock.api.ports import RestPorts

KEPT: Final = "public, max-age=300"


def documents(ports: RestPorts) -> dict[str, Handler]:
    """Give the addresses of the documents with their handlers."""
    return {
        "/openapi.json": _document(openapi.document, "application/json"),
        "/asyncapi.json": _document(ports.asyncapi, "application/json"),
        "/api/docs": _document(docs_page.page, "text/html"),
        "/api/docs.css": _document(docs_page.style, "text/css"),
    }


def _document(content: Callable[[], bytes], kind: str) -> Handler:
    async def shown(request: web.Request) -> web.StreamResponse:
        response = recognised(request, content(), {hdrs.CACHE_CONTROL: KEPT}, kind=kind)
        if kind.startswith("text/") and response.body is not None:
            response.charset = "utf-8"
        return response

    return shown

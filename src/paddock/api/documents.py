"""The API's own description, for machines and for people; made from the types, never written by hand."""

from __future__ import annotations

import asyncio
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
    made: asyncio.Task[bytes] | None = None

    async def shown(request: web.Request) -> web.StreamResponse:
        # Making one takes up to 50 ms, once: in a thread, and for all who wait for it.
        nonlocal made
        if made is None or (made.done() and made.exception() is not None):
            made = asyncio.create_task(asyncio.to_thread(content))
        response = recognised(request, await asyncio.shield(made), {hdrs.CACHE_CONTROL: KEPT}, kind=kind)
        if kind.startswith("text/") and response.body is not None:
            response.charset = "utf-8"
        return response

    return shown

"""Client address of a forwarded request, as determined by the node that received it.

Only the peer listener sets it, on authenticated connections.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from paddock.socketio import RequestInfo
from paddock.socketio.limits import SourceRule

HEADER: Final = "Paddock-Source"
"""Header between nodes; removed from requests of clients."""
SOURCE: Final = web.RequestKey("paddock.source", str)


def forwarded_source(rule: SourceRule) -> SourceRule:
    """Return a rule that trusts other nodes and applies `rule` to all other requests."""

    def source(request: RequestInfo) -> str:
        forwarded = request.get(SOURCE) if isinstance(request, web.Request) else None
        return rule(request) if forwarded is None else forwarded

    return source


def nearest(request: RequestInfo) -> str:
    """Return the remote address of the connection: the default rule."""
    return request.remote or ""

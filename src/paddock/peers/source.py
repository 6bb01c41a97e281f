"""Where a handed request comes from: the address that the node it landed on has found out; it is believed.

Only a door sets it, for connections that have proved to be another node's.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from paddock.socketio import Asker
from paddock.socketio.limits import SourceRule

HEADER: Final = "Paddock-Source"
"""Carries it between nodes; whatever a client sends under this name is dropped on the way."""
SOURCE: Final = web.RequestKey("paddock.source", str)


def handed_source(rule: SourceRule) -> SourceRule:
    """Make the rule that believes other nodes, and asks `rule` about everybody else."""

    def source(request: Asker) -> str:
        handed = request.get(SOURCE) if isinstance(request, web.Request) else None
        return rule(request) if handed is None else handed

    return source


def nearest(request: Asker) -> str:
    """Name the other end of the connection: the rule of a server that was given none."""
    return request.remote or ""

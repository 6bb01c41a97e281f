"""Hijacking: taking a connection over from aiohttp. Reads and writes nothing.

Give the transport its new protocol, `hijack` the request, and let its handler return `Hijacked`.
"""

from __future__ import annotations

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter


def hijack(request: web.Request) -> None:
    """Detach the connection of a request from aiohttp, which would close it after the request."""
    request.protocol.transport = None
    request.protocol.connection_lost(None)


class Hijacked(web.StreamResponse):
    """The response of a handler that hijacked its connection; the real one has been sent, so aiohttp writes nothing."""

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Write nothing."""
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Write nothing."""

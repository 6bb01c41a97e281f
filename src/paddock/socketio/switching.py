"""Taking a connection away from aiohttp, for those who go on with it by themselves; it reads and writes nothing.

Give the transport its new protocol, `detach` the request, and let its handler return `Switched`.
"""

from __future__ import annotations

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter


def detach(request: web.Request) -> None:
    """Let the connection of a request end for aiohttp, which would close what it holds."""
    request.protocol.transport = None
    request.protocol.connection_lost(None)


class Switched(web.StreamResponse):
    """The answer to a handshake that has been written already: aiohttp gets it back and has nothing left to do."""

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Write nothing."""
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Write nothing."""

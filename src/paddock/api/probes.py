"""Health for machines: `/healthz` says that the process lives, `/readyz` whether players should be sent to it.

What is wrong is said in a word; the rest stands in the log and not here: anybody may ask.
"""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from aiohttp import web

from paddock.api.pool_health import PoolHealth
from paddock.api.ports import ApiPorts


class Probes:
    """Answers for load balancers and supervisors."""

    def __init__(self, ports: ApiPorts, pool: PoolHealth | None = None) -> None:
        """Answer for this process, or for all workers of its `pool`."""
        self._ports = ports
        self._pool = pool

    async def alive(self, request: web.Request) -> web.Response:
        """Answer 200 as long as anything can be answered, also while starting and draining."""
        return await self._answer(HTTPStatus.OK)

    async def ready(self, request: web.Request) -> web.Response:
        """Answer 503 until the server is ready, and again while it drains."""
        return await self._answer(HTTPStatus.SERVICE_UNAVAILABLE)

    async def _answer(self, without_players: HTTPStatus) -> web.Response:
        health = await self._ports.health()
        if self._pool is not None:
            health = await self._pool.of_all(health)
        return web.Response(
            status=HTTPStatus.OK if health.state == "ready" else without_players,
            body=msgspec.json.encode(health),
            content_type="application/json",
            headers={"Cache-Control": "no-store"},
        )

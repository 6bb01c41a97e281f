"""The list of all HTTP addresses, and what every answer has in common."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Middleware

from paddock.api import headers
from paddock.api.documents import documents
from paddock.api.metrics import Metrics
from paddock.api.pages import ASSET, ROOT_FILE, Pages
from paddock.api.pool_health import PoolHealth
from paddock.api.ports import ApiPorts, RestPorts
from paddock.api.probes import Probes
from paddock.api.problems import net
from paddock.api.rest import rest
from paddock.api.turn import turn


def routes(
    app: web.Application,
    ports: ApiPorts,
    desk: RestPorts,
    metrics: Metrics | None = None,
    *,
    hosts: Middleware | None = None,
    pool: PoolHealth | None = None,
    folder: Path | None = None,
    realtime: str = "/socket.io",
) -> None:
    """Add pages, probes and the REST API to an application.

    Args:
        app: the application.
        ports: what pages and probes ask.
        desk: what the REST API asks.
        metrics: answers for Prometheus; the figures of this process alone when None.
        hosts: refuses what is not for this server; see `hosts.host_check`.
        pool: knows the other workers, if there are any.
        folder: holds the built web client; the package's own when None.
        realtime: the path of the realtime protocol, whose requests do not wait for a turn here.
    """
    pages = Pages(Path(str(files("paddock").joinpath("web"))) if folder is None else folder)
    probes = Probes(ports, pool)
    if hosts is not None:
        app.middlewares.append(hosts)
    app.middlewares.append(net(pages.nowhere, turn(desk, realtime)))
    app.on_response_prepare.append(headers.secure)
    app.router.add_get("/", pages.home)
    app.router.add_get("/r/{code}", pages.room)
    app.router.add_get("/r/{code}/history", pages.history)
    app.router.add_get("/race/{race}", pages.race)
    app.router.add_get("/boards", pages.home)
    app.router.add_get("/stats", pages.home)
    app.router.add_get("/me", pages.own)
    app.router.add_get("/p/{profile}", pages.profile)
    app.router.add_get(ASSET, pages.asset)
    app.router.add_get("/robots.txt", pages.robots)
    app.router.add_get("/favicon.ico", pages.old_icon)
    app.router.add_get(ROOT_FILE, pages.root_file)
    app.router.add_get("/healthz", probes.alive)
    app.router.add_get("/readyz", probes.ready)
    app.router.add_get("/metrics", (metrics or Metrics(ports)).show)
    for path, document in documents(desk).items():
        app.router.add_get(path, document)
    for address, handler in rest(desk):
        # Whatever stands in a place comes to the handler, so that the answer is of its noun; by itself aiohttp lets no
        # brace in.
        path = re.sub(r"{(\w+)}", r"{\1:[^/]+}", address.path)
        if address.method == "GET":
            app.router.add_get(path, handler)  # and HEAD
        else:
            app.router.add_route(address.method, path, handler)

"""What all answers have in common: security headers, coded problems, and probes that follow the server's state."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from aiohttp import ClientSession
from tests.api.server import Backstage, build, serving

from paddock.api import Health
from paddock.api.headers import SECURITY_HEADERS

PLACES = [
    "/",
    "/assets/main-abc123.js",
    "/assets/none.js",
    "/healthz",
    "/readyz",
    "/metrics",
    "/api/races/x",
    "/robots.txt",
    "/faulty",
]


@pytest.fixture
def backstage() -> Backstage:
    return Backstage()


@pytest.fixture
async def web(backstage: Backstage, tmp_path: Path) -> AsyncIterator[ClientSession]:
    async with serving(backstage, build(tmp_path / "web")) as session:
        yield session


@pytest.mark.parametrize("path", PLACES)
async def test_every_answer_has_the_security_headers(web: ClientSession, path: str) -> None:
    answer = await web.get(path)

    assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert answer.headers["Server"] == "paddock"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("health", "alive", "ready"),
    [
        (Health("starting"), 200, 503),
        (Health("ready", rooms=3, connections=8), 200, 200),
        (Health("ready", rooms=3, degraded=True), 200, 200),
        (Health("draining"), 200, 503),
    ],
)
async def test_probes_follow_the_server(
    web: ClientSession, backstage: Backstage, health: Health, alive: int, ready: int
) -> None:
    backstage.state = health

    assert (await web.get("/healthz")).status == alive
    answer = await web.get("/readyz")
    assert answer.status == ready
    assert answer.headers["Cache-Control"] == "no-store"
    assert msgspec.json.decode(await answer.read(), type=Health) == health


async def test_a_fault_tells_nothing_of_the_inside(web: ClientSession) -> None:
    answer = await web.get("/faulty")

    assert answer.status == 500
    assert (await answer.json(content_type=None))["code"] == "internal"
    assert "swordfish" not in await answer.text()


async def test_a_method_that_is_not_offered_is_refused_with_those_that_are(web: ClientSession) -> None:
    answer = await web.post("/healthz", data=b"x")

    assert answer.status == 405
    assert answer.headers["Allow"] == "GET,HEAD"
    assert (await answer.json(content_type=None))["code"] == "method_not_allowed"

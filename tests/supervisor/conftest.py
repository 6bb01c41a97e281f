"""Servers of several workers with a Redis of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from tests.cluster.books import sprint, written
from tests.cluster.conftest import PACE
from tests.cluster.process import Server


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[Server]:
    """Two workers with races of three seconds."""
    settings: dict[str, str | int] = {**PACE, "workers": 2, "embedded_redis": "true"}
    server = Server(tmp_path, book=written(sprint(), tmp_path / "book.json"), **settings)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        print(server.output)


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    """Whatever is entered here is left when the test ends."""
    async with AsyncExitStack() as entered:
        yield entered

"""One browser and one server per test process; people come and go. A machine without Chromium fails these tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from tests.browser.chromium import NoChromiumError, build_client, chromium
from tests.browser.person import LIMIT_MS, Person, person
from tests.cluster.books import brisk, sprint
from tests.cluster.conftest import serving
from tests.cluster.process import Server

expect.set_options(timeout=LIMIT_MS)

PACE = {
    "pace_reason_ms": 1500,
    "pace_countdown_ms": 1500,
    "pace_replay_hold_ms": 1500,
    "pace_runoff_ms": 1500,
}
Arrives = Callable[..., Awaitable[Person]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests here share a loop, since a browser belongs to the loop that started it."""
    for item in items:
        if item.path.is_relative_to(__file__.rpartition("/")[0]):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def client() -> None:
    """The web client, built from the sources as they are."""
    build_client()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(client: None) -> AsyncIterator[Browser]:
    """A running Chromium."""
    try:
        async with chromium() as started:
            yield started
    except NoChromiumError as error:
        pytest.fail(str(error))


@pytest.fixture(scope="session")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with races of three seconds."""
    with serving(tmp_path_factory.mktemp("quick"), sprint(), **PACE) as server:
        yield server


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with races of ten seconds, for one test alone to be killed."""
    with serving(tmp_path_factory.mktemp("own"), brisk(), **PACE) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def arrives(browser: Browser) -> AsyncIterator[Arrives]:
    """Let people come, each with a browser profile of their own; none of their pages may have complained at the end."""
    people: list[Person] = []
    async with AsyncExitStack() as stack:

        async def arrive(server: Server, **manner: Any) -> Person:
            people.append(await stack.enter_async_context(person(browser, server.url, **manner)))
            return people[-1]

        yield arrive
        complaints = [complaint for one in people for complaint in await one.all_complaints()]
    assert not complaints, "\n".join(complaints)

"""A house of servers for each play."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from .house import House


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """Give a house with no servers in it."""
    async with AsyncExitStack() as stack:
        yield House(stack)

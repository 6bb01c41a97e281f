"""Waiting for a condition that no event announces: the one place where tests poll."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

LIMIT_S = 30.0
"""Reached only by a test that fails: long enough for a machine whose cores are all busy."""
POLL_S = 0.01


async def until(
    condition: Callable[[], bool | Awaitable[bool]], what: str = "the condition", seconds: float = LIMIT_S
) -> None:
    """Return as soon as a condition holds; the condition is a function or a coroutine function.

    Raises:
        AssertionError: it did not hold within the limit; the message names `what` was waited for.
    """
    try:
        async with asyncio.timeout(seconds):
            while not (holds if isinstance(holds := condition(), bool) else await holds):
                await asyncio.sleep(POLL_S)
    except TimeoutError:
        raise AssertionError(f"{what}: not within {seconds:g} s") from None


def until_sync(condition: Callable[[], bool], what: str = "the condition", seconds: float = LIMIT_S) -> None:
    """Return as soon as a condition holds, in a test without an event loop.

    Raises:
        AssertionError: it did not hold within the limit; the message names `what` was waited for.
    """
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds:g} s")
        time.sleep(POLL_S)

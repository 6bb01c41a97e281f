"""Waiting for a condition that no event announces: the one place where tests poll."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

LIMIT_S = 30.0
"""Reached only by a test that fails: long enough for a machine whose cores are all busy."""
POLL_S = 0.01

Condition = Callable[[], bool | Awaitable[bool]]
"""A function or a coroutine function."""


async def comes_to_hold(condition: Condition, seconds: float = LIMIT_S, *, every_s: float = POLL_S) -> bool:
    """Return True as soon as a condition holds, False if it does not within the limit.

    `every_s` is the pause between two looks; a condition that costs the server something wants a longer one.
    """
    try:
        async with asyncio.timeout(seconds) as limit:
            while not (holds if isinstance(holds := condition(), bool) else await holds):
                await asyncio.sleep(every_s)
    except TimeoutError:
        if not limit.expired():
            raise  # the condition's own
        return False
    return True


async def until(
    condition: Condition, what: str = "the condition", seconds: float = LIMIT_S, *, every_s: float = POLL_S
) -> None:
    """Return as soon as a condition holds; see `comes_to_hold`.

    Raises:
        AssertionError: it did not hold within the limit; the message names `what` was waited for.
    """
    if not await comes_to_hold(condition, seconds, every_s=every_s):
        raise AssertionError(f"{what}: not within {seconds:g} s")


def until_sync(
    condition: Callable[[], bool], what: str = "the condition", seconds: float = LIMIT_S, *, every_s: float = POLL_S
) -> None:
    """Return as soon as a condition holds, in a test without an event loop.

    Raises:
        AssertionError: it did not hold within the limit; the message names `what` was waited for.
    """
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds:g} s")
        time.sleep(every_s)

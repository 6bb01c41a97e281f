"""Waiting for a condition that no event announces: the one place where tests poll."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

LIMIT_S = 30.0
"""Reached only by a test that fails: long enough for a machine whose cores are all busy."""
POLL_S = 0.01
ASKING_POLL_S = 0.2
"""Conditions that ask a server are looked at ever more rarely, down to this: often enough asked, it refuses."""

Condition = Callable[[], bool | Awaitable[bool]]
"""A function or a coroutine function."""


async def comes_to_hold(condition: Condition, seconds: float = LIMIT_S, *, every_s: float | None = None) -> bool:
    """Return True as soon as a condition holds, False if it does not within the limit.

    `every_s` is the pause between two looks. Without it a function is looked at every `POLL_S`; the pauses between two
    calls of a coroutine function grow by half each time, up to `ASKING_POLL_S`.
    """
    pause = POLL_S if every_s is None else every_s
    try:
        async with asyncio.timeout(seconds) as limit:
            while True:
                answer = condition()
                if answer if isinstance(answer, bool) else await answer:
                    break
                await asyncio.sleep(pause)
                if every_s is None and not isinstance(answer, bool):
                    pause = min(pause * 1.5, ASKING_POLL_S)
    except TimeoutError:
        if not limit.expired():
            raise  # the condition's own
        return False
    return True


async def until(
    condition: Condition, what: str = "the condition", seconds: float = LIMIT_S, *, every_s: float | None = None
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

"""The pauses of the fault plays: how long a fault lasts, and people and dice who take their time.

Nothing is waited for here: whoever waits for something uses `tests.waiting`.
"""

from __future__ import annotations

import asyncio
import time
from random import Random


async def outage_lasts(seconds: float) -> None:
    """Let a fault that has begun last so long."""
    await asyncio.sleep(seconds)


def outage_lasts_in_thread(seconds: float) -> None:
    """Let a fault that has begun last so long, in a thread of its own."""
    time.sleep(seconds)


async def play_goes_on(seconds: float) -> None:
    """Let people play for so long without a fault."""
    await asyncio.sleep(seconds)


async def pause(dice: Random, least_s: float, most_s: float) -> None:
    """Let somebody take their time, or a fault come at a moment of its own."""
    await asyncio.sleep(dice.uniform(least_s, most_s))

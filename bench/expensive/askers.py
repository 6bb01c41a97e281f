"""Clients that ask without end, each for the next as soon as it has an answer.

    python -m bench.expensive.askers URL PATH PARALLEL SECONDS

`{n}` in the path is another number each time. Prints how many were answered, by status.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from collections import Counter

import aiohttp


async def ask(url: str, path: str, parallel: int, seconds: float) -> Counter[int]:
    """Ask from so many connections for so long."""
    until = time.monotonic() + seconds
    answered: Counter[int] = Counter()
    numbers = itertools.count()
    async with aiohttp.ClientSession(url, connector=aiohttp.TCPConnector(limit=0)) as web:

        async def one() -> None:
            while time.monotonic() < until:
                async with web.get(path.replace("{n}", str(next(numbers)))) as answer:
                    await answer.read()
                    answered[answer.status] += 1

        await asyncio.gather(*(one() for _ in range(parallel)))
    return answered


def main() -> None:
    """Ask and say what came of it."""
    url, path, parallel, seconds = sys.argv[1:]
    print(json.dumps(asyncio.run(ask(url, path, int(parallel), float(seconds)))))


if __name__ == "__main__":
    main()

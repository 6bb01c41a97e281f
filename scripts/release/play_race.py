"""Plays one race at a server and prints the address of its record; run by the Python of the environment that is tried.

`python -I play_race.py http://127.0.0.1:8080`: it imports nothing of this repository, only the installed package.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from itertools import repeat
from typing import Final

import aiohttp

from paddock.loadtest.party import Party

WITHIN_S: Final = 120.0
"""A race with everything before it takes less than a minute."""
LOOK_S: Final = 0.1


async def play(url: str) -> str:
    """Let people play until a race of theirs is over and recorded, and give the address of its record."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(WITHIN_S):
        party = Party(lambda place: repeat(url), session)
        try:
            room = await party.open()
            print(f"race: {len(party.guests)} players are in room {room}", file=sys.stderr)
            party.play()
            await _until(lambda: _now(bool(party.started)))
            print("race: it has started", file=sys.stderr)
            await _until(lambda: _now(bool(party.finished)))
            record = f"{url}/api/races/{min(party.finished)}"
            await _until(lambda: _answers(session, record))
            print("race: it is over and recorded", file=sys.stderr)
            return record
        finally:
            await party.close()


async def _until(holds: Callable[[], Awaitable[bool]]) -> None:
    while not await holds():  # noqa: ASYNC110 - from outside there is nothing else to wait for
        await asyncio.sleep(LOOK_S)


async def _now(holds: bool) -> bool:
    return holds


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    async with session.get(url) as answer:
        return answer.status == 200


if __name__ == "__main__":
    print(asyncio.run(play(sys.argv[1])))

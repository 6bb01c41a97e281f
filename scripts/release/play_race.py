"""Plays one race at a server and keeps its record in a file; run by the Python of the environment that is tried.

`python -I play_race.py http://127.0.0.1:8080 race.json`: it imports the installed package and
nothing of this repository.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from itertools import repeat
from pathlib import Path
from typing import Final

import aiohttp

from paddock.loadtest.party import Party

WITHIN_S: Final = 600.0
"""A race with everything before it takes less than a minute, but not on a busy machine."""
LOOK_S: Final = 0.1


async def play(url: str) -> bytes:
    """Let people play until a race of theirs is over and recorded, and give its record."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(WITHIN_S):
        party = Party(lambda place: repeat(url), session)
        try:
            room = await party.open()
            print(f"race: {len(party.guests)} players are in room {room}", file=sys.stderr)
            party.play()
            await _until(lambda: bool(party.started))
            print("race: it has started", file=sys.stderr)
            await _until(lambda: bool(party.finished))
            record = f"{url}/api/races/{min(party.finished)}"
            while (answer := await _answer(session, record)) is None:  # noqa: ASYNC110 - recorded soon
                await asyncio.sleep(LOOK_S)
            print("race: it is over and recorded", file=sys.stderr)
            return answer
        finally:
            await party.close()


async def _until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110 - from outside there is nothing else to wait for
        await asyncio.sleep(LOOK_S)


async def _answer(session: aiohttp.ClientSession, url: str) -> bytes | None:
    async with session.get(url) as answer:
        return await answer.read() if answer.status == 200 else None


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(asyncio.run(play(sys.argv[1])))

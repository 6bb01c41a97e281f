"""A crowd of unmodified JavaScript clients that race in many rooms while something happens to the servers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

from tests.gateway.wire import Json

LIMIT_S = 60.0
PROGRAM = Path(__file__).parent / "js" / "rounds.mjs"
PACKAGE = Path(__file__).parents[2] / "web" / "package.json"
LINE_BYTES = 16 * 1024 * 1024


class Rounds:
    """Everybody, in a process of their own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def line(self) -> str:
        """Give the next line they print."""
        assert self._process.stdout is not None
        said = await asyncio.wait_for(self._process.stdout.readline(), LIMIT_S)
        return said.decode().strip()

    async def stops(self) -> list[Json]:
        """Let them finish the races that run, and give what each of them saw."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"stop\n")
        said = await self.line()
        assert said.startswith("["), said
        told: list[Json] = json.loads(said)
        return told


@asynccontextmanager
async def rounds(rooms: int, *urls: str) -> AsyncIterator[Rounds]:
    """Let two people play in each of so many rooms; entered when every room has a race."""
    process = await asyncio.create_subprocess_exec(
        "node",
        PROGRAM,
        PACKAGE,
        str(rooms),
        *urls,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LINE_BYTES,
    )
    everybody = Rounds(process)
    try:
        assert await everybody.line() == "racing"
        yield everybody
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def assert_nothing_was_missed(told: list[Json]) -> set[str]:
    """Hold what everybody saw to the promises, and give the races there were."""
    races: dict[str, set[str]] = {}
    for one in told:
        steps = [*pairwise(one["versions"])]
        broken = [step for step in steps if step[1] != step[0] + 1]
        assert not broken, f"in order, each once, no gap: {broken}, afresh {one['fresh']}, recovered {one['recovered']}"
        assert one["started"] == one["finished"], "what started has finished, in order, once"
        assert len(set(one["finished"])) == len(one["finished"])
        races.setdefault(one["room"], set(one["finished"]))
        assert races[one["room"]] == set(one["finished"]), "both saw the same races"
    return set().union(*races.values())

"""A server whose room list is full, for measuring what looking through it costs the others.

    python -m bench.expensive.server ROOMS

The lines are put where the store keeps its list; there are no rooms behind them. The first line of output is the port.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from pathlib import Path
from typing import Final

from bench.bench_lobby import Town

from paddock import telemetry
from paddock.app import running
from paddock.config import MEMORY, Config, Limits
from paddock.stores.local import LocalStore

SEED: Final = 7
FREE: Final = Limits(
    requests_per_minute=1_000_000,
    rooms_per_minute=1_000,
    guesses_per_minute=10_000,
    room_guesses_per_minute=10_000,
)
"""What is measured is how work is shared out, not how soon a source is asked to wait."""


class Turns:
    """How long each turn of the event loop is, in CPU time, so that other work on the machine does not count.

    While it measures, the loop never sleeps. A turn weighs as much as it is long, as it does for a message that comes
    at any moment.
    """

    def __init__(self) -> None:
        self._took: list[float] = []
        self._since = 0.0
        self._on = False

    def begin(self) -> None:
        """Measure from now on."""
        self._took, self._since, self._on = [], time.process_time(), True
        asyncio.get_running_loop().call_soon(self._turn)

    def end(self) -> dict[str, float]:
        """Measure no longer, and return the turns in milliseconds."""
        self._on = False
        took = sorted(self._took)
        whole, passed = sum(took), 0.0
        found: dict[str, float] = {}
        for one in took:
            passed += one
            for name, share in (("turn_p50_ms", 0.5), ("turn_p99_ms", 0.99)):
                if name not in found and passed >= share * whole:
                    found[name] = round(one * 1000, 2)
        return {**found, "turn_worst_ms": round(took[-1] * 1000, 2)}

    def _turn(self) -> None:
        now = time.process_time()
        self._took.append(now - self._since)
        self._since = now
        if self._on:
            asyncio.get_running_loop().call_soon(self._turn)


async def serve(rooms: int) -> None:
    """Serve until the standard input ends; `begin` and `end` there measure the turns of the loop."""
    async with running(Config(port=0, data=MEMORY, limits=FREE, max_rooms=1_000_000)) as server:
        store = server._store
        assert isinstance(store, LocalStore)
        for code, line in Town(rooms, random.Random(SEED)).lines.items():
            store._lobby.say(code, line)
        await server.loaded()
        print(server.port, flush=True)
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        turns = Turns()
        while word := await reader.readline():
            if word == b"begin\n":
                turns.begin()
            else:
                print(json.dumps(turns.end()), flush=True)


def main() -> None:
    """Serve."""
    with Path("/dev/null").open("w") as nowhere:
        telemetry.configure("error", as_json=False, stream=nowhere)
        asyncio.run(serve(int(sys.argv[1])))


if __name__ == "__main__":
    main()

"""A server whose room list is full, for measuring what looking through it costs the others.

    python -m bench.expensive.server ROOMS

The lines are put where the store keeps its list; there are no rooms behind them. The first line of output is the port.
"""

from __future__ import annotations

import asyncio
import random
import sys
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


async def serve(rooms: int) -> None:
    """Serve until the standard input ends."""
    async with running(Config(port=0, data=MEMORY, limits=FREE, max_rooms=1_000_000)) as server:
        store = server._store
        assert isinstance(store, LocalStore)
        for code, line in Town(rooms, random.Random(SEED)).lines.items():
            store._lobby.say(code, line)
        await server.loaded()
        print(server.port, flush=True)
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        await reader.read()


def main() -> None:
    """Serve."""
    with Path("/dev/null").open("w") as nowhere:
        telemetry.configure("error", as_json=False, stream=nowhere)
        asyncio.run(serve(int(sys.argv[1])))


if __name__ == "__main__":
    main()

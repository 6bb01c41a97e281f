"""A server that starts, answers what needs its archive, and prints in which order it came to that."""

from __future__ import annotations

import asyncio
import sys

import aiohttp
from tests.waiting import until

from paddock.app import running
from paddock.config import MEMORY, Config

HOST = "127.0.0.1"
LIBRARY = "sqlalchemy"
LOADS = f"loads {LIBRARY}"
steps = [LOADS] if LIBRARY in sys.modules else list[str]()


def note(event: str, args: tuple[object, ...]) -> None:
    """Hear of every bind and every import, in whatever thread."""
    match event, args:
        case "socket.bind", (_, (str(host), int())) if host == HOST:
            steps.append("listens")
        case "import", (str(name), *_) if name == LIBRARY:
            steps.append(LOADS)


async def main() -> None:
    async with (
        running(Config(host=HOST, port=0, data=MEMORY)) as server,
        aiohttp.ClientSession() as session,
    ):

        async def answers() -> bool:
            async with session.get(f"http://{HOST}:{server.port}/api/statistics/totals") as answer:
                return answer.status == 200

        await until(answers, "an answer of the archive")
        steps.append("answers")


if __name__ == "__main__":
    sys.addaudithook(note)
    asyncio.run(main())
    print(*dict.fromkeys(steps), sep=", ")

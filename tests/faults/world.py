"""The servers of a fault play: some Paddock nodes that share a Redis, all real processes, to be killed and frozen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random
from typing import Protocol

from tests.cluster.books import sprint, written
from tests.cluster.conftest import PACE
from tests.cluster.process import Server

from paddock.domain.book import Book
from paddock.stores.redis.store import RedisStore

CLOCK_OFF = Path(__file__).parent / "clock_off"
"""What makes the clock of a process wrong."""


class RedisServers(Protocol):
    """One Redis, or several that belong together."""

    @property
    def url(self) -> str:
        """Where they are."""


class World:
    """Nodes of one cluster; `redis` is whatever their store is."""

    def __init__(self, folder: Path, redis: RedisServers) -> None:
        self.redis = redis
        self.nodes: list[Server] = []
        self.entrances: dict[int, str] = {}
        """Where people find a node that they reach through something else."""
        self._folder = folder

    def add(self, book: Book, redis: str, clock_off: int | None, settings: dict[str, str | int]) -> None:
        """Add a node whose Redis seems to be at an address, and whose clock is off by so many seconds."""
        own = self._folder / f"node-{len(self.nodes)}"
        own.mkdir(parents=True)
        told = {**PACE, "redis": redis, **settings}
        node = Server(own, book=written(book, own / "book.json"), **told)
        if clock_off is not None:
            (own / "clock").write_text(str(clock_off))
            node.environment(PYTHONPATH=str(CLOCK_OFF), CLOCK_OFF=str(own / "clock"))
        self.nodes.append(node)

    def set_clock(self, number: int, seconds: int) -> None:
        """Set the clock of a node that was off to so many seconds ahead, while it runs."""
        (self._folder / f"node-{number}" / "clock").write_text(str(seconds))

    async def start(self) -> None:
        """Start all nodes at once."""
        await asyncio.gather(*(asyncio.to_thread(node.start) for node in self.nodes))

    async def restart(self, node: Server) -> None:
        """Start a killed node again, at the same address."""
        await asyncio.to_thread(node.start)

    def end(self) -> None:
        """End all nodes."""
        for node in self.nodes:
            node.kill()

    def doors(self, home: int, dice: Random) -> Callable[[], str]:
        """Give addresses to try: first one's own node, then any, as behind a balancer that notices the dead late."""
        first = True

        def door() -> str:
            nonlocal first
            number = home if first else dice.randrange(len(self.nodes))
            first = False
            return self.entrances.get(number, self.nodes[number].url)

        return door

    def tracebacks(self) -> list[str]:
        """Give what nodes have logged that no fault may lead to."""
        outputs = [(node.output, node.output.find("Traceback")) for node in self.nodes]
        return [output[max(0, at - 300) : at + 4_000] for output, at in outputs if at >= 0]

    @asynccontextmanager
    async def store(self) -> AsyncIterator[RedisStore]:
        """Look into the store as one more node would; it holds no seats."""
        store = RedisStore(self.redis.url, "witness")
        await store.open()
        try:
            yield store
        finally:
            await store.close()


@asynccontextmanager
async def world(
    folder: Path,
    redis: RedisServers,
    nodes: int = 2,
    *,
    redis_of: Mapping[int, str] | None = None,
    clocks_off: Mapping[int, int] | None = None,
    **settings: str | int,
) -> AsyncIterator[World]:
    """Nodes that are up, with races of about three seconds; their output is shown when the play fails.

    Args:
        folder: for their files.
        redis: what they share.
        nodes: how many.
        redis_of: where the Redis of a node seems to be, for those that reach it through a proxy.
        clocks_off: by how many seconds a node's own clock is ahead.
        settings: Paddock's own.
    """
    made = World(folder, redis)
    for number in range(nodes):
        place = (redis_of or {}).get(number, redis.url)
        made.add(sprint(), place, (clocks_off or {}).get(number), settings)
    async with AsyncExitStack() as stack:
        stack.callback(lambda: [print(node.output[-20_000:]) for node in made.nodes])
        stack.callback(made.end)
        await made.start()
        yield made

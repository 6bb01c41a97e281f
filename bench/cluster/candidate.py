"""The servers that are compared, and several of them running on one Redis; never measures."""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from bench.realtime.candidate import Candidate, Running
from tests.servers.redis_server import RedisServer

from .tongue import Play, Talk, Tongue

PEER = ("node", "bench/realtime/server_node_redis.mjs")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of server.

    Attributes:
        name: its column in tables.
        command: starts it; the address of Redis follows, and for the game a folder.
        tongue: what its guests say.
        folder: whether it wants a folder.
    """

    name: str
    command: tuple[str, ...]
    tongue: type[Tongue]
    folder: bool = False


NODE = Kind("Node socket.io, redis-adapter", PEER, Talk)
PYTHON_SOCKETIO = Kind(
    "python-socketio, AsyncRedisManager", (sys.executable, "-m", "bench.cluster.server_python_socketio"), Talk
)
FEED = Kind("Paddock, feed", (sys.executable, "-m", "bench.cluster.server_feed"), Talk)
GAME = Kind("Paddock, whole game", (sys.executable, "-m", "bench.cluster.server_game"), Play, folder=True)
KINDS = (NODE, PYTHON_SOCKETIO, FEED, GAME)
"""In the order of their turns."""


class Together:
    """Some servers of one kind and a fresh Redis that they share; without a Redis there is one server."""

    def __init__(self, kind: Kind, nodes: int, *, redis: bool = True) -> None:
        self._stack = ExitStack()
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="paddock-bench-")))
        self.redis: RedisServer | None = None
        if redis:
            self.redis = RedisServer(folder)
            self.redis.start()
            self._stack.callback(self.redis.kill)
        url = self.redis.url if self.redis is not None else ""
        self.nodes: list[Running] = []
        for number in range(nodes):
            told = (*kind.command, url, *((str(folder / f"node-{number}"),) if kind.folder else ()))
            self.nodes.append(self._stack.enter_context(Running(Candidate(kind.name, told))))

    @property
    def ports(self) -> list[int]:
        """Where the servers listen."""
        return [node.port for node in self.nodes]

    def __enter__(self) -> Together:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

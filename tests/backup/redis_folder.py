"""Data folders with an embedded Redis, made by the Redis itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

from paddock.backup.redis_client import RedisClient
from paddock.supervisor.child_processes import ChildProcesses
from paddock.supervisor.embedded_redis import EmbeddedRedis, settings_of


def filled_redis(data: Path, *commands: tuple[str, ...]) -> Path:
    """Let a Redis of a data folder take some commands and end."""

    async def fill() -> None:
        children = ChildProcesses()
        children.open()
        redis = EmbeddedRedis(children, data / "redis")
        await redis.open()
        client = RedisClient(Path(settings_of(data / "redis")["unixsocket"]))
        for command in commands:
            client.ask(*command)
        client.close()
        await redis.close()
        await children.close()

    asyncio.run(fill())
    return data

"""A worker pool on one port: reserves the port, starts the embedded Redis if wanted and the workers, handles signals.

Redis starts before the workers and stops after them. SIGTERM and SIGINT stop everything, a second SIGINT kills it;
SIGHUP restarts the workers one by one.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import structlog
from msgspec import Struct

from paddock.supervisor.child_processes import ChildProcesses
from paddock.supervisor.control_messages import Assignment
from paddock.supervisor.embedded_redis import EmbeddedRedis
from paddock.supervisor.reservation import reserve
from paddock.supervisor.signals import hearing
from paddock.supervisor.supervisor import Supervisor

log = structlog.get_logger("paddock.supervisor")


class PoolPlan(Struct, frozen=True):
    """Configuration of a worker pool.

    Attributes:
        command: command that starts a server with these settings.
        host: address to listen on.
        port: port shared by all workers; 0 selects a free one.
        workers: number of workers.
        redis: Redis of the settings; empty for none.
        embedded_redis: folder of the embedded Redis; None for none.
    """

    command: tuple[str, ...]
    host: str
    port: int
    workers: int
    redis: str = ""
    embedded_redis: Path | None = None


def plan_error(plan: PoolPlan, *, in_memory: bool) -> str | None:
    """Return why a plan is invalid and how to correct it, as a sentence; None if it is valid."""
    if plan.redis and plan.embedded_redis is not None:
        return "`redis` names a Redis and `embedded_redis` starts another one: choose one of them."
    if plan.embedded_redis is not None and in_memory:
        return "`embedded_redis` keeps rooms in the data folder, so `data` cannot be :memory: (name a folder)."
    if plan.workers > 1 and not plan.redis and plan.embedded_redis is None:
        return (
            f"{plan.workers} workers need a Redis that they share: name one (--set redis=redis://host:6379/0),"
            " start one with them (--embedded-redis), or use one worker."
        )
    return None


async def serve_pool(plan: PoolPlan, ready: Callable[[int], None], ending: Callable[[], None] | None = None) -> None:
    """Run until SIGTERM or SIGINT; call `ready` once with the port when every worker accepts players.

    `ending` is called when the shutdown starts.

    Raises:
        OSError: if the port is in use.
        EmbeddedRedisError: if the embedded Redis does not start.
        PoolFailed: if the workers do not start or keep crashing.
    """
    async with AsyncExitStack() as stack:
        children = ChildProcesses()
        children.open()
        stack.push_async_callback(children.close)
        reservation = reserve(plan.host, plan.port)
        stack.callback(reservation.close)
        redis = ""
        if plan.embedded_redis is not None:
            plan.embedded_redis.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            private = EmbeddedRedis(children, plan.embedded_redis)
            await private.open()
            stack.push_async_callback(private.close)
            redis = private.url

        def assign(number: int) -> Assignment:
            node = f"{os.uname().nodename}-w{number}-{secrets.token_hex(3)}"
            return Assignment(number, node, reservation.port, redis=redis)

        supervisor = Supervisor(children, plan.command, assign, plan.workers)
        stack.enter_context(hearing(supervisor.stop, interrupt=supervisor.interrupt, hang_up=supervisor.roll))
        stack.push_async_callback(supervisor.close)
        if await supervisor.open():
            ready(reservation.port)
            log.info("supervisor.ready", workers=plan.workers, port=reservation.port)
            await supervisor.run()
        if ending is not None:
            ending()

"""Nodes with a Redis of their own on one machine, nginx before them if there is one, and harm by dice if wanted.

Each node is the server as an operator starts it, on a port of its own. Here they are started again when they die, but
not when they stand still, as on hosts of their own. Nothing of it is kept but the data folder, if one was named.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, suppress
from http import HTTPStatus
from itertools import cycle, islice, repeat
from pathlib import Path
from typing import Final, Protocol

import aiohttp
import msgspec
from msgspec import Struct

from paddock.cluster.balancer import Balancer, find_nginx
from paddock.cluster.chaos import Chaos
from paddock.cluster.verdict import Verdict, judge
from paddock.loadtest.party import Party
from paddock.supervisor.child_processes import ChildProcesses
from paddock.supervisor.control_messages import Assignment
from paddock.supervisor.embedded_redis import EmbeddedRedis
from paddock.supervisor.reservation import Reservation, reserve
from paddock.supervisor.supervisor import Supervisor, WorkerTimeouts

HERE: Final = "127.0.0.1"
LOOK_S: Final = 0.5
ASK_S: Final = 0.4
CALM_S: Final = 30.0
"""How long all nodes may take to be well again."""
REST_S: Final = 180.0
"""How long the last races may take: the longest one and its run-offs."""
OFTEN: Final = 1_000
"""Nodes are killed on purpose here, so many short lives in a row are no reason to give up."""


class Plan(Struct, frozen=True):
    """What is to be run.

    Attributes:
        command: starts a node, but for its port.
        nodes: how many.
        host: where people come in.
        port: the port for that; 0 takes a free one.
        data: the folder of Redis and of what the nodes say.
        seed: the dice of the harm; None for no harm.
        for_s: how long; None until told to end.
    """

    command: tuple[str, ...]
    nodes: int
    host: str
    port: int
    data: Path
    seed: int | None = None
    for_s: float | None = None


class NodeState(Struct, frozen=True):
    """One node at one moment; `state` is what it says of itself, or that it says nothing."""

    number: int
    url: str
    pid: int | None
    state: str
    connections: int
    restarts: int


class Screen(Protocol):
    """Where it is shown how things are."""

    def say(self, line: str) -> None:
        """Tell something that happened."""

    def show(self, nodes: tuple[NodeState, ...]) -> None:
        """Show how the nodes are now."""


class _Health(Struct, frozen=True):
    state: str
    connections: int = 0
    degraded: bool = False


class Cluster:
    """Everything that runs; `url` is where people come in."""

    def __init__(self, plan: Plan, screen: Screen, stack: AsyncExitStack) -> None:
        self.url = ""
        self.urls: list[str] = []
        self._plan = plan
        self._screen = screen
        self._stack = stack
        self._balanced = False

    async def open(self, session: aiohttp.ClientSession) -> bool:
        """Start everything; False when it was told to end meanwhile.

        Raises:
            OSError: a port is taken.
            EmbeddedRedisError: there is no Redis.
            PoolFailed: a node does not come up.
            NoBalancer: nginx does not come up.
        """
        plan = self._plan
        self._session = session
        output = os.open(plan.data / "nodes.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._stack.callback(os.close, output)
        children = ChildProcesses(output)
        children.open()
        self._stack.push_async_callback(children.close)
        redis = EmbeddedRedis(children, plan.data / "redis")
        await redis.open()
        self._stack.push_async_callback(redis.close)
        program = find_nginx()
        self._balanced = program is not None
        places = [self._reserved(0 if self._balanced else plan.port and plan.port + n) for n in range(plan.nodes)]
        self.urls = [f"http://{HERE}:{place.port}" for place in places]

        def assign(number: int) -> Assignment:
            node = f"{os.uname().nodename}-n{number}-{secrets.token_hex(3)}"
            return Assignment(number, node, places[number - 1].port, redis=redis.url)

        timeouts = WorkerTimeouts(heartbeat_s=float("inf"), max_crashes=OFTEN, max_backoff_s=2.0)
        self.supervisor = Supervisor(children, plan.command, assign, plan.nodes, timeouts)
        self._hear(self.supervisor.stop)
        self._stack.push_async_callback(self.supervisor.close)
        if not await self.supervisor.open():
            return False
        self.url = self.urls[0]
        if program is not None:
            front = self._free_front()
            balancer = Balancer(children, plan.data / "nginx", program, (plan.host, front))
            self._stack.push_async_callback(balancer.close)
            await balancer.open([f"{HERE}:{place.port}" for place in places])
            self.url = f"http://{HERE if plan.host == '0.0.0.0' else plan.host}:{front}"  # noqa: S104 - not to listen
        return True

    def ways(self, place: int) -> Iterator[str]:
        """Give the addresses that one of the people tries in turn; some come through nginx, if it is there."""
        if self._balanced and place < 2:
            return repeat(self.url)
        return islice(cycle(self.urls), place, None)

    async def watch(self) -> None:
        """Show how the nodes are until cancelled."""
        while True:
            self._screen.show(tuple(await asyncio.gather(*(self._look(n) for n in range(self._plan.nodes)))))
            await asyncio.sleep(LOOK_S)

    async def calm(self) -> bool:
        """Wait until all nodes take players, and say whether they do."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CALM_S):
                while True:
                    states = await asyncio.gather(*(self._look(n) for n in range(self._plan.nodes)))
                    if all(state.state == "ready" for state in states):
                        return True
                    await asyncio.sleep(LOOK_S)
        return False

    async def _look(self, place: int) -> NodeState:
        slot = self.supervisor.slots[place]
        state, connections = "silent", 0
        if not slot.ready:
            state = "away"
        else:
            with suppress(OSError, TimeoutError, aiohttp.ClientError, msgspec.MsgspecError):
                async with asyncio.timeout(ASK_S), self._session.get(f"{self.urls[place]}/healthz") as answer:
                    if answer.status == HTTPStatus.OK:
                        health = msgspec.json.decode(await answer.read(), type=_Health)
                        state = "degraded" if health.degraded else health.state
                        connections = health.connections
        pid = slot.worker.child.pid if slot.worker is not None else None
        return NodeState(slot.number, self.urls[place], pid, state, connections, slot.restarts)

    def _reserved(self, port: int) -> Reservation:
        place = reserve(HERE, port)
        self._stack.callback(place.close)
        return place

    def _free_front(self) -> int:
        """Give the port for nginx, which does not share it: found free a moment before."""
        place = reserve(self._plan.host, self._plan.port)
        place.close()
        return place.port

    def _hear(self, stop: Callable[[], None]) -> None:
        """Let a signal begin the end, which waits for the last races, and a second one cut it short."""
        loop = asyncio.get_running_loop()
        running = asyncio.current_task()
        told: list[int] = []

        def heard(number: int) -> None:
            told.append(number)
            if len(told) > 1 and running is not None:
                running.cancel()
            stop()

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, heard, number)
            self._stack.callback(loop.remove_signal_handler, number)


async def run_cluster(plan: Plan, screen: Screen) -> Verdict | None:
    """Run until told to end or until the time is over; gives a verdict if there was harm.

    Told a second time, it ends at once: it is cancelled.

    Raises:
        OSError: a port is taken, or the data folder cannot be used.
        EmbeddedRedisError: there is no Redis.
        PoolFailed: the nodes do not come up.
        NoBalancer: nginx does not come up.
    """
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        cluster = Cluster(plan, screen, stack)
        if not await cluster.open(session):
            return None
        screen.say(f"paddock: cluster on {cluster.url}")
        for number, url in enumerate(cluster.urls, 1):
            screen.say(f"paddock: node {number} on {url}")
        watching = asyncio.create_task(cluster.watch())
        try:
            if plan.seed is None:
                await _wait(cluster.supervisor, plan.for_s)
                return None
            return await _harmed(cluster, plan, screen, session)
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            screen.say("paddock: ending")


async def _harmed(cluster: Cluster, plan: Plan, screen: Screen, session: aiohttp.ClientSession) -> Verdict:
    party = Party(
        cluster.ways, session, lambda dark: screen.say(f"         the room was dark for {dark.seconds:.1f} s")
    )
    try:
        room = await party.open()
        screen.say(f"paddock: a room plays on at {cluster.url}/r/{room}")
        screen.say(f"paddock: harm by --seed {plan.seed}")
        party.play()
        chaos = Chaos(plan.seed or 0, cluster.supervisor.slots, lambda act: screen.say(str(act)))
        harming = asyncio.create_task(chaos.run())
        try:
            await _wait(cluster.supervisor, plan.for_s)
        finally:
            harming.cancel()
            await asyncio.gather(harming, return_exceptions=True)
        screen.say("paddock: no more harm; waiting for the nodes and the last races")
        await cluster.calm()
        await party.rest(REST_S)
        verdict = await judge(party, cluster.urls, session)
    finally:
        await party.close()
    for line in verdict.lines():
        screen.say(line)
    return verdict


async def _wait(supervisor: Supervisor, seconds: float | None) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await supervisor.run()

"""Two workers on one port: either may die or freeze, and so may their supervisor and their Redis."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import AsyncExitStack

import aiohttp
from tests.cli.paddock import paddock
from tests.cluster.process import Server
from tests.gateway.wire import Guest, guest
from tests.supervisor.pool import alive, freeze, metrics, on_every_worker, redis, workers
from tests.waiting import until

OF_THE_MACHINE = ("server.few_open_files", "loop.stalled")
"""Warnings about the machine that the tests run on."""


async def one_room(guests: list[Guest]) -> None:
    """Seat everybody in one room."""
    assert (await guests[0].opens(name="Mina"))["ok"]
    for place, other in enumerate(guests[1:]):
        assert (await other.joins(guests[0].code, f"Jun {place}"))["ok"]


async def back(server: Server, stack: AsyncExitStack, lost: Guest) -> Guest:
    """Let somebody whose connection ended come back to the same seat."""
    again = await stack.enter_async_context(guest(server.url))

    async def comes_back() -> bool:
        # A worker that outlived Redis for a moment kept the room apart; it is brought back within seconds of a start.
        reply = await again.resumes(lost.code, lost.token)
        assert reply["ok"] or reply["code"] == "degraded", reply
        return bool(reply["ok"])

    await until(comes_back, "a room that is back from being kept apart")
    assert again.player == lost.player
    return again


async def restarts(server: Server, *numbers: float) -> None:
    """Wait until the page of metrics says how often each worker was replaced."""
    wanted = {str(worker): number for worker, number in enumerate(numbers, 1)}

    async def told() -> bool:
        return await metrics(server, "paddock_worker_restarts_total") == wanted

    await until(told, f"restarts {wanted}")


async def test_a_killed_worker_is_replaced_while_the_others_play_on(pool: Server, stack: AsyncExitStack) -> None:
    guests = await on_every_worker(pool, stack)
    await one_room(guests)
    sockets: dict[str, float] = {}

    async def counts_all() -> bool:
        nonlocal sockets
        sockets = await metrics(pool, "paddock_sockets")
        return sum(sockets.values()) == len(guests)

    await until(counts_all, "a page of metrics with all guests")
    killed = workers(pool)[0]
    os.kill(killed, signal.SIGKILL)
    await until(lambda: sum(not one.open for one in guests) == sockets["1"], "the end of all connections of the worker")
    staying = [one for one in guests if one.open]
    lost = [one for one in guests if not one.open]
    assert staying, "only one of two workers was killed"
    assert (await staying[0].asks("pick_racer", racer=1))["ok"], "play goes on meanwhile"
    again = [await back(pool, stack, one) for one in lost]
    await until(lambda: len(workers(pool)) == 2, "a second worker")
    assert killed not in workers(pool)
    assert (await again[0].asks("pick_racer", racer=2))["ok"]
    await staying[0].hears(
        "entry", lambda entry: {"type": "player_picked", "player": lost[0].player} in entry["events"]
    )


async def test_a_probe_counts_the_people_of_all_workers_at_once(pool: Server, stack: AsyncExitStack) -> None:
    """What broke: the answer had the people of whichever worker took the request; a frozen one must not delay it."""
    guests = await on_every_worker(pool, stack)
    await one_room(guests)

    async def health() -> tuple[int, int]:
        async with aiohttp.ClientSession() as session, session.get(f"{pool.url}/healthz") as answer:
            found = await answer.json()
            return found["connections"], found["rooms"]

    _, rooms = await health()

    async def counts_all() -> bool:
        return {await health() for _ in range(8)} == {(len(guests), rooms)}

    await until(counts_all, "the same count from whichever worker answers")


async def test_signals_by_habit_end_neither_supervisor_nor_workers(pool: Server, stack: AsyncExitStack) -> None:
    guests = await on_every_worker(pool, stack)
    pids = workers(pool)
    for pid in (pool.pid, *pids):
        for number in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGPIPE):
            os.kill(pid, number)
    for pid in pids:
        os.kill(pid, signal.SIGHUP)
    await until(lambda: pool.output.count("signal.refused") >= 8, "eight refused signals")

    assert workers(pool) == pids
    assert all(one.open for one in guests)
    assert (await guests[0].asks("sync_clock"))["ok"]


async def test_the_page_of_figures_is_one_whichever_worker_is_asked(pool: Server, stack: AsyncExitStack) -> None:
    guests = await on_every_worker(pool, stack)

    async def counts_all() -> bool:
        return sum((await metrics(pool, "paddock_sockets")).values()) == len(guests)

    # A page is shared for a moment, so that the first ones may be from before the last guests came.
    await until(counts_all, "a page of metrics with all guests")
    for _ in range(6):
        assert sum((await metrics(pool, "paddock_sockets")).values()) == len(guests)
    assert await metrics(pool, "paddock_worker_up") == {"1": 1.0, "2": 1.0}
    killed = workers(pool)[1]
    os.kill(killed, signal.SIGKILL)
    await until(lambda: not alive(killed), "the end of what was killed")
    await restarts(pool, 0, 1)


async def test_a_frozen_supervisor_harms_nobody_and_costs_only_the_others_figures(
    pool: Server, stack: AsyncExitStack
) -> None:
    who = await stack.enter_async_context(guest(pool.url))
    before = workers(pool)
    freeze(pool.pid)
    try:
        assert (await who.opens())["ok"]
        async with aiohttp.ClientSession() as session, session.get(f"{pool.url}/metrics") as answer:
            assert "paddock_sockets" in await answer.text()
    finally:
        os.kill(pool.pid, signal.SIGCONT)
    # That nobody is blamed for a silence that was the supervisor's own is shown in test_supervisor, for any silence.
    await restarts(pool, 0, 0)
    assert workers(pool) == before


async def test_the_workers_are_listed_by_name_and_counted(pool: Server) -> None:
    async with aiohttp.ClientSession() as session:

        async def both_count() -> bool:
            async with session.get(f"{pool.url}/healthz") as answer:
                return bool((await answer.json())["nodes"] == 2)

        await until(both_count, "two nodes")
    listed = await asyncio.to_thread(paddock, "nodes", "--data", pool.data)
    lines = [line.split() for line in listed.stdout.splitlines()[1:]]
    assert [line[1] for line in lines] == [f"127.0.0.1:{pool.port}"] * 2
    assert sorted(line[0].split("-")[-2] for line in lines) == ["w1", "w2"]
    assert "archive.not_shared" not in pool.output, "they share one file of finished races"


async def test_a_frozen_worker_is_replaced(pool: Server, stack: AsyncExitStack) -> None:
    guests = await on_every_worker(pool, stack)
    await one_room(guests)
    frozen = workers(pool)[0]
    freeze(frozen)
    await until(lambda: not alive(frozen), "the end of the frozen worker")
    await until(lambda: any(not one.open for one in guests), "a connection that ended")
    await until(lambda: len(workers(pool)) == 2, "a second worker")
    again = [await back(pool, stack, one) for one in guests if not one.open]
    assert 0 < len(again) < len(guests)
    assert "worker.unresponsive" in pool.output


async def test_nobody_outlives_a_killed_supervisor(pool: Server, stack: AsyncExitStack) -> None:
    orphans = [*workers(pool), redis(pool)]
    who = await stack.enter_async_context(guest(pool.url))
    assert (await who.opens())["ok"]
    pool.kill()
    await until(lambda: not any(map(alive, orphans)), "the end of all orphans")
    await asyncio.to_thread(pool.start)
    assert (await back(pool, stack, who)).code == who.code, "its rooms are there after the next start"


async def test_the_redis_of_the_workers_comes_back_with_its_rooms(pool: Server, stack: AsyncExitStack) -> None:
    who = await stack.enter_async_context(guest(pool.url))
    assert (await who.opens())["ok"]
    killed = redis(pool)
    os.kill(killed, signal.SIGKILL)
    await until(lambda: not alive(killed), "the end of what was killed")

    async def picks() -> bool:
        return bool((await who.asks("pick_racer", racer=1))["ok"])

    await until(picks, "a pick that counts")
    assert redis(pool) != killed
    assert who.open, "nobody's connection was touched"


async def test_all_end_when_told_redis_last_and_rooms_are_there_again(pool: Server, stack: AsyncExitStack) -> None:
    who = await stack.enter_async_context(guest(pool.url))
    assert (await who.opens())["ok"]
    everybody = [*workers(pool), redis(pool)]
    assert await asyncio.to_thread(pool.term) == 0
    assert not any(map(alive, everybody))
    said = [line for line in pool.output.splitlines() if "[error" in line or "[warning" in line]
    assert not [line for line in said if not any(event in line for event in OF_THE_MACHINE)], "nobody missed Redis"
    await asyncio.to_thread(pool.start)
    assert (await back(pool, stack, who)).code == who.code

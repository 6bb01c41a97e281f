"""Masters that change under a playing store: one dies and its replica takes over, a bucket moves, a part goes down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.contracts.ear import Ear
from tests.faults.pauses import play_goes_on
from tests.servers.redis_cluster import RedisCluster, RedisSentinels
from tests.stores.builders import code, entry, filed, line, room
from tests.waiting import until

from paddock.domain.ids import RoomId
from paddock.stores.contract import AlreadyApplied, Conflict, LobbyChange, StoreUnavailable
from paddock.stores.redis import keys
from paddock.stores.redis.store import RedisStore


@asynccontextmanager
async def two_nodes(url: str) -> AsyncIterator[tuple[RedisStore, RedisStore]]:
    a, b = RedisStore(url, "node-a"), RedisStore(url, "node-b")
    await a.open()
    await b.open()
    yield a, b
    await a.close()
    await b.close()


async def insist(store: RedisStore, number: int, version: int, title: str) -> int:
    """Commit until it is done, as a server would for a player who is told "not now"; gives the version."""
    command, done = f"{title}-command", 0

    async def is_done() -> bool:
        nonlocal version, done
        try:
            done = (await store.commit(room(number, title=title), entry(version, command=command), filed())).version
        except AlreadyApplied as applied:
            done = applied.version
        except StoreUnavailable:
            pass
        except Conflict:
            stored = await store.load(code(number))
            assert stored is not None
            version = stored.version + 1
        return done > 0

    await until(is_done, f"{title} is committed", every_s=0.05)
    return done


def owner(cluster: RedisCluster, room_code: RoomId) -> int:
    """The number of the master that has a room."""
    slot = keys.slot_of(keys.bucket_of(room_code))
    return next(number for number in range(3) if slot < 16384 * (number + 1) // 3)


async def test_a_replica_takes_over_and_both_nodes_follow(sentinels: RedisSentinels) -> None:
    async with two_nodes(sentinels.url) as (a, b):
        await a.create(room(), entry(1), filed(summary=line()))
        ear = Ear()
        b.subscribe(code(1), ear.entry)
        await b.load(code(1))
        for version in range(2, 30):
            await insist(a, 1, version, f"title-{version}")
        await ear.hear_version(29)
        old = sentinels.master
        old.ask("WAIT", "1", "1000")

        old.kill()
        for version in range(30, 60):
            assert await insist(a, 1, version, f"title-{version}") == version

        await ear.hear_version(59)
        assert sentinels.master is not old
        assert ear.versions == list(range(2, 60))
        log = await b.since(code(1), 1)
        assert log is not None
        assert list(log) == ear.entries
        assert a.trouble is None


async def test_an_old_master_that_is_only_read_now_is_left(sentinels: RedisSentinels) -> None:
    async with two_nodes(sentinels.url) as (a, b):
        await a.create(room(), entry(1), filed())
        ear = Ear()
        b.subscribe(code(1), ear.entry)
        await b.load(code(1))
        old = sentinels.master

        sentinels.sentinels[0].ask("SENTINEL", "FAILOVER", "paddock")
        await until(lambda: sentinels.master is not old, "another master")
        for version in range(2, 20):
            assert await insist(a, 1, version, f"title-{version}") == version

        await ear.hear_version(19)
        assert ear.versions == list(range(2, 20))


async def test_a_bucket_that_moves_takes_its_rooms_and_listeners_along(cluster: RedisCluster) -> None:
    async with two_nodes(cluster.url) as (a, b):
        await a.create(room(), entry(1), filed(summary=line()))
        ear, lobby = Ear(), Ear()
        b.subscribe(code(1), ear.entry)
        await b.load(code(1))
        await b.subscribed(code(1))
        await insist(a, 1, 2, "before")
        await ear.hear_version(2)
        b.watch(lobby.change)

        writing = asyncio.create_task(_write(a, ear))
        await ear.hear_version(20)
        await asyncio.to_thread(_move, cluster, code(1))
        last = await writing
        await a.commit(room(title="listed"), entry(last + 1), filed(summary=line(title="moved")))

        await ear.hear_version(last + 1)
        await lobby.until(lambda: bool(lobby.changes), "a change of the list")
        assert ear.versions == list(range(2, last + 2))
        assert lobby.changes[-1] == LobbyChange(code(1), line(title="moved"))


async def test_a_master_that_is_down_costs_only_its_own_time(cluster: RedisCluster) -> None:
    async with two_nodes(cluster.url) as (a, b):
        for number in range(8):
            await a.create(room(number), entry(1), filed())
        ears: dict[int, Ear] = {number: Ear() for number in range(8)}
        for number, ear in ears.items():
            b.subscribe(code(number), ear.entry)
            await b.load(code(number))
        down = cluster.servers[owner(cluster, code(1))]

        down.kill()
        await until(lambda: a.trouble is not None, "the master is missed")
        try:
            await a.load(code(1))
        except StoreUnavailable:
            pass
        down.start()
        for number in range(8):
            assert await insist(a, number, 2, f"title-{number}") == 2

        for ear in ears.values():
            await ear.hear_version(2)
            assert ear.versions == [2]
        await until(lambda: a.trouble is None, "all masters answer")


async def _write(store: RedisStore, ear: Ear) -> int:
    """Commit for a while; a moving bucket may refuse some."""
    version = 2
    for turn in range(150):
        version = await insist(store, 1, version + 1, f"turn-{turn:03}")
        await play_goes_on(0.005)
    return version


def _move(cluster: RedisCluster, room_code: RoomId) -> None:
    """Move the slot of a room to the next master, key by key, as `redis-cli --cluster reshard` does."""
    slot = str(keys.slot_of(keys.bucket_of(room_code)))
    number = owner(cluster, room_code)
    source, target = cluster.servers[number], cluster.servers[(number + 1) % 3]
    ids = {server: server.ask("CLUSTER", "MYID").split(b"\r\n")[1].decode() for server in cluster.servers}
    target.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", ids[source])
    source.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", ids[target])
    while True:
        names = source.ask("CLUSTER", "GETKEYSINSLOT", slot, "100").split(b"\r\n")[2::2]
        if not names:
            break
        moved = [name.decode() for name in names]
        source.ask("MIGRATE", "127.0.0.1", str(target.port), "", "0", "5000", "KEYS", *moved)
    for server in (target, source, *cluster.servers):
        server.ask("CLUSTER", "SETSLOT", slot, "NODE", ids[target])

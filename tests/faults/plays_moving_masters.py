"""Masters that change under a playing store: one dies and its replica takes over, a bucket moves, a part goes down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.contracts.ear import Ear
from tests.servers.redis_cluster import RedisCluster, RedisSentinels
from tests.stores.builders import code, entry, filed, line, room

from paddock.domain.ids import RoomId
from paddock.stores.contract import AlreadyApplied, Conflict, LobbyChange, StoreUnavailable
from paddock.stores.redis import keys
from paddock.stores.redis.store import RedisStore

PATIENCE_S = 20.0


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
    command = f"{title}-command"
    async with asyncio.timeout(PATIENCE_S):
        while True:
            wish = entry(version, command=command)
            try:
                return (await store.commit(room(number, title=title), wish, filed())).version
            except AlreadyApplied as applied:
                return applied.version
            except StoreUnavailable:
                await asyncio.sleep(0.05)
            except Conflict:
                stored = await store.load(code(number))
                assert stored is not None
                version = stored.version + 1


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

        async with asyncio.timeout(PATIENCE_S):
            while ear.versions[-1] < 59:
                await asyncio.sleep(0.05)
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
        async with asyncio.timeout(PATIENCE_S):
            while sentinels.master is old:
                await asyncio.sleep(0.05)
        for version in range(2, 20):
            assert await insist(a, 1, version, f"title-{version}") == version

        async with asyncio.timeout(PATIENCE_S):
            while not ear.versions or ear.versions[-1] < 19:
                await asyncio.sleep(0.05)
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

        async with asyncio.timeout(PATIENCE_S):
            while ear.versions[-1] < last + 1 or not lobby.changes:
                await asyncio.sleep(0.05)
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
        async with asyncio.timeout(PATIENCE_S):
            while a.trouble is None:
                await asyncio.sleep(0.05)
        try:
            await a.load(code(1))
        except StoreUnavailable:
            pass
        down.start()
        for number in range(8):
            assert await insist(a, number, 2, f"title-{number}") == 2

        for ear in ears.values():
            async with asyncio.timeout(PATIENCE_S):
                while not ear.versions:
                    await asyncio.sleep(0.05)
            assert ear.versions == [2]
        async with asyncio.timeout(PATIENCE_S):
            while a.trouble is not None:
                await asyncio.sleep(0.05)


async def _write(store: RedisStore, ear: Ear) -> int:
    """Commit for a while; a moving bucket may refuse some."""
    version = 2
    for turn in range(150):
        version = await insist(store, 1, version + 1, f"turn-{turn:03}")
        await asyncio.sleep(0.005)
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

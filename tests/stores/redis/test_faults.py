"""Redis killed, frozen, deaf, full, read-only or emptied under a playing store; each with the real server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from itertools import count

import pytest
from tests.contracts.ear import Ear
from tests.servers.fault_proxy import FaultProxy
from tests.servers.redis_server import RedisServer
from tests.stores.builders import ANNA, NOON, code, entry, filed, finished, line, room, said
from tests.stores.redis.conftest import MEASURED, OpenNode
from tests.waiting import LIMIT_S, until

from paddock.domain.events import Entry
from paddock.domain.ids import CommandKey, Millis, RaceId
from paddock.stores.contract import AlreadyApplied, Conflict, LobbyChange, NoSuchRoom, Session, Stored, StoreUnavailable
from paddock.stores.redis.keys import Keys
from paddock.stores.redis.lane import DOUBTED_S
from paddock.stores.redis.store import LIMITS, RedisStore

pytestmark = pytest.mark.processes

HANDLER_S = 0.5
"""What a handler may take to say that Redis does not answer."""
WIDE = 10
"""What a busy machine may take so many times as long for. What these bounds are to find takes longer still: calls that
wait for each other, and a connection that only TCP gives up, after minutes."""


async def works(store: RedisStore) -> bool:
    try:
        await store.load(code(9))
    except StoreUnavailable:
        return False
    return True


async def until_it_works(store: RedisStore) -> None:
    await until(lambda: works(store), "the store answers")


def subscriptions(server: RedisServer, *channels: str) -> list[int]:
    """Count who hears each of the channels."""
    answer = server.ask("PUBSUB", "NUMSUB", *channels).decode()
    return [int(word[1:]) for word in answer.split("\r\n") if word.startswith(":")]


def every_call(store: RedisStore) -> list[Awaitable[object]]:
    return [
        store.create(room(5), entry(1), filed()),
        store.load(code(1)),
        store.commit(room(), entry(2), filed(due=5, summary=line()), finished(1)),
        store.append(code(1), (said("hello"),), NOON, CommandKey("command-9")),
        store.applied(code(1), CommandKey("command-9")),
        store.since(code(1), 0),
        store.chat(code(1)),
        store.races(code(1), 3),
        store.race(RaceId("never0000000run0")),
        store.unrecorded(5),
        store.recorded([RaceId("never0000000run0")]),
        store.due(Millis(5), 5),
        store.next_due(),
        store.forget(code(1), 1),
        store.rooms(),
        store.listed(),
        store.put_session("hash", Session(code(1), ANNA, "node-a")),
        store.session("hash"),
        store.drop_session("hash"),
        store.nodes.alive(),
    ]


async def commit_until_it_fails(store: RedisStore, kept: list[Entry]) -> None:
    """Commit and talk in room 1 for as long as Redis is there; what was acknowledged goes into `kept`."""
    version = 1
    while True:
        try:
            if version % 3 == 0:
                text = said(f"at {version + 1}")
                kept.append(await store.append(code(1), (text,), NOON, CommandKey(f"command-{version + 1}")))
            else:
                wish = entry(version + 1, command=f"command-{version + 1}")
                kept.append(await store.commit(room(title=str(version + 1)), wish, filed()))
        except StoreUnavailable:
            return
        version = kept[-1].version


async def test_every_acknowledged_version_survives_a_killed_redis(server: RedisServer, open_node: OpenNode) -> None:
    a, b = await open_node(server, "node-a"), await open_node(server, "node-b")
    await a.create(room(title="1"), entry(1), filed())
    ear = Ear()
    b.subscribe(code(1), ear.entry)
    await b.load(code(1))
    kept: list[Entry] = []
    writer = asyncio.create_task(commit_until_it_fails(a, kept))
    await ear.hear_version(200)

    server.restart()
    await writer

    await until_it_works(a)
    log = await a.since(code(1), 1)
    assert log is not None
    assert list(log[: len(kept)]) == kept
    # The last one may have been done without an answer; no more than one was on its way.
    assert len(log) - len(kept) <= 1
    await ear.hear_version(log[-1].version)
    assert ear.entries == list(log)


async def test_subscribers_are_back_and_backfilled_soon(server: RedisServer, open_node: OpenNode) -> None:
    a, b = await open_node(server, "node-a"), await open_node(server, "node-b")
    await a.create(room(), entry(1), filed(summary=line()))
    ear, lobby = Ear(), Ear()
    b.subscribe(code(1), ear.entry)
    await b.load(code(1))
    await a.commit(room(), entry(2), filed(summary=line()))
    await ear.hear_version(2)
    b.watch(lobby.change)

    server.kill()
    await until(lambda: b.trouble is not None, "Redis is missed")
    server.start()
    began = time.monotonic()
    await until_it_works(a)
    await a.commit(room(), entry(3), filed(summary=line(title="tea")))

    await ear.hear_version(3)
    await lobby.until(lambda: bool(lobby.changes))
    assert time.monotonic() - began < WIDE * 1.0, "within a second where the machine is not busy"
    assert ear.versions == [2, 3]
    assert lobby.changes == [LobbyChange(code(1), line(title="tea"))]
    await b.subscribed(code(1))
    assert subscriptions(server, _feed(1)) == [1]


async def test_no_call_waits_for_a_frozen_redis(server: RedisServer, open_node: OpenNode) -> None:
    """What one after the other would take twenty limits takes one."""
    store = await open_node(server)
    await store.create(room(), entry(1), filed())
    looks = count()

    server.stop()
    began = time.monotonic()
    calls = [asyncio.ensure_future(call) for call in every_call(store)]

    def all_answered() -> bool:
        next(looks)
        return all(call.done() for call in calls)

    await until(all_answered, "every call is answered")
    took = time.monotonic() - began
    second = await asyncio.gather(*every_call(store), return_exceptions=True)
    third = await asyncio.gather(*every_call(store), return_exceptions=True)
    whole = time.monotonic() - began
    server.cont()

    assert [type(call.exception()) for call in calls] == [StoreUnavailable] * len(calls)
    assert {type(answer) for answer in (*second, *third)} == {StoreUnavailable}
    assert took < WIDE * MEASURED.silent_s < len(calls) * MEASURED.silent_s
    assert whole < 2 * WIDE * MEASURED.silent_s
    assert LIMITS.silent_s + DOUBTED_S < HANDLER_S, "the limits as shipped"
    assert next(looks) > 10, "a loop that waits for Redis itself makes no turns meanwhile"


async def test_what_was_given_up_is_not_done_later(server: RedisServer, open_node: OpenNode) -> None:
    store = await open_node(server)
    await store.create(room(title="before"), entry(1), filed())
    await store.put_session("hash", Session(code(1), ANNA, "node-a"))

    server.stop()
    answers = await asyncio.gather(
        store.commit(room(title="after"), entry(2, command="command-2"), filed()),
        store.append(code(1), (said("hello?"),), NOON, None),
        store.put_session("hash", Session(code(1), ANNA, "node-b")),
        store.forget(code(1), 1),
        return_exceptions=True,
    )
    server.cont()
    await until_it_works(store)

    assert [type(answer) for answer in answers] == [StoreUnavailable] * 4
    assert await store.load(code(1)) == Stored(1, room(title="before"))
    assert await store.chat(code(1)) == ()
    assert await store.session("hash") == Session(code(1), ANNA, "node-a")
    await store.commit(room(title="after"), entry(2, command="command-2"), filed())


async def test_what_was_given_up_before_it_could_be_sent_is_not_sent(server: RedisServer, open_node: OpenNode) -> None:
    """It lay there until there was a connection again, and was done after its caller had reported a failure."""
    store = await open_node(server)
    await store.put_session("hash", Session(code(1), ANNA, "node-a"))

    server.stop()
    with pytest.raises(StoreUnavailable):
        await store.session("hash")
    with pytest.raises(StoreUnavailable):  # a moment later, while a new connection is being made
        await store.put_session("hash", Session(code(1), ANNA, "node-b"))
    server.cont()
    await until_it_works(store)

    assert await store.session("hash") == Session(code(1), ANNA, "node-a")


async def test_a_commit_without_an_answer_is_recognised_when_it_is_sent_again(
    proxy: FaultProxy, server: RedisServer, open_node: OpenNode
) -> None:
    a, b = await open_node(proxy, "node-a"), await open_node(server, "node-b")
    await a.create(room(), entry(1), filed())
    await a.commit(room(), entry(2), filed())
    for passage in proxy.where(lambda said: b"EVAL" in said):
        passage.swallow_answers = True

    with pytest.raises(StoreUnavailable):
        await a.commit(room(title="once"), entry(3, command="command-3"), filed())
    await until_it_works(a)

    for store in (a, b):
        with pytest.raises(AlreadyApplied) as applied:
            await store.commit(room(title="once"), entry(3, command="command-3"), filed())
        assert applied.value.version == 3
    assert await b.load(code(1)) == Stored(3, room(title="once"))


async def test_packets_that_vanish_cost_one_time_limit(proxy: FaultProxy, open_node: OpenNode) -> None:
    store = await open_node(proxy)
    await store.create(room(), entry(1), filed())
    for passage in proxy.where(lambda said: b"EVAL" in said):
        passage.black_hole()

    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        await store.commit(room(), entry(2), filed())
    assert time.monotonic() - began < WIDE * MEASURED.silent_s

    await until_it_works(store)
    await store.commit(room(), entry(2), filed())


async def test_a_slow_redis_is_slow_and_not_away(proxy: FaultProxy, open_node: OpenNode) -> None:
    store = await open_node(proxy)
    await store.create(room(), entry(1), filed())

    proxy.delay_s = 0.3 * MEASURED.silent_s
    for version in range(2, 6):
        await store.commit(room(), entry(version), filed())

    assert store.trouble is None


async def test_a_deaf_subscriber_is_noticed_and_backfilled(server: RedisServer, open_node: OpenNode) -> None:
    a, b = await open_node(server, "node-a"), await open_node(server, "node-b")
    await a.create(room(), entry(1), filed())
    ear = Ear()
    b.subscribe(code(1), ear.entry)
    await b.load(code(1))
    await b.subscribed(code(1))

    began = time.monotonic()
    server.ask("CLIENT", "KILL", "TYPE", "pubsub")
    await a.commit(room(), entry(2), filed())
    await ear.hear_version(2)

    assert time.monotonic() - began < WIDE * 2.0, "within two seconds where the machine is not busy"
    for version in range(3, 12):
        server.ask("CLIENT", "KILL", "TYPE", "pubsub")
        await a.commit(room(), entry(version), filed())
    await ear.hear_version(11)
    assert ear.versions == list(range(2, 12))
    assert subscriptions(server, _feed(1)) == [1]


async def test_an_open_connection_that_hears_nothing_is_noticed(
    proxy: FaultProxy, server: RedisServer, open_node: OpenNode
) -> None:
    a, b = await open_node(server, "node-a"), await open_node(proxy, "node-b")
    await a.create(room(), entry(1), filed())
    ear = Ear()
    b.subscribe(code(1), ear.entry)
    await b.load(code(1))
    await b.subscribed(code(1))

    began = time.monotonic()
    for passage in proxy.where(lambda said: b"SUBSCRIBE" in said):
        passage.black_hole()
    await a.commit(room(), entry(2), filed())
    await ear.hear_version(2)

    assert time.monotonic() - began < WIDE * 2.0, "within two seconds where the machine is not busy"
    assert ear.versions == [2]
    assert subscriptions(server, _feed(1)) == [1]


async def test_forgotten_scripts_are_brought_along_again(server: RedisServer, open_node: OpenNode) -> None:
    store = await open_node(server)
    await store.create(room(), entry(1), filed())

    server.ask("SCRIPT", "FLUSH")
    commits = [store.commit(room(title=str(wish)), entry(2), filed()) for wish in range(5)]
    answers = await asyncio.gather(*commits, return_exceptions=True)

    assert sum(answer == entry(2) for answer in answers) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 4
    assert store.trouble is None


async def test_a_full_redis_refuses_everything_whole_and_says_why(server: RedisServer, open_node: OpenNode) -> None:
    store = await open_node(server)
    await store.create(room(title="before"), entry(1), filed(summary=line()))

    server.ask("CONFIG", "SET", "maxmemory", "1")
    changes: list[Awaitable[object]] = [
        store.create(room(2), entry(1), filed()),
        store.commit(room(title="after"), entry(2), filed(due=5), finished(1)),
        store.append(code(1), (said("hello"),), NOON, None),
        store.put_session("hash", Session(code(1), ANNA, "node-a")),
    ]
    answers = await asyncio.gather(*changes, return_exceptions=True)
    trouble = store.trouble
    assert await store.load(code(1)) == Stored(1, room(title="before"))
    server.ask("CONFIG", "SET", "maxmemory", "0")

    assert [type(answer) for answer in answers] == [StoreUnavailable] * 4
    assert trouble == "Redis refuses: OOM"
    await store.commit(room(title="after"), entry(2), filed())
    await until(lambda: store.trouble is None, "the next beat has seen that it takes writes again")
    assert await store.load(code(2)) is None
    assert await store.next_due() is None


async def test_a_replica_refuses_and_says_why(
    server: RedisServer, open_node: OpenNode, tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = await open_node(server)
    await store.create(room(), entry(1), filed())
    master = RedisServer(tmp_path_factory.mktemp("master"))
    master.start()
    try:
        server.ask("REPLICAOF", "127.0.0.1", str(master.port))
        with pytest.raises(StoreUnavailable):
            await store.commit(room(), entry(2), filed())
        assert store.trouble is not None
        server.ask("REPLICAOF", "NO", "ONE")
    finally:
        master.kill()


async def test_too_few_replicas_are_a_reason_to_refuse(server: RedisServer, open_node: OpenNode) -> None:
    store = await open_node(server)
    await store.create(room(), entry(1), filed())

    server.ask("CONFIG", "SET", "min-replicas-to-write", "1")
    with pytest.raises(StoreUnavailable):
        await store.commit(room(), entry(2), filed())

    assert store.trouble == "Redis refuses: NOREPLICAS"
    assert await store.load(code(1)) == Stored(1, room())


async def test_an_emptied_redis_has_no_rooms_and_takes_new_ones(server: RedisServer, open_node: OpenNode) -> None:
    store = await open_node(server)
    await store.create(room(title="old"), entry(1), filed(summary=line()))
    await store.commit(room(title="old"), entry(2), filed(summary=line()))
    ear, lobby = Ear(), Ear()
    store.subscribe(code(1), ear.entry)
    store.watch(lobby.change)
    await store.subscribed(code(1))

    server.ask("FLUSHALL")
    assert await store.load(code(1)) is None
    assert await store.since(code(1), 0) is None
    with pytest.raises(NoSuchRoom):
        await store.commit(room(), entry(3), filed())
    await lobby.until(lambda: bool(lobby.changes))
    await store.create(room(title="new"), entry(1), filed())

    await ear.hear_version(1)
    assert ear.versions == [1]
    assert lobby.changes == [LobbyChange(code(1), None)]
    assert await store.load(code(1)) == Stored(1, room(title="new"))


async def test_a_redis_that_comes_back_empty_is_followed_from_where_it_is(
    server: RedisServer, open_node: OpenNode
) -> None:
    store = await open_node(server)
    await store.create(room(), entry(1), filed())
    await store.commit(room(), entry(2), filed())
    ear = Ear()
    store.subscribe(code(1), ear.entry)
    await store.load(code(1))

    server.ask("FLUSHALL")
    server.restart()
    await until_it_works(store)
    await store.create(room(title="new"), entry(1), filed())

    await ear.hear_version(1)
    assert ear.versions == [1]


async def test_a_node_started_without_redis_says_so_and_heals(server: RedisServer, open_node: OpenNode) -> None:
    server.kill()

    store = await open_node(server)

    assert store.trouble is not None
    with pytest.raises(StoreUnavailable):
        await store.create(room(), entry(1), filed())
    server.start()
    async with asyncio.timeout(LIMIT_S):
        await store.ready()
    await store.create(room(), entry(1), filed())
    assert store.trouble is None


async def test_a_lost_connection_opens_the_breaker_and_a_probe_closes_it(
    proxy: FaultProxy, server: RedisServer, open_node: OpenNode
) -> None:
    store = await open_node(proxy)

    server.kill()
    await until(lambda: store.trouble is not None, "Redis is missed")
    before = proxy.attempts
    for _ in range(1_000):
        with pytest.raises(StoreUnavailable):
            await store.load(code(1))
    assert proxy.attempts - before < 100, "the calls make none, the probes one now and then"
    server.start()

    await until(lambda: store.trouble is None, "a probe has found Redis again")
    assert await store.load(code(1)) is None


async def test_strange_messages_on_the_bus_disturb_nobody(server: RedisServer, open_node: OpenNode) -> None:
    store = await open_node(server)
    await store.create(room(), entry(1), filed())
    ear, lobby = Ear(), Ear()
    store.subscribe(code(1), ear.entry)
    store.watch(lobby.change)
    await store.load(code(1))
    await store.subscribed(code(1))

    for message in ("", "x", "1 2", "1 2 {", "9" * 400 + " 1 {}", "-1 -5 null", "\x80\x04cos\nsystem\n"):
        server.ask("PUBLISH", _feed(1), message)
        server.ask("PUBLISH", _feed(1).replace("feed:", "lobby:feed:").rpartition(":")[0], message)
    await store.commit(room(), entry(2), filed(summary=line()))

    await ear.hear_version(2)
    await lobby.until(lambda: bool(lobby.changes))
    assert ear.versions == [2]
    assert lobby.changes == [LobbyChange(code(1), line())]


def _feed(number: int) -> str:
    return Keys().of_room(code(number)).feed

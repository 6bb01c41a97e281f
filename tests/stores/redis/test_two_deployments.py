"""Two deployments on one Redis: under other prefixes or in other databases, neither sees or hears the other.

Names had no prefix, and channels are the same for all databases: two installations on one Redis shared their room
lists and nodes, and under other database numbers each still delivered the entries of the other's rooms.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest
from tests.contracts.backends import PATIENT
from tests.contracts.ear import Ear
from tests.servers.redis_cluster import RedisCluster
from tests.servers.redis_server import RedisServer
from tests.stores.builders import ANNA, NOON, code, entry, filed, finished, line, room, said
from tests.stores.redis.conftest import OpenNode

from paddock.domain.allowance import Rate
from paddock.stores.contract import HeldSeat, LobbyChange, NodeAbout, Session
from paddock.stores.redis.keys import CHANNELS, KINDS
from paddock.stores.redis.nodes import registered
from paddock.stores.redis.store import RedisStore

pytestmark = pytest.mark.processes

APART = {
    "prefixes": (("ours:", ""), ("theirs:", "")),
    "databases": (("ours:", "/0"), ("ours:", "/7")),
    "cluster": (("ours:", ""), ("theirs:", "")),
}
TEN = Rate(per_minute=10, burst=1)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisCluster]:
    servers = RedisCluster(tmp_path_factory.mktemp("cluster"))
    servers.start()
    yield servers
    servers.kill()


@pytest.fixture(params=list(APART))
async def two(request: pytest.FixtureRequest, shared: RedisServer) -> AsyncIterator[tuple[RedisStore, RedisStore]]:
    url = shared.url
    if request.param == "cluster":
        several: RedisCluster = request.getfixturevalue("cluster")
        several.empty()
        url = several.url
    async with AsyncExitStack() as stack:
        stores = []
        for prefix, database in APART[request.param]:
            # Both have the same name, as two services of one host may.
            store = RedisStore(f"{url}{database}", "node-a", PATIENT, prefix)
            await store.open()
            stack.push_async_callback(store.close)
            stores.append(store)
        yield stores[0], stores[1]


async def test_rooms_and_what_is_in_them_are_not_there_for_the_other(two: tuple[RedisStore, RedisStore]) -> None:
    ours, theirs = two
    await ours.create(room(title="ours"), entry(1), filed(due=NOON, summary=line()))
    await ours.append(code(1), (said("hush"),), NOON, None)
    await ours.commit(room(), entry(3), filed(due=NOON), finished(1))
    await ours.put_session("hash", Session(code(1), ANNA, "recovery"))

    assert await theirs.load(code(1)) is None
    assert await theirs.since(code(1), 0) is None
    assert await theirs.chat(code(1)) == ()
    assert await theirs.session("hash") is None
    assert await theirs.races(code(1), 9) == ()
    assert await theirs.race(finished(1).race) is None
    assert (await theirs.unrecorded(9), (await theirs.backlog()).races) == ((), 0)
    assert (await theirs.rooms(), await theirs.count(), await theirs.listed()) == ([], 0, ())
    assert (await theirs.due(NOON, 9), await theirs.next_due()) == ((), None)


async def test_neither_hears_the_others_rooms_of_the_same_code_or_their_list(
    two: tuple[RedisStore, RedisStore],
) -> None:
    ours, theirs = two
    ear, lobby = Ear(), Ear()
    for store in two:
        await store.create(room(), entry(1), filed())
    theirs.subscribe(code(1), ear.entry)
    theirs.watch(lobby.change)
    await theirs.load(code(1))
    await theirs.subscribed(code(1))

    await ours.append(code(1), (said("ours"),), NOON, None)
    await ours.commit(room(title="ours"), entry(3), filed(summary=line()))
    await theirs.commit(room(title="theirs"), entry(2, command="theirs-2"), filed(summary=line()))

    await ear.hear_version(2)
    await lobby.until(lambda: bool(lobby.changes))
    assert [heard.command for heard in ear.entries] == ["theirs-2"]
    assert lobby.changes == [LobbyChange(code(1), line())]


async def test_nodes_seats_allowances_and_secrets_are_each_ones_own(two: tuple[RedisStore, RedisStore]) -> None:
    ours, theirs = two
    await ours.nodes.tell(NodeAbout(version="ours"))
    await theirs.nodes.tell(NodeAbout(version="theirs"))
    assert [about.version for about in (await ours.nodes.alive()).values()] == ["ours"]

    await ours.held.hold_seat(HeldSeat(code(1), ANNA))
    await ours.nodes.drop()
    assert await theirs.held.orphans() == ()

    assert await ours.allowances.take("guesses", "mina", TEN, NOON)
    assert await theirs.allowances.take("guesses", "mina", TEN, NOON)

    assert await ours.shared_secret(b"o" * 32) == b"o" * 32
    assert await theirs.shared_secret(b"t" * 32) == b"t" * 32


async def test_every_key_and_channel_begins_with_the_prefix(shared: RedisServer) -> None:
    store = RedisStore(shared.url, "node-a", PATIENT, "only:")
    await store.open()
    await store.create(room(), entry(1), filed(due=NOON, summary=line()))
    await store.commit(room(), entry(2, command="second"), filed(due=NOON, summary=line()), finished(1))
    await store.append(code(1), (said("hush"),), NOON, None)
    await store.put_session("hash", Session(code(1), ANNA, "recovery"))
    await store.nodes.tell(NodeAbout())
    await store.held.hold_seat(HeldSeat(code(1), ANNA))
    await store.allowances.take("guesses", "mina", TEN, NOON)
    await store.shared_secret(b"o" * 32)
    await store.due(NOON, 9)
    store.subscribe(code(1), Ear().entry)
    await store.subscribed(code(1))

    names = [*_words(shared.ask("KEYS", "*")), *_words(shared.ask("PUBSUB", "CHANNELS"))]
    await store.close()

    assert {name.partition("{")[0] for name in names} == {
        *(f"only:{kind}:" for kind in KINDS),
        *(f"only:0:{kind}:" for kind in CHANNELS),
    }


async def test_a_list_of_nodes_is_of_one_deployment(shared: RedisServer, open_node: OpenNode) -> None:
    theirs = await open_node(shared, "node-b", PATIENT)
    await theirs.nodes.tell(NodeAbout(version="theirs"))
    ours = RedisStore(shared.url, "node-a", PATIENT, "ours:")
    await ours.open()
    await ours.nodes.tell(NodeAbout(version="ours"))

    found = await registered(shared.url, "ours:")
    await ours.close()

    assert [about.version for about in found.values()] == ["ours"]


def test_no_prefix_that_continues_another_leads_to_the_same_names() -> None:
    for kinds in (KINDS, tuple(f"0:{kind}" for kind in CHANNELS)):
        assert [(one, other) for one in kinds for other in kinds if one != other and one.endswith(f":{other}")] == []


def _words(answer: bytes) -> list[str]:
    return [word for word in answer.decode().split("\r\n") if word and word[0] not in "*$"]

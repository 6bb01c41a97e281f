"""A room that is made of two copies knows the commands of both: whoever was not answered asks again."""

from __future__ import annotations

import pytest
from tests.contracts.backends import PATIENT
from tests.servers.fault_proxy import FaultProxy
from tests.servers.redis_server import RedisServer
from tests.stores.builders import NOON, code, entry, filed, ready, said
from tests.stores.failover.conftest import OURS, THEIRS, TOGETHER, at_home
from tests.waiting import until

from paddock.domain.ids import CommandKey
from paddock.stores.contract import COMMANDS_MOST, AlreadyApplied, StoreUnavailable
from paddock.stores.failover.store import FailoverStore
from paddock.stores.redis.keys import Keys
from paddock.stores.redis.store import RedisStore
from paddock.stores.whole import WholeRoom

pytestmark = pytest.mark.processes


async def again(store: FailoverStore, command: CommandKey) -> None:
    """Ask for a command again, as somebody does who was not answered: it is known, and nothing is changed.

    For three seconds after Redis is back rooms are left to their home.
    """

    async def known() -> bool:
        try:
            before = await store.load(code(1))
            assert before is not None
            assert await store.applied(code(1), command) is not None
            with pytest.raises(AlreadyApplied):
                await store.append(code(1), (said("twice"),), NOON, command)
            with pytest.raises(AlreadyApplied):
                wish = entry(before.version + 1, ready(True), command=command)
                await store.commit(at_home("twice"), wish, filed())
            assert await store.load(code(1)) == before
        except StoreUnavailable:
            return False
        return True

    await until(known, f"the store answers whether {command} was applied")


async def test_a_command_applied_to_either_copy_is_applied_no_more_to_the_room_they_become(
    proxy: FaultProxy, nodes: tuple[FailoverStore, FailoverStore]
) -> None:
    """What was applied before was forgotten: whoever asked again said things twice, and undid what came after."""
    a, b = nodes
    proxy.refuse()
    await until(lambda: a.isolated_count == 1, "node A keeps the room by itself")
    await a.commit(at_home("ours"), entry(3, ready(False), command=OURS), filed())
    await b.commit(at_home("theirs"), entry(3, ready(True), command=THEIRS), filed())

    proxy.accept()
    await until(lambda: not a.degraded, "node A has Redis again")

    assert a.reconciliations == {"forked": 1}
    for store in (a, b):
        for command in (TOGETHER, OURS, THEIRS):
            await again(store, command)

    # Lost once more, the node that goes on by itself knows them too.
    proxy.refuse()
    await until(lambda: a.degraded and a.isolated_count == 1, "node A keeps the room by itself once more")
    for command in (TOGETHER, OURS, THEIRS):
        await again(a, command)


async def test_what_a_room_knows_of_commands_is_bounded(
    server: RedisServer, nodes: tuple[FailoverStore, FailoverStore]
) -> None:
    _, b = nodes
    shared = RedisStore(server.url, "node-c", PATIENT)
    await shared.open()
    try:
        seen = await shared.whole.read(code(1), 10)
        assert seen is not None
        flood = tuple((CommandKey(f"command-{number:06}"), 2) for number in range(COMMANDS_MOST + 100))
        made = WholeRoom(seen.place, 9, 9, at_home("flooded"), (entry(9, ready(True)),), (), flood)
        await shared.whole.write(made, filed(), seen, anew=True)
        assert server.ask("ZCARD", Keys().of_room(code(1)).commands) == b":%d\r\n" % COMMANDS_MOST
        assert await b.applied(code(1), flood[-1][0]) is not None
    finally:
        await shared.close()

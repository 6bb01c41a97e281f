"""A room is brought back while others already play on in it: its subscribers hear of every entry, once."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contracts.ear import Ear
from tests.servers.fault_proxy import FaultProxy
from tests.stores.builders import code, entry, filed, ready
from tests.stores.failover.conftest import OURS, THEIRS, at_home
from tests.waiting import until

from paddock.stores.failover.store import FailoverStore
from paddock.stores.redis.reuniting import Reuniting

pytestmark = pytest.mark.processes


async def test_what_another_node_does_while_a_room_is_brought_back_is_heard(
    proxy: FaultProxy, nodes: tuple[FailoverStore, FailoverStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It came off the feed when the room was still apart, was given to nobody, and was missed until the next entry."""
    a, b = nodes
    ear = Ear()
    a.subscribe(code(1), ear.entry)
    proxy.refuse()
    await until(lambda: a.isolated_count == 1, "node A keeps the room by itself")
    await a.commit(at_home("ours"), entry(3, ready(False), command=OURS), filed())
    bring_back = Reuniting.write

    async def bring_back_and_dawdle(self: Reuniting, *told: Any, **how: Any) -> None:
        """Come back with the answer only when the other node has played on, and that was heard here."""
        await bring_back(self, *told, **how)
        off_the_feed = Ear()
        leave = a.replicas._shared.subscribe(code(1), off_the_feed.entry)
        await b.commit(at_home("theirs"), entry(4, ready(True), command=THEIRS), filed())
        await off_the_feed.hear_version(4)
        leave()

    monkeypatch.setattr(Reuniting, "write", bring_back_and_dawdle)
    proxy.accept()
    await until(lambda: not a.degraded, "node A has Redis again")

    assert a.reconciliations == {"older": 1}
    await ear.hear_version(4)
    assert ear.versions[-2:] == [3, 4]

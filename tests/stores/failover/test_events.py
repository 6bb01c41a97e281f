"""What the failover store announces reaches everybody who asked, in order."""

from __future__ import annotations

import pytest

from paddock.stores.contract import StoreUnavailable
from paddock.stores.failover.events import FailoverEvents


def test_everybody_is_told_when_the_node_is_degraded_and_when_that_is_over() -> None:
    events, fanout, probe = FailoverEvents(), list[bool](), list[bool]()
    events.on_degraded(fanout.append)
    events.on_degraded(probe.append)
    events.degraded(True)
    events.degraded(False)
    assert fanout == probe == [True, False]


async def test_what_is_written_again_stops_at_a_redis_that_is_lost_again() -> None:
    events, written = FailoverEvents(), list[str]()
    is_lost = True

    async def secret() -> None:
        written.append("secret")

    async def seats() -> None:
        if is_lost:
            raise StoreUnavailable("Redis is away")
        written.append("seats")

    events.on_restored(secret)
    events.on_restored(seats)
    with pytest.raises(StoreUnavailable):
        await events.restored()
    is_lost = False
    await events.restored()
    assert written == ["secret", "secret", "seats"]

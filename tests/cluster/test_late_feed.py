"""A node that hears a room's feed late: whoever recovers there gets everything once all the same."""

from __future__ import annotations

from contextlib import AsyncExitStack
from itertools import pairwise
from pathlib import Path

from tests.cluster.door import Door
from tests.faults.world import world
from tests.servers.fault_proxy import FaultProxy
from tests.servers.redis_server import RedisServer

LATE_S = 1.0


async def test_what_was_recovered_is_not_told_again_when_the_feed_comes_to_it(
    redis: RedisServer, tmp_path: Path
) -> None:
    """The log is read over another connection than the feed: it had an entry that the feed then told once more."""
    proxy = FaultProxy(redis.port)
    await proxy.open()
    try:
        async with world(tmp_path, redis, redis_of={1: proxy.url}) as cluster, AsyncExitStack() as stack:
            door = Door(stack)
            mina, jun, sora = [await door.at(cluster.nodes[number]) for number in (0, 1, 1)]
            assert (await mina.opens(name="Mina"))["ok"]
            for who, name in ((jun, "Jun"), (sora, "Sora")):
                assert (await who.joins(mina.code, name))["ok"]
            await mina.asks("say", text="heard by all")
            await jun.hears_of("said")
            await jun.leaves()
            for passage in proxy.where(lambda said: b"SUBSCRIBE" in said):
                passage.delay_s = LATE_S

            await mina.asks("say", text="missed")
            claim = {"pid": jun.pid, "offset": jun.offset, "room": jun.code, "token": jun.token}
            back = await door.at(cluster.nodes[1], claim)
            assert back.pid == jun.pid
            await back.hears("entry", lambda entry: "missed" in str(entry))
            assert not any("missed" in text for text in sora.traffic), "the feed has not come to it yet"
            await mina.asks("say", text="the end")
            await back.hears("entry", lambda entry: "the end" in str(entry))

            versions = [entry["version"] for name, entry in back.heard if name == "entry"]
            assert all(after == before + 1 for before, after in pairwise(versions)), versions
    finally:
        await proxy.close()

"""The room list of two servers: the same page at both, whatever happened to them or to what they share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.cluster.door import Door
from tests.cluster.process import Server
from tests.gateway.viewer import Viewer
from tests.gateway.wire import Json
from tests.servers.redis_server import RedisServer
from tests.waiting import until


async def viewer_at(door: Door, server: Server, query: str = "", limit: int = 50) -> Viewer:
    """Let somebody look at the list of a server."""
    viewer = Viewer(await door.at(server))
    await viewer.looks(query, limit=limit)
    return viewer


async def asked_anew(door: Door, server: Server) -> Json:
    """Give the page that somebody gets who asks the same of a server now."""
    fresh = await viewer_at(door, server)
    return fresh.page()


async def come_to_agree(
    door: Door, viewers: dict[Server, Viewer], what: str, shows: Callable[[list[Json]], bool]
) -> None:
    """Wait until all see the page that each server gives anew, and that page shows what it should."""

    async def agree() -> bool:
        page, *others = [viewer.page() for viewer in viewers.values()]
        others += [await asked_anew(door, server) for server in viewers]
        return all(other == page for other in others) and shows(page["rooms"])

    await until(agree, f"the same page everywhere, with {what}")


def only(code: str) -> Callable[[list[Json]], bool]:
    """Give the condition that a page has this room and no other."""
    return lambda rooms: [room["room"] for room in rooms] == [code]


async def test_both_servers_show_the_same_page_through_deaths_and_an_emptied_redis(
    nodes: tuple[Server, Server], redis: RedisServer, door: Door
) -> None:
    a, b = nodes
    viewers = {a: await viewer_at(door, a), b: await viewer_at(door, b)}
    mina, jun = await door.at(a), await door.at(b)
    assert (await mina.opens(name="Mina", title="Tea"))["ok"]
    assert (await jun.opens(name="Jun", title="Coffee"))["ok"]
    sora = await door.at(b)
    assert (await sora.joins(mina.code, "Sora"))["ok"]
    await come_to_agree(
        door, viewers, "the newest room first", lambda rooms: [room["seated"] for room in rooms] == [1, 2]
    )

    searching = await viewer_at(door, b, "tea")
    assert (await jun.asks("change_settings", title="Tea too"))["ok"]
    await searching.sees(jun.code, mina.code)

    # A server that was away for a change shows it when it is back.
    b.kill()
    assert (await mina.asks("change_settings", title="Green tea"))["ok"]
    await asyncio.to_thread(b.start)
    viewers[b] = await viewer_at(door, b)
    await come_to_agree(door, viewers, "the new title", lambda rooms: "Green tea" in [room["title"] for room in rooms])

    # Whatever becomes of the rooms of an emptied store, nobody goes on showing what the others do not.
    redis.ask("FLUSHALL")
    late = await door.at(b)
    assert (await late.opens(name="Late", title="After the flood"))["ok"]
    await come_to_agree(door, viewers, "the late room", lambda rooms: late.code in [room["room"] for room in rooms])

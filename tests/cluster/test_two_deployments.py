"""Several deployments on one Redis, as servers: nobody of one is seen, found or heard at another."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from pathlib import Path

import aiohttp
from tests.cluster.books import brisk
from tests.cluster.conftest import serving
from tests.cluster.door import Door
from tests.cluster.process import Server
from tests.cluster.test_lobby import come_to_agree, only, viewer_at
from tests.gateway.wire import Json
from tests.servers.redis_server import RedisServer


async def health(server: Server) -> Json:
    async with aiohttp.ClientSession() as http, http.get(f"{server.url}/healthz") as answer:
        found: Json = await answer.json()
        return found


async def test_servers_under_other_prefixes_or_in_other_databases_are_strangers(
    redis: RedisServer, door: Door, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        servers = []
        for name, redis_url, prefix in (
            ("ours", f"{redis.url}/0", "ours:"),
            ("prefix", f"{redis.url}/0", "theirs:"),
            ("database", f"{redis.url}/3", "ours:"),
        ):
            (tmp_path / name).mkdir()
            opened = serving(tmp_path / name, brisk(), redis=redis_url, redis_prefix=prefix)
            servers.append(await asyncio.to_thread(stack.enter_context, opened))
        ours, *strangers = servers
        mina = await door.at(ours)
        assert (await mina.opens(name="Mina"))["ok"]
        viewers = {ours: await viewer_at(door, ours)}
        await come_to_agree(door, viewers, "her room", only(mina.code))

        for server in strangers:
            jun = await door.at(server)
            assert (await jun.joins(mina.code, "Jun"))["code"] == "no_room"
            assert (await jun.opens(name="Jun"))["ok"]
            viewers = {server: await viewer_at(door, server)}
            await come_to_agree(door, viewers, "his room", only(jun.code))
            assert (await health(server))["nodes"] == 1

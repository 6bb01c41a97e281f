"""The REST API of a real server while its PostgreSQL is frozen: what is recorded is 503, what is live is 200."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientTimeout
from msgspec import Struct
from tests.api.filled import DEVICE
from tests.api.served import Served, served
from tests.archive.archives import postgres
from tests.waiting import LIMIT_S, until

from paddock.api.addresses import ADDRESSES, AnyAddress

pytestmark = pytest.mark.processes

LIVE = {"rooms", "room"}
"""What is read off live rooms alone."""
READING = [address for address in ADDRESSES if address.method == "GET" and address.name not in LIVE]
STATEMENT_MS = 1_000
"""Half of what is shipped, so that a busy machine answers before the limit of a whole request (`timeout`)."""


class Told(Struct, frozen=True):
    """An answer: its status, the code of the problem, and when to ask again."""

    status: int
    code: str
    after: str


async def asks(web: ClientSession, path: str, method: str = "GET", body: object = None) -> Told:
    """Ask once."""
    async with web.request(method, path, json=body) as answer:
        told = await answer.json(content_type=None)
        return Told(answer.status, str(told.get("code", "")), answer.headers.get("Retry-After", ""))


def path_of(address: AnyAddress, there: Served) -> str:
    """Give an address of something that is there."""
    places = {place: there.known[place][0] if place in there.known else "wins" for place in address.places}
    return address.path.format(**places)


async def test_every_reading_address_says_that_it_cannot_answer_and_when_to_ask_again(tmp_path: Path) -> None:
    """Broken once: work that had to be ended said goodbye to the frozen server for two more seconds, and every answer
    was `timeout`."""
    server = await asyncio.to_thread(postgres)
    url = await server.copy()
    headers = {"Authorization": f"Bearer {DEVICE}"}
    async with (
        served(tmp_path, DEVICE, url, archive_statement_ms=STATEMENT_MS) as there,
        ClientSession(there.url, headers=headers, timeout=ClientTimeout(LIMIT_S)) as web,
    ):
        paths = [path_of(address, there) for address in READING]
        assert len(paths) >= 12
        live = ["/api/rooms", f"/api/rooms/{there.known['room'][0]}", "/healthz", "/readyz"]

        async def all_are_well() -> bool:
            # All at once, so that many connections are there when it freezes.
            answers = await asyncio.gather(*(asks(web, path) for path in (*paths, *live)))
            return {told.status for told in answers} == {200}

        await until(all_are_well, "every address answers")
        server.stop()
        try:
            rename = asks(web, "/api/profiles/me", "PATCH", {"name": "Ara"})
            renamed, *answers = await asyncio.gather(rename, *(asks(web, path) for path in paths))
            meanwhile = [await asks(web, path) for path in live]
        finally:
            server.cont()

        for path, told in zip(paths, answers, strict=True):
            assert (told.status, told.code, told.after) == (503, "unavailable", "2"), path
        # Several statements may take longer than a whole request.
        assert renamed.status == 503
        assert [told.status for told in meanwhile] == [200] * len(live)
        await until(all_are_well, "every address answers")

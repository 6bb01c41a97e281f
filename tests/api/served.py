"""A real server process with a live room and an evening of races in its archive, for those who look from outside.

The archive is a file in its folder, or a PostgreSQL that the test has.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec import Struct
from tests.archive.archives import PATIENT, archive_on
from tests.archive.evenings import device, race_id, raced
from tests.cluster.process import Server
from tests.gateway.wire import guest
from tests.stores.builders import NOON, code

from paddock.archive.contract import ProfileId
from paddock.archive.postgres import Postgres
from paddock.archive.sql import SqlArchive
from paddock.archive.sqlite import Sqlite
from paddock.gateway.sessions import TokenHasher

RACES = 60
PEOPLE = ("Mina", "Jun", "Sora", "Doha", "Ara", "Bora")


class Served(Struct, frozen=True):
    """Where it is, and what is there by the names of the API's parameters."""

    url: str
    known: dict[str, list[str]]


@asynccontextmanager
async def served(folder: Path, token: str, database: str = "", **settings: int) -> AsyncIterator[Served]:
    """Serve; the device of `token` is Mina's, who has raced most. `database` is an empty one of this schema."""
    limits = {"limits_requests_per_minute": 1_000_000, "limits_guesses_per_minute": 10_000}
    server = Server(folder, database=database, **limits, **settings)
    server.data.mkdir(parents=True)
    keeps = Postgres(database, PATIENT) if database else Sqlite(server.data / "archive.sqlite3", PATIENT)
    profile = await _fill(archive_on(keeps), token)
    await asyncio.to_thread(server.start)
    try:
        async with guest(server.url) as mina:
            await mina.opens(name="Mina", title="coffee")
            known: dict[str, list[str]] = {
                "race": [race_id(number) for number in range(5)],
                "room": [mina.code, code(1), code(2)],
                "profile": [profile, *(f"person{number:06d}" for number in range(2, 5))],
            }
            yield Served(server.url, known)
    finally:
        server.kill()
        print(server.output)


async def _fill(archive: SqlArchive, token: str) -> ProfileId:
    try:
        for number in range(RACES):
            order = [PEOPLE[(number + place) % len(PEOPLE)] for place in range(2 + number % 4)]
            await archive.record([raced(number, *order, room=1 + number % 2)])
        profile = await archive.profile_of(device("Mina"))
        assert profile is not None
        move = await archive.offer_move(profile, NOON)
        assert move is not None
        assert await archive.take_move(move, TokenHasher(b"").token(token), NOON) is not None
    finally:
        await archive.close()
    return profile

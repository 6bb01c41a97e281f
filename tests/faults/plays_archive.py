"""A long evening of races while PostgreSQL is killed at moments that dice choose, and away for its last part."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from tests.archive import evening_of_outages
from tests.archive.archives import migrated
from tests.servers.postgres_server import TEMPLATE, PostgresServer, started

DURING, AWAY = 200, 50


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A server of this play's own, with the template that its database is a copy of."""
    made = started()
    made.make(TEMPLATE)
    migrated(made.url(TEMPLATE))
    yield made
    made.remove()


async def test_every_race_is_there_once_and_every_figure_right(server: PostgresServer) -> None:
    found = await evening_of_outages.play(server, DURING, AWAY, seed=random.SystemRandom().randrange(1_000_000))

    print(
        f"\n{found.races} races, {found.kills} kills: {found.rows} rows, {found.distinct} of them distinct, "
        f"{found.entries} entries, recount differs in {len(found.wrong)} tables; "
        f"drained in {found.drained_s:.2f} s after the return; seed {found.seed}"
    )
    assert (found.rows, found.distinct, found.wrong) == (DURING + AWAY, DURING + AWAY, ())

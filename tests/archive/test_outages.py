"""PostgreSQL killed, frozen, full, read-only, and out of connections: reads end in time, records arrive once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.archive import evening_of_outages
from tests.archive.archives import PATIENT, archive_on, insist, migrated, recounted
from tests.archive.evenings import TODAY, device, raced
from tests.servers.postgres_server import TEMPLATE, PostgresServer, started
from tests.waiting import LIMIT_S, until

from paddock.archive.contract import ArchiveUnavailable, Board, BoardQuestion, Period, Recording
from paddock.archive.database import Database, Limits
from paddock.archive.postgres import TURN, Postgres
from paddock.archive.sql import SqlArchive

pytestmark = pytest.mark.processes

QUICK = Limits(acquire_s=0.25, statement_s=0.5, pool=2)
SLACK_S = LIMIT_S
"""What a busy machine may add to a limit; without limits these waits would not end at all."""


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server of this module's own, to be harmed."""
    made = started()
    made.make(TEMPLATE)
    migrated(made.url(TEMPLATE))
    yield made
    made.remove()


@pytest.fixture
async def archive(server: PostgresServer) -> AsyncIterator[SqlArchive]:
    made = archive_on(Postgres(await server.copy(), QUICK))
    await insist(made.open)
    yield made
    await made.close()


async def recorded(archive: SqlArchive, *numbers: int) -> None:
    """Record races, again and again until they are kept."""
    races = [raced(number, "Mina", "Jun") for number in numbers]
    became = await insist(lambda: archive.record(races), f"the races {numbers} are kept")
    assert set(became.recorded) == {race.race for race in races}


async def holds(archive: SqlArchive, races: int) -> None:
    """Check that so many races are there, and that every figure is what a recount gives."""
    assert (await insist(archive.totals)).races == races
    assert await insist(lambda: recounted(archive)) == ()


def in_trouble(archive: SqlArchive) -> bool:
    return archive.trouble is not None


async def every_read_fails_in_time(archive: SqlArchive) -> None:
    board = BoardQuestion(Board.WINS, Period.ALL, TODAY)
    for ask in (archive.totals, archive.kinds, lambda: archive.profile_of(device("Mina"))):
        began = time.monotonic()
        with pytest.raises(ArchiveUnavailable):
            await ask()
        assert time.monotonic() - began < QUICK.acquire_s + QUICK.statement_s + SLACK_S
    many = await asyncio.gather(*(archive.board(board, None, 5) for _ in range(8)), return_exceptions=True)
    assert all(isinstance(answer, ArchiveUnavailable) for answer in many)


async def test_away_and_back(server: PostgresServer, archive: SqlArchive) -> None:
    await recorded(archive, 1)
    server.kill()
    try:
        await every_read_fails_in_time(archive)
        with pytest.raises(ArchiveUnavailable):
            await archive.record([raced(2, "Mina", "Jun")])
        assert in_trouble(archive)
    finally:
        server.start()

    await recorded(archive, 1, 2)

    await holds(archive, 2)
    assert not in_trouble(archive)


async def test_a_restart_between_two_questions_is_not_noticed(server: PostgresServer, archive: SqlArchive) -> None:
    await recorded(archive, 1)
    server.restart()

    await holds(archive, 1)


async def test_absent_at_the_start_and_there_later(server: PostgresServer) -> None:
    url = await server.copy()
    server.kill()
    archive = archive_on(Postgres(url, QUICK))
    try:
        with pytest.raises(ArchiveUnavailable):
            await archive.open()
        with pytest.raises(ArchiveUnavailable):
            await archive.totals()
    finally:
        server.start()

    await recorded(archive, 1)

    await holds(archive, 1)
    await archive.close()


async def test_frozen_and_back(server: PostgresServer, archive: SqlArchive) -> None:
    await recorded(archive, 1)
    server.stop()
    try:
        await every_read_fails_in_time(archive)
        with pytest.raises(ArchiveUnavailable):
            await archive.record([raced(2, "Mina", "Jun")])
    finally:
        server.cont()

    await recorded(archive, 1, 2)

    await holds(archive, 2)


async def test_out_of_connections(server: PostgresServer, archive: SqlArchive) -> None:
    engine = archive.server.engine
    busy: list[AsyncConnection] = []

    async def takes_all() -> bool:
        try:
            busy.append(await engine.connect())
        except (OSError, TimeoutError, SQLAlchemyError):  # a busy machine may need longer than the limit to connect
            return False
        return len(busy) == QUICK.pool

    await until(takes_all, "every connection is taken")
    with pytest.raises(ArchiveUnavailable):
        await archive.totals()
    for connection in busy:
        await connection.close()

    await recorded(archive, 1)


async def test_a_statement_that_takes_too_long_is_ended(server: PostgresServer, archive: SqlArchive) -> None:
    async def long(connection: AsyncConnection) -> None:
        await connection.execute(text("SELECT pg_sleep(60)"))

    began = time.monotonic()
    with pytest.raises(ArchiveUnavailable):
        await Database(archive.server).read(long)
    assert time.monotonic() - began < QUICK.statement_s + SLACK_S
    await recorded(archive, 1)


async def test_read_only_and_writable_again(server: PostgresServer, archive: SqlArchive) -> None:
    await recorded(archive, 1)
    await server.execute("ALTER SYSTEM SET default_transaction_read_only = on")
    server.restart()
    try:
        with pytest.raises(ArchiveUnavailable):
            await archive.record([raced(2, "Mina", "Jun")])
        await holds(archive, 1)
    finally:
        (server.data / "postgresql.auto.conf").write_text("")
        server.restart()

    await recorded(archive, 1, 2)
    await holds(archive, 2)


FULL = """
CREATE FUNCTION no_space() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END
$$ LANGUAGE plpgsql;
CREATE TRIGGER no_space BEFORE INSERT ON standings FOR EACH STATEMENT EXECUTE FUNCTION no_space()
"""


async def test_a_full_disk_delays_races_and_sets_none_aside(server: PostgresServer) -> None:
    """The server's own error for a full disk, at the last table of the transaction."""
    url = await server.copy()
    archive = archive_on(Postgres(url, PATIENT))
    await archive.open()
    name = url.rpartition("/")[2]
    await server.execute(FULL, name)

    for _ in range(5):
        with pytest.raises(ArchiveUnavailable):
            await archive.record([raced(1, "Mina", "Jun")])
    assert (await archive.totals()).races == 0
    assert await archive.quarantined() == 0

    await server.execute("DROP TRIGGER no_space ON standings", name)
    await recorded(archive, 1)
    assert await recounted(archive) == ()
    await archive.close()


async def test_a_node_that_freezes_in_the_middle_of_recording_holds_the_others_up_for_a_while_only(
    server: PostgresServer,
) -> None:
    """A transaction of a frozen node keeps its turn; the server ends it, and the others go on."""
    url = await server.copy()
    frozen, other = Postgres(url, Limits(20, 60)), archive_on(Postgres(url, Limits(20, 20)))
    connection = await frozen.engine.connect()
    await connection.execute(text("SET idle_in_transaction_session_timeout = 500"))
    await connection.commit()
    await connection.execute(text(f"SELECT pg_advisory_xact_lock({TURN})"))

    await recorded(other, 1)

    await connection.invalidate()
    await connection.close()
    await frozen.close()
    await other.close()


async def test_a_race_that_the_database_refuses_is_set_aside_and_the_others_flow(server: PostgresServer) -> None:
    archive = archive_on(Postgres(await server.copy(), PATIENT), tries=3)
    await archive.open()
    bad = raced(2, "Mina", "Jun\x00")
    races = [raced(1, "Mina", "Jun"), bad, raced(3, "Mina", "Jun")]

    became = [await archive.record(races) for _ in range(3)]

    assert [len(one.recorded) for one in became] == [2, 2, 2]
    assert [one.refused for one in became[:2]] == [(), ()]
    assert [(one.race, one.reason) for one in became[2].refused] == [(bad.race, "bad_value")]
    assert await archive.quarantined() == 1
    assert (await archive.totals()).races == 2
    assert await recounted(archive) == ()
    assert await archive.record(races[:1]) == Recording((races[0].race,))
    await archive.close()


async def test_every_race_is_there_once_and_every_figure_right_after_kills_and_an_absence(
    server: PostgresServer,
) -> None:
    found = await evening_of_outages.play(server, during=20, away=10, seed=time.time_ns() % 100_000)

    assert (found.rows, found.distinct, found.wrong) == (30, 30, ()), f"seed {found.seed}"
    assert found.kills >= 1

"""The commands that the operators' document gives for PostgreSQL, run as they stand there, on a real archive."""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import subprocess
from pathlib import Path

import pytest
from tests.archive.archives import PATIENT, archive_on, postgres, recounted
from tests.archive.evenings import TODAY, raced
from tests.servers.postgres_server import PostgresServer
from tests.stores.builders import code

from paddock.archive.contract import Board, BoardQuestion, Period, ProfileId
from paddock.archive.postgres import Postgres
from paddock.domain.finished import FinishedRace

pytestmark = pytest.mark.processes

DOCUMENT = Path(__file__).parents[2] / "docs" / "operations.md"
_BLOCK = re.compile(r"<!-- tested: tests/backup/test_postgres\.py -->\n```\n(.*?)```", re.DOTALL)
NAME = "paddock"
"""The database of the document, and its owner."""
RACES = 60
_names = itertools.count()


def evening(number: int) -> FinishedRace:
    """A race with people who always come and one who comes at times."""
    return raced(number, "Mina", "Jun 민지", f"Guest{number % 7}", room=1 + number % 3, title="금요일 커피 🐯")


class Operator:
    """Somebody at a shell of their own, with a database that is called as in the document."""

    def __init__(self, server: PostgresServer, folder: Path) -> None:
        self.server = server
        self.database = f"{NAME}_{os.getpid()}_{next(_names)}"
        self._folder = folder

    @property
    def address(self) -> str:
        """The database as Paddock is told it: with the user that owns it, and no superuser."""
        return f"postgresql://{self.database}@127.0.0.1:{self.server.port}/{self.database}"

    def types(self, block: str) -> subprocess.CompletedProcess[str]:
        """Run what stands in the document."""
        # Databases are shared by all tests of a server, so the name gets an ending; the file keeps its own.
        commands = re.sub(rf"(?<![\w.]){NAME}(?![\w.])", self.database, block)
        shell = {
            **os.environ,
            "PATH": f"{self.server.programs}:{os.environ['PATH']}",
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.server.port),
            "PGUSER": "postgres",
        }
        return subprocess.run(
            ["bash", "-euc", commands], cwd=self._folder, env=shell, capture_output=True, text=True, timeout=60
        )

    def asks(self, statement: str) -> list[str]:
        """Run a statement past the program and give its lines."""
        asked = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", self.server.url(self.database)]
        told = subprocess.run(
            [self.server.programs / "psql", *asked, "-c", statement], capture_output=True, text=True, timeout=60
        )
        assert told.returncode == 0, told.stderr
        return told.stdout.splitlines()

    def records(self, *numbers: int) -> None:
        """Let a server record races, each once and whether they are there already or not."""

        async def record() -> None:
            archive = archive_on(Postgres(self.address, PATIENT))
            await archive.open()
            races = [evening(number) for number in numbers]
            assert len((await archive.record(races)).recorded) == len(races)
            await archive.close()

        asyncio.run(record())

    def finds(self) -> list[object]:
        """Read everything there is to read as a server does, and hold all figures to a recount."""

        async def find() -> list[object]:
            archive = archive_on(Postgres(self.address, PATIENT))
            await archive.open()
            assert await recounted(archive) == ()
            boards = [BoardQuestion(board, Period.ALL, TODAY) for board in Board]
            found: list[object] = [
                await archive.totals(),
                await archive.kinds(),
                await archive.export(ProfileId("person000001")),
                [await archive.races_of_room(code(room), None, 100) for room in (1, 2, 3)],
                [await archive.board(question, None, 100) for question in boards],
                [await archive.race(evening(number).record.card.race) for number in range(RACES)],
            ]
            await archive.close()
            return found

        return asyncio.run(find())


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    """An operator with some races in the archive."""
    operator = Operator(postgres(), tmp_path)
    set_up = operator.types(blocks()[0])
    assert set_up.returncode == 0, set_up.stderr
    operator.records(*range(RACES))
    return operator


def blocks() -> tuple[str, str, str]:
    """Give the commands of the document: to set up, to back up, and to restore."""
    set_up, back_up, restore = _BLOCK.findall(DOCUMENT.read_text())
    return set_up, back_up, restore


def races(operator: Operator) -> list[str]:
    """Count the races in the table itself."""
    return operator.asks("SELECT count(*), count(DISTINCT race) FROM races")


def test_what_was_dumped_is_there_again_and_what_was_owed_meanwhile_is_recorded_once(operator: Operator) -> None:
    """The restored tables belonged to whoever restored them, so that a server could not even read them."""
    _, back_up, restore = blocks()
    before = operator.finds()
    assert races(operator) == [f"{RACES}|{RACES}"]
    made = operator.types(back_up)
    assert made.returncode == 0, made.stderr

    operator.asks("TRUNCATE races, entries, standings CASCADE")
    restored = operator.types(restore)

    assert restored.returncode == 0, restored.stderr
    assert operator.finds() == before
    operator.records(*range(RACES - 5, RACES + 5))
    operator.finds()
    assert races(operator) == [f"{RACES + 5}|{RACES + 5}"], "those that were in the dump once, the others too"


def test_a_dump_that_was_cut_off_is_refused_whole(operator: Operator, tmp_path: Path) -> None:
    _, back_up, restore = blocks()
    assert operator.types(back_up).returncode == 0
    dump = tmp_path / "paddock.dump"
    dump.write_bytes(dump.read_bytes()[: dump.stat().st_size // 2])

    assert operator.types(restore).returncode != 0

    assert operator.asks("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == ["0"]


def test_it_works_while_somebody_was_left_connected(operator: Operator) -> None:
    _, back_up, restore = blocks()
    assert operator.types(back_up).returncode == 0
    before = operator.finds()
    busy = subprocess.Popen(
        [operator.server.programs / "psql", "-d", operator.server.url(operator.database), "-c", "SELECT pg_sleep(60)"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        restored = operator.types(restore)
        assert restored.returncode == 0, restored.stderr
        assert operator.finds() == before
    finally:
        busy.kill()
        busy.wait()

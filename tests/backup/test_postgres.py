"""The commands that the operators' document gives for PostgreSQL, run as they stand there."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
from pathlib import Path

import pytest
from tests.backup.postgres import USER, PostgresServer, shared_postgres

DOCUMENT = Path(__file__).parents[2] / "docs" / "operations.md"
_BLOCK = re.compile(r"<!-- tested: tests/backup/test_postgres\.py -->\n```\n(.*?)```", re.DOTALL)
NAME = "paddock"
"""The database of the document."""
_names = itertools.count()

FILL = """
CREATE TABLE races (id bigserial PRIMARY KEY, race text UNIQUE NOT NULL, at bigint NOT NULL, body jsonb NOT NULL);
CREATE TABLE entries (
    race bigint NOT NULL REFERENCES races, lane smallint NOT NULL, name text NOT NULL, pays boolean NOT NULL,
    PRIMARY KEY (race, lane)
);
CREATE INDEX races_by_time ON races (at DESC);
INSERT INTO races (race, at, body)
    SELECT 'race' || n, n * 1000, jsonb_build_object('seed', md5(n::text), 'title', '금요일 커피 🐯' || n)
    FROM generate_series(1, 5000) AS n;
INSERT INTO entries SELECT id, lane, '민지' || lane, lane = id % 4 FROM races, generate_series(0, 3) AS lane;
"""
RECOUNT = (
    "SELECT count(*), sum(at), md5(string_agg(race || body::text, ',' ORDER BY id)) FROM races",
    "SELECT count(*), count(*) FILTER (WHERE pays), md5(string_agg(name, ',' ORDER BY race, lane)) FROM entries",
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
    "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid > 16384 ORDER BY 1",
)


class Operator:
    """Somebody at a shell of their own, with a database that is called as in the document."""

    def __init__(self, server: PostgresServer, folder: Path) -> None:
        self.server = server
        self.database = f"{NAME}_{os.getpid()}_{next(_names)}"
        self._folder = folder

    def types(self, block: str) -> subprocess.CompletedProcess[str]:
        """Run what stands in the document."""
        # Databases are shared by all tests of a server, so the name gets an ending; the file keeps its own.
        commands = re.sub(rf"(?<![\w.]){NAME}(?![\w.])", self.database, block)
        shell = {
            **os.environ,
            "PATH": f"{self.server.programs}:{os.environ['PATH']}",
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.server.port),
            "PGUSER": USER,
        }
        return subprocess.run(
            ["bash", "-euc", commands], cwd=self._folder, env=shell, capture_output=True, text=True, timeout=60
        )

    def counts(self) -> list[list[str]]:
        """Count everything anew."""
        return [self.server.ask(self.database, statement) for statement in RECOUNT]


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    """An operator with some races in the database."""
    server = shared_postgres()
    operator = Operator(server, tmp_path)
    server.ask("postgres", f"CREATE DATABASE {operator.database} TEMPLATE template0 ENCODING 'UTF8'")
    server.ask(operator.database, FILL)
    return operator


def blocks() -> tuple[str, str]:
    """Give the commands of the document: to back up, and to restore."""
    back_up, restore = _BLOCK.findall(DOCUMENT.read_text())
    return back_up, restore


def test_what_was_dumped_is_there_again_to_the_last_row(operator: Operator) -> None:
    back_up, restore = blocks()
    before = operator.counts()
    assert before[0][0].startswith("5000|")
    made = operator.types(back_up)
    assert made.returncode == 0, made.stderr

    operator.server.ask(operator.database, "DELETE FROM entries; DELETE FROM races")
    restored = operator.types(restore)

    assert restored.returncode == 0, restored.stderr
    assert operator.counts() == before
    operator.server.ask(operator.database, "INSERT INTO races (race, at, body) VALUES ('new', 1, '{}')")
    assert operator.server.ask(operator.database, "SELECT max(id) FROM races") == ["5001"], "numbers go on"


def test_a_dump_that_was_cut_off_is_refused_whole(operator: Operator, tmp_path: Path) -> None:
    back_up, restore = blocks()
    assert operator.types(back_up).returncode == 0
    dump = tmp_path / "paddock.dump"
    dump.write_bytes(dump.read_bytes()[: dump.stat().st_size // 2])

    assert operator.types(restore).returncode != 0

    assert operator.server.ask(operator.database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == ["0"]


def test_it_works_while_somebody_was_left_connected(operator: Operator) -> None:
    back_up, restore = blocks()
    assert operator.types(back_up).returncode == 0
    before = operator.counts()
    busy = subprocess.Popen(
        [operator.server.programs / "psql", "-d", operator.server.url(operator.database), "-c", "SELECT pg_sleep(60)"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        restored = operator.types(restore)
        assert restored.returncode == 0, restored.stderr
        assert operator.counts() == before
    finally:
        busy.kill()
        busy.wait()

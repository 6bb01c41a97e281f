"""`paddock db` as an operator types it."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from tests.archive.archives import PATIENT, archive_on
from tests.archive.evenings import raced
from tests.cli.paddock import paddock

from paddock.archive.sqlite import Sqlite

pytestmark = pytest.mark.processes


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return folder


def db(data: Path, *words: str) -> tuple[int, str]:
    done = paddock("db", *words, PADDOCK_DATA=str(data))
    return done.returncode, done.stdout + done.stderr


YEARS_AGO = 1_600_000_000_000


def fill(data: Path, *numbers: int, bad: int = -1, at: int | None = None) -> None:
    async def record() -> None:
        archive = archive_on(Sqlite(data / "archive.sqlite3", PATIENT), tries=1)
        await archive.record([raced(number, "Mina", "Jun", at=2**70 if number == bad else at) for number in numbers])
        await archive.close()

    asyncio.run(record())


def test_forth_and_back(data: Path) -> None:
    assert db(data, "upgrade")[0] == 0
    assert db(data, "status") == (0, "schema 0001; this version wants 0001\n")
    assert db(data, "check") == (0, "the tables are as they should be\n")
    assert db(data, "downgrade", "--to", "base")[0] == 2
    assert db(data, "downgrade", "--to", "base", "--yes")[0] == 0
    assert db(data, "status") == (1, "schema none; this version wants 0001\n")


def test_figures_that_are_wrong_are_found_and_put_right(data: Path) -> None:
    fill(data, *range(8))
    assert db(data, "recount") == (0, "all figures are those of a recount\n")
    with sqlite3.connect(data / "archive.sqlite3") as connection:
        connection.execute("UPDATE standings SET wins = wins + 1 WHERE period = 'all' AND scope = 0")
        connection.execute("UPDATE kinds SET picked = 0")
        connection.execute("UPDATE days SET players = 99")
        connection.execute("ALTER TABLE kinds ADD COLUMN colour TEXT")
    connection.close()

    code, told = db(data, "recount")
    assert code == 1
    assert all(table in told for table in ("standings: 2 rows", "kinds: ", "days: 1 rows"))
    assert db(data, "recount", "--fix")[0] == 0
    assert db(data, "recount")[0] == 0
    assert db(data, "check")[0] == 1


def test_races_that_were_set_aside_are_listed_and_tried_again(data: Path) -> None:
    fill(data, 1, 2, 3, bad=2)

    code, told = db(data, "quarantine")
    assert code == 1
    assert "r000000000000200" in told and "unreadable" in told
    code, told = db(data, "quarantine", "--retry")
    assert (code, told.splitlines()[-2:]) == (1, ["0 recorded", "1 in quarantine"])
    with sqlite3.connect(data / "archive.sqlite3") as connection:
        connection.execute("UPDATE quarantine SET body = replace(body, ?, '1800000000000')", (str(2**70),))
    connection.close()

    code, told = db(data, "quarantine", "--retry")

    assert (code, told.splitlines()[-2:]) == (0, ["1 recorded", "0 in quarantine"])
    assert db(data, "recount")[0] == 0


def test_old_races_go_when_asked(data: Path) -> None:
    fill(data, *range(3), at=YEARS_AGO)
    fill(data, 7)

    assert db(data, "prune")[0] == 2
    assert db(data, "prune", "--days", "36500")[1].splitlines()[-1] == "0 races removed"
    assert db(data, "prune", "--days", "30")[1].splitlines()[-1] == "3 races removed"
    assert db(data, "recount")[0] == 0


def test_there_is_nothing_to_look_after_in_memory() -> None:
    done = paddock("db", "status", PADDOCK_DATA=":memory:")

    assert done.returncode == 2
    assert "no database" in done.stderr


def test_a_schema_that_there_is_not_is_a_sentence(data: Path) -> None:
    """What broke: a mistyped schema ended in a traceback of the library."""
    assert db(data, "upgrade")[0] == 0
    for command in (
        ("upgrade", "--to", "nonsense"),
        ("downgrade", "--yes", "--to", "nonsense"),
        ("upgrade", "--to", "+9"),
    ):
        code, said = db(data, *command)
        assert code == 2
        (sentence,) = said.splitlines()
        assert sentence.startswith("paddock: It could not be done: ")
        assert "head" in sentence


@pytest.mark.parametrize("words", [("status",), ("prune", "--days", "3"), ("upgrade",)], ids=" ".join)
def test_a_folder_that_is_not_there_is_not_made_to_report_on(tmp_path: Path, words: tuple[str, ...]) -> None:
    """A mistyped folder was made, with an empty database in it, and all was said to be well."""
    done = paddock("db", *words, "--data", tmp_path / "nowhere")

    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr
        == f"paddock: There is no folder {tmp_path}/nowhere; name the data folder with --data or --config.\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [("status",), ("recount", "--fix"), ("quarantine", "--retry")], ids=" ".join)
def test_a_database_that_is_not_there_is_not_made_to_report_on(data: Path, words: tuple[str, ...]) -> None:
    done = paddock("db", *words, "--data", data)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"paddock: There is no database in {data}: ")
    assert list(data.iterdir()) == []


def test_the_folder_is_named_by_a_flag_a_file_or_a_variable(data: Path, tmp_path: Path) -> None:
    fill(data, 1)
    settings = tmp_path / "paddock.toml"
    settings.write_text(f'data = "{data}"\n')
    for named in (("--data", data), ("--config", settings), ("--set", f"data={data}")):
        done = paddock("db", "status", *named)
        assert (done.returncode, done.stdout) == (0, "schema 0001; this version wants 0001\n"), done.stderr


@pytest.mark.parametrize(
    "words", [("nodes",), ("backup", "new.backup"), ("config",), ("verify", "none.json")], ids=lambda words: words[0]
)
def test_nothing_else_makes_a_folder_to_report_on(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = paddock(*words, PADDOCK_DATA=str(tmp_path / "nowhere"))

    assert done.returncode == (0 if words == ("config",) else 2)
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []

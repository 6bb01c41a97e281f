"""The commands as an operator meets them: what they print, and a sentence for everything that is in their way."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.backup.data import filled
from tests.cli.paddock import paddock

from paddock.backup.making import back_up

pytestmark = pytest.mark.processes


async def test_there_and_back(tmp_path: Path) -> None:
    data = await filled(tmp_path / "data")
    file = tmp_path / "friday.backup"
    made = paddock("backup", file, "--data", data)
    assert (made.returncode, made.stderr) == (0, "")
    assert "no server was running" in made.stdout
    assert "3 rooms" in made.stdout
    again = paddock("backup", file, "--data", data)
    assert (again.returncode, again.stdout) == (2, "")
    assert "is there already" in again.stderr
    assert paddock("backup", file, "--data", data, "--force").returncode == 0

    assert "PostgreSQL" not in made.stdout
    away = paddock(
        "backup", file, "--data", data, "--force", PADDOCK_DATABASE="postgresql://anna:secret@db.example/races"
    )
    assert away.returncode == 0
    assert "races that are recorded are in PostgreSQL and not in it; back that up with pg_dump" in away.stdout
    assert "secret@" not in away.stdout + away.stderr

    full = paddock("restore", file, "--data", data)
    assert full.returncode == 2
    assert full.stderr.startswith("paddock: ")
    assert "--force" in full.stderr
    forced = paddock("restore", file, "--force", PADDOCK_DATA=str(data))
    assert forced.returncode == 0
    assert "what was there before is in" in forced.stdout


WRONG = {
    ("backup", "{tmp}/x", "--data", "{tmp}/nowhere"): "no data folder",
    ("backup", "{tmp}/x", "--data", ":memory:"): "nothing is kept on disk",
    ("backup", "{tmp}/nowhere/x", "--data", "{tmp}/data"): "could not be made",
    ("backup", "{tmp}", "--data", "{tmp}/data", "--force"): "is a folder",
    ("restore", "{tmp}/data/rooms.sqlite3", "--data", "{tmp}/new"): "no backup of Paddock",
    ("restore", "{tmp}/nowhere", "--data", "{tmp}/new"): "does not exist",
    ("restore", "{tmp}/good", "--data", "{tmp}/good"): "is no folder",
}


async def test_what_is_in_the_way_is_said_in_a_sentence(tmp_path: Path) -> None:
    data = await filled(tmp_path / "data")
    back_up(data, tmp_path / "good", lambda _doing, _done, _total: None)
    before = sorted(path.name for path in data.iterdir())
    for arguments, sentence in WRONG.items():
        told = paddock(*(word.format(tmp=tmp_path) for word in arguments))
        assert told.returncode == 2, arguments
        assert sentence in told.stderr
        assert "Traceback" not in told.stderr
    assert sorted(path.name for path in data.iterdir()) == before
    assert not (tmp_path / "x").exists()

"""A restore that is killed with `kill -9` at any step: the folder is as it was or as the backup is, never between."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.backup.bundles import silent
from tests.cli.paddock import environment
from tests.cli.test_serve import serving

from paddock.backup.parts import ARCHIVE, ROOMS, SECRET
from paddock.backup.restoring import restore

pytestmark = pytest.mark.processes

PROGRAM = Path(__file__).parent / "kill_sweep.py"


def test_killed_at_any_step_it_has_not_happened_or_is_finished_by_whatever_comes_next(
    whole: Path, tmp_path: Path
) -> None:
    """What was moved aside first was missing, until somebody put it back by hand."""
    data = tmp_path / "data"
    data.mkdir()
    for name in (SECRET, ROOMS, "notes.txt"):
        (data / name).write_text("mine")
    (tmp_path / "work").mkdir()
    ran = subprocess.run(
        [sys.executable, PROGRAM, whole, data, tmp_path / "work"],
        env=environment(PYTHONPATH="src"),
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert ran.returncode == 0, ran.stderr
    steps = [json.loads(line) for line in ran.stdout.splitlines()]
    assert not steps[-1]["killed"] and all(step["killed"] for step in steps[:-1])
    old, new = steps[0]["before"], steps[-1]["after"]
    assert old == {SECRET: "4", ROOMS: "4", "notes.txt": "4"}
    assert sorted(new) == [ARCHIVE, ROOMS, SECRET] and new[SECRET] == "32"
    after = [step["after"] for step in steps]
    done = after.index(new)
    assert done > 4, "it was killed while it still prepared"
    assert after == [old] * done + [new] * (len(steps) - done)
    between = [step for step in steps if step["before"] not in (old, new)]
    assert between, "it was killed between the two too, and then finished"


def test_a_server_that_starts_on_half_of_it_finishes_it_first(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "notes.txt").write_text("mine")

    class Killed(BaseException):
        """No handler runs."""

    def rename(path: Path, target: Path) -> None:
        if path.name == SECRET and target.parent == data:
            raise Killed
        path.replace(target)

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(Path, "rename", rename)
        restore(whole, data, silent, force=True)
    assert not (data / SECRET).exists() and (data / ROOMS).exists()

    with serving("--data", data):
        assert (data / SECRET).read_bytes() == b"s" * 32
    assert [path.read_text() for path in data.glob("replaced-*/notes.txt")] == ["mine"]
    assert not any(data.glob("restore-*"))

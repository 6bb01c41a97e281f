"""One program at a time in a folder: by every path to it, and however the one before ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.waiting import LIMIT_S

from paddock.files import folder_lock
from paddock.files.folder_lock import LOCK, FolderInUse, held

HOLDER = """
import sys
from pathlib import Path
from paddock.files.folder_lock import FolderInUse, held
try:
    with held(Path(sys.argv[1])):
        print("held", flush=True)
        sys.stdin.read()
except FolderInUse as error:
    print(error, flush=True)
"""


@contextmanager
def holder(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the folder, or says why it does not; it ends when its input does."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        yield process
        process.kill()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.processes
@pytest.mark.parametrize("path", ["plain", "relative", "link"])
def test_a_second_program_is_refused_by_any_path_and_told_whose_folder_it_is(
    tmp_path: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    (tmp_path / "link").symlink_to(data)
    monkeypatch.chdir(tmp_path)
    other = {"plain": data, "relative": Path("data/../data"), "link": tmp_path / "link"}[path]
    with holder(data) as first:
        assert said(first) == "held"
        with (
            pytest.raises(FolderInUse, match=rf"{data} is in use by another Paddock, process {first.pid}\."),
            held(other),
        ):
            pass


@pytest.mark.processes
def test_of_three_at_the_same_moment_exactly_one_wins(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with holder(data) as one, holder(data) as two, holder(data) as three:
        answers = [said(one), said(two), said(three)]
    assert answers.count("held") == 1
    assert sum("is in use by another Paddock" in answer for answer in answers) == 2


@pytest.mark.processes
def test_a_killed_holder_leaves_no_lock_behind(tmp_path: Path) -> None:
    with holder(tmp_path) as first:
        assert said(first) == "held"
        first.send_signal(signal.SIGKILL)
        first.wait()
        with held(tmp_path):
            assert (tmp_path / LOCK).read_text() == f"{os.getpid()}\n"


def test_one_that_is_ending_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server is told to end and the next one is started: systemd waits for the first, people do not."""
    monkeypatch.setattr(folder_lock, "GRACE_S", 0.0)
    with ThreadPoolExecutor(1) as pool:
        with held(tmp_path) as lock:
            with pytest.raises(FolderInUse), held(tmp_path):
                pass
            lock.end()
            second = pool.submit(enter, tmp_path)
            assert not second.done()
        assert second.result(timeout=LIMIT_S) == f"{os.getpid()}\n"


def enter(folder: Path) -> str:
    with held(folder):
        return (folder / LOCK).read_text()


def test_a_link_in_the_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_text("not to be emptied")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / LOCK).symlink_to(tmp_path / "theirs")
    with pytest.raises(OSError, match="lock: Too many levels of symbolic links"), held(tmp_path / "data"):
        pass
    assert (tmp_path / "theirs").read_text() == "not to be emptied"


@pytest.mark.parametrize("path", ["/proc/nowhere", "/dev/null/data"])
def test_a_folder_that_cannot_be_used_is_a_sentence(path: str) -> None:
    with pytest.raises(OSError, match=rf"^the data folder {path} cannot be used \(.*--data FOLDER"), held(Path(path)):
        pass


def test_the_lock_is_for_its_owner_alone(tmp_path: Path) -> None:
    with held(tmp_path):
        assert (tmp_path / LOCK).stat().st_mode & 0o777 == 0o600

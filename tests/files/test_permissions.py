"""What lets others in is tightened or said; a folder that anybody can write to is refused."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from tests.files.stranger import NOBODY, as_user, reachable

from paddock.files.folder_lock import held
from paddock.files.permissions import UnsafeFolder, make_file, make_folder, secure

UMASKS = (0o000, 0o022, 0o077)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(path.lstat().st_mode) for path in (folder, *folder.rglob("*"))}


@pytest.mark.parametrize("mask", UMASKS, ids=oct)
def test_whatever_the_umask_files_are_0600_and_folders_0700(tmp_path: Path, mask: int) -> None:
    with umask(mask):
        make_folder(tmp_path / "data" / "failover")
        make_file(tmp_path / "data" / "failover" / "journal")
    assert stat.S_IMODE((tmp_path / "data" / "failover").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "data" / "failover" / "journal").stat().st_mode) == 0o600


def test_what_is_open_to_others_is_tightened_and_said_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "failover").mkdir(parents=True)
    for path, mode in ((data / "rooms.sqlite3", 0o644), (data / "failover" / "a.sqlite3", 0o660)):
        path.touch()
        path.chmod(mode)
    (data / "failover").chmod(0o750)
    data.chmod(0o775)

    with capture_logs() as told:
        secure(data)
        secure(data)

    assert modes(data) == {0o700, 0o600}
    assert [(one["event"], one["entries"]) for one in told] == [("data.tightened", 4)]


def test_a_folder_of_other_things_is_left_as_it_is(tmp_path: Path) -> None:
    """What broke: a home folder that was named by mistake was closed to everybody, with all that was in it."""
    home = tmp_path / "home"
    (home / "website").mkdir(parents=True, mode=0o755)
    home.chmod(0o755)
    with pytest.raises(UnsafeFolder, match=r"website.*--data .*/home/paddock"):
        secure(home)
    assert modes(home) == {0o755}
    (home / "paddock").mkdir(mode=0o755)
    for beside in ("paddock.toml", "lost+found", ".keep", "friday.backup"):
        (home / "paddock" / beside).touch()
    secure(home / "paddock")
    assert modes(home / "paddock") <= {0o700, 0o600}


def test_a_link_in_the_folder_changes_nothing_elsewhere(tmp_path: Path) -> None:
    data, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    data.mkdir()
    elsewhere.touch(0o644)
    (data / "link").symlink_to(elsewhere)
    (data / "secret").touch()

    secure(data)

    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o644


@pytest.mark.parametrize("by", ["itself", "a link"])
def test_a_folder_that_everybody_can_write_to_is_refused_with_the_command(tmp_path: Path, by: str) -> None:
    """Whoever put files there first could give a server a journal of their own."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "rooms.sqlite3").touch()
    data.chmod(0o777)
    (tmp_path / "link").symlink_to(data)

    with pytest.raises(UnsafeFolder, match=f"chmod -R go-rwx {data}"):
        secure(tmp_path / "link" if by == "a link" else data)


def test_an_empty_one_that_is_ours_is_tightened_instead(tmp_path: Path) -> None:
    """It is what `mkdir` makes under a umask of 000."""
    data = tmp_path / "data"
    data.mkdir()
    data.chmod(0o777)

    secure(data)

    assert modes(data) == {0o700}


def test_a_parent_in_which_others_may_rename_is_said(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o775)
    with capture_logs() as told:
        secure(tmp_path / "open" / "data")
    assert [(one["event"], one["advice"]) for one in told] == [
        ("data.replaceable", f"run: chmod go-w {tmp_path / 'open'}")
    ]
    (tmp_path / "open").chmod(0o1777)
    with capture_logs() as told:
        secure(tmp_path / "open" / "data")
    assert told == [], "as in /tmp"


@pytest.mark.skipif(os.geteuid() != 0, reason="works as root")
def test_what_root_makes_in_somebodys_folder_is_theirs(tmp_path: Path) -> None:
    """A command of root's left a lock that the server of the folder could not open."""
    os.chown(tmp_path, NOBODY, NOBODY)
    with held(tmp_path):
        make_file(tmp_path / "archive.sqlite3")
    assert {path.stat().st_uid for path in tmp_path.iterdir()} == {NOBODY}


@pytest.mark.processes
@pytest.mark.skipif(os.geteuid() != 0, reason="gives a folder to somebody else")
def test_what_belongs_to_somebody_else_is_said_with_the_command(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "rooms.sqlite3").touch(0o644)
    os.chown(data, 12_345, 54_321)
    os.chown(data / "rooms.sqlite3", 12_345, 54_321)
    data.chmod(0o770)
    reachable(tmp_path)

    def found() -> list[str]:
        with capture_logs() as told:
            secure(data)
        return [f"{one['event']}: {one['entries']}, {one['advice']}" for one in told]

    assert as_user(NOBODY, 54_321, found) == [
        f"data.open_to_others: 2, as root run: chown -R {NOBODY} {data} && chmod -R go-rwx {data}"
    ]
    assert stat.S_IMODE(data.stat().st_mode) == 0o770

"""The file of a backup: whatever is wrong with it is said, and nothing of it reaches the data folder."""

from __future__ import annotations

import fcntl
import gzip
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.backup.bundles import Members, plain, read, silent, write
from tests.backup.data import RACES_RECORDED, ROOMS_MADE, codes_in, filled
from tests.cli.paddock import paddock

from paddock.backup.making import back_up
from paddock.backup.parts import ARCHIVE, ROOMS, SECRET
from paddock.backup.restoring import restore
from paddock.backup.trouble import BackupTrouble


@pytest.fixture
def made(whole: Path, tmp_path: Path) -> Path:
    """A backup of a folder with something in it."""
    return Path(shutil.copy(whole, tmp_path / "made.backup"))


async def test_what_was_backed_up_is_what_is_restored(made: Path, tmp_path: Path) -> None:
    target = tmp_path / "other" / "data"
    manifest, aside = restore(made, target, silent)
    assert aside is None
    assert sorted(path.name for path in target.iterdir()) == sorted([ROOMS, ARCHIVE, SECRET])
    assert all(path.stat().st_mode & 0o077 == 0 for path in target.iterdir()), "for their owner alone"
    assert len(await codes_in(target)) == ROOMS_MADE
    assert (target / SECRET).read_bytes() == b"s" * 32
    counts = {part.name: part.about.counts for part in manifest.parts}
    assert counts[ROOMS]["rooms"] == 3
    assert counts[ROOMS]["races"] == 1
    assert counts[ARCHIVE]["races"] == RACES_RECORDED


def test_the_file_is_for_its_owner_alone_and_begins_with_what_is_in_it(made: Path) -> None:
    assert made.stat().st_mode & 0o077 == 0
    members = read(made)
    assert list(members) == ["manifest.json", ROOMS, ARCHIVE, SECRET]
    manifest: Any = msgspec.json.decode(members["manifest.json"])
    assert (manifest["format"], manifest["live"]) == (1, False)
    assert len(manifest["parts"][0]["sha256"]) == 64


def _forged(change: Callable[[Any], None]) -> Callable[[Members], None]:
    def forge(members: Members) -> None:
        manifest = msgspec.json.decode(members["manifest.json"])
        change(manifest)
        members["manifest.json"] = msgspec.json.encode(manifest)

    return forge


def _put(name: str, body: bytes) -> Callable[[Members], None]:
    def put(members: Members) -> None:
        members[name] = body

    return put


def _flip(members: Members) -> None:
    body = bytearray(members[ROOMS])
    body[5000] ^= 1
    members[ROOMS] = bytes(body)


@pytest.mark.parametrize(
    ("forge", "sentence"),
    [
        (_forged(lambda manifest: manifest.update(paddock="1.0\x1b[2J")), "cannot be read"),
        (_forged(lambda manifest: manifest.update(made_at="now\npaddock: restored")), "cannot be read"),
        (_forged(lambda manifest: manifest["parts"][2].update(bytes=-1)), "cannot be read"),
        (_flip, "not what was backed up"),
        (lambda members: members.pop(SECRET), "is not in it"),
        (lambda members: members.pop("manifest.json"), "does not begin with a manifest"),
        (_put("manifest.json", b"{}"), "cannot be read"),
        (_put("manifest.json", b"not json"), "cannot be read"),
        (_forged(lambda manifest: manifest.update(format=2)), "newer Paddock"),
        (_forged(lambda manifest: manifest.update(parts=[])), "does not have"),
        (_forged(lambda manifest: manifest["parts"][2].update(name="../secret")), "does not have"),
        (_forged(lambda manifest: manifest["parts"][2].update(name="serving.toml")), "does not have"),
        (_forged(lambda manifest: manifest["parts"][2].update(name=ROOMS)), "does not have"),
        (_forged(lambda manifest: manifest["parts"][0].update(bytes=7)), "its manifest does not"),
        (_forged(lambda manifest: manifest["parts"][0]["about"]["counts"].update(rooms=4)), "does not hold"),
        (_put(SECRET, b"x" * 33), "its manifest does not"),
    ],
)
def test_a_file_that_is_not_as_it_was_made_is_refused_and_nothing_is_touched(
    made: Path, tmp_path: Path, forge: Callable[[Members], object], sentence: str
) -> None:
    members = read(made)
    forge(members)
    bad, target = tmp_path / "bad.backup", tmp_path / "target"
    write(bad, plain(members))
    with pytest.raises(BackupTrouble, match=sentence):
        restore(bad, target, silent)
    assert list(target.iterdir()) == []


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE])
def test_only_plain_files_are_taken_out(made: Path, tmp_path: Path, kind: bytes) -> None:
    members = plain(read(made))
    info, _ = members[1]
    info.type, info.linkname, info.size = kind, "/etc/passwd", 0
    members[1] = (info, b"")
    write(tmp_path / "bad.backup", members)
    with pytest.raises(BackupTrouble):
        restore(tmp_path / "bad.backup", tmp_path / "target", silent)
    assert list((tmp_path / "target").iterdir()) == []


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_a_file_that_was_cut_off_is_refused(made: Path, tmp_path: Path, share: float) -> None:
    whole = made.read_bytes()
    bad = tmp_path / "bad.backup"
    bad.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(BackupTrouble):
        restore(bad, tmp_path / "target", silent)
    assert list((tmp_path / "target").iterdir()) == []


@pytest.mark.parametrize("body", [b"hello", gzip.compress(b"hello", mtime=0), b"SQLite format 3\0" * 100])
def test_something_else_is_no_backup(tmp_path: Path, body: bytes) -> None:
    other = tmp_path / "other"
    other.write_bytes(body)
    with pytest.raises(BackupTrouble, match="is no backup"):
        restore(other, tmp_path / "target", silent)


async def test_a_folder_with_something_in_it_is_left_alone_unless_forced_and_then_moved_aside(
    made: Path, tmp_path: Path
) -> None:
    target = await filled(tmp_path / "target", archive=False)
    (target / "notes.txt").write_text("mine")
    with pytest.raises(BackupTrouble, match=r"is not empty .*--force"):
        restore(made, target, silent)
    assert (target / "notes.txt").read_text() == "mine"

    _, aside = restore(made, target, silent, force=True)

    assert aside is not None
    assert sorted(path.name for path in aside.iterdir()) == ["notes.txt", ROOMS, SECRET]
    assert sorted(path.name for path in target.iterdir()) == sorted([ARCHIVE, aside.name, ROOMS, SECRET])
    _, again = restore(made, target, silent, force=True)
    assert again is not None and again != aside
    assert aside.is_dir(), "what was moved aside before stays"


async def test_a_journal_that_is_in_use_is_neither_copied_nor_replaced(tmp_path: Path, made: Path) -> None:
    data = await filled(tmp_path / "used")
    with closing(sqlite3.connect(data / ROOMS, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(BackupTrouble, match="in use"):
            back_up(data, tmp_path / "new.backup", silent)
        with pytest.raises(BackupTrouble, match="running"):
            restore(made, data, silent, force=True)
    assert not (tmp_path / "new.backup").exists()
    assert sorted(path.name for path in data.iterdir()) == sorted([ARCHIVE, ROOMS, SECRET])


async def test_a_folder_in_which_anything_is_open_is_not_replaced(tmp_path: Path, made: Path) -> None:
    data = await filled(tmp_path / "used")
    (data / "redis").mkdir()
    with closing(sqlite3.connect(data / ARCHIVE)) as reader:
        reader.execute("SELECT count(*) FROM races").fetchone()
        with pytest.raises(BackupTrouble, match="running"):
            restore(made, data, silent, force=True)
    with (data / "redis" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BackupTrouble, match="running"):
            restore(made, data, silent, force=True)
    assert sorted(path.name for path in data.iterdir()) == sorted([ARCHIVE, "redis", ROOMS, SECRET])
    restore(made, data, silent, force=True)


async def test_a_damaged_database_is_not_backed_up_as_if_it_were_whole(tmp_path: Path) -> None:
    data = await filled(tmp_path / "data")
    body = bytearray((data / ARCHIVE).read_bytes())
    body[4096:8192] = b"\xff" * 4096
    (data / ARCHIVE).write_bytes(body)
    with pytest.raises(BackupTrouble, match=r"damaged|cannot be read"):
        back_up(data, tmp_path / "new.backup", silent)
    assert not (tmp_path / "new.backup").exists()


async def test_the_copy_of_a_killed_server_holds_its_last_words(tmp_path: Path) -> None:
    """Nobody closed the journal: what was kept last is in the write-ahead log only."""
    data = await filled(tmp_path / "data")
    for suffix in ("-wal", "-shm"):
        assert not (data / f"{ROOMS}{suffix}").exists()
    open_one = sqlite3.connect(data / ROOMS, isolation_level=None)
    open_one.execute("PRAGMA locking_mode = EXCLUSIVE")
    open_one.execute("INSERT INTO sessions VALUES ('last', '{}')")
    killed = tmp_path / "killed"
    shutil.copytree(data, killed)
    open_one.close()
    assert (killed / f"{ROOMS}-wal").stat().st_size > 0

    manifest = back_up(killed, tmp_path / "killed.backup", silent)

    assert manifest.parts[0].about.counts["sessions"] == 2


def test_a_folder_without_data_is_none(tmp_path: Path) -> None:
    with pytest.raises(BackupTrouble, match="no data folder"):
        back_up(tmp_path, tmp_path / "new.backup", silent)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.processes
@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_root_restores_belongs_to_the_owner_of_the_folder(whole: Path, tmp_path: Path) -> None:
    """The user of the systemd sample could not read what an administrator had brought back."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    os.chown(data, 65534, 65534)
    (data / SECRET).write_text("old")
    told = paddock("restore", whole, "--data", data, "--force")
    assert told.returncode == 0, told.stderr
    found = {path.relative_to(data).parts[0].partition("-")[0]: path.stat().st_uid for path in data.iterdir()}
    assert found == dict.fromkeys([ROOMS, ARCHIVE, SECRET, "lock", "replaced"], 65534)

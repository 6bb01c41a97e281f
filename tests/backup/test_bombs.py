"""A small file that would become a large one: refused before anything is written, and nothing of it is remembered."""

from __future__ import annotations

import gzip
import shutil
import tarfile
import tracemalloc
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from tests.backup.bundles import Members, plain, read, silent, write

from paddock.backup.bundle import MANIFEST
from paddock.backup.parts import ARCHIVE
from paddock.backup.restoring import restore
from paddock.backup.trouble import BackupTrouble

LARGE = 96 << 20
"""More than any backup of a few kilobytes may become."""


class Usage(NamedTuple):
    """As `shutil.disk_usage` gives it."""

    total: int
    used: int
    free: int


def grown(members: Members, size: int) -> Members:
    """Let the manifest say that the archive is larger."""
    manifest: Any = msgspec.json.decode(members[MANIFEST])
    for part in manifest["parts"]:
        if part["name"] == ARCHIVE:
            part["bytes"] = size
    return members | {MANIFEST: msgspec.json.encode(manifest)}


def untouched(target: Path) -> bool:
    return not target.exists() or list(target.iterdir()) == []


def test_a_file_that_becomes_many_times_its_size_is_refused_before_it_does(whole: Path, tmp_path: Path) -> None:
    """Three megabytes filled a disk with 3.2 gigabytes of zeros."""
    members = read(whole)
    members[ARCHIVE] = bytes(LARGE)
    bad, target = tmp_path / "bad.backup", tmp_path / "target"
    write(bad, plain(grown(members, LARGE)))
    assert bad.stat().st_size < LARGE / 500

    with pytest.raises(BackupTrouble, match=r"would become 1\d\d,\d+,\d+ bytes, .* --max-size \d+"):
        restore(bad, target, silent)

    assert untouched(target)
    with pytest.raises(BackupTrouble, match="is not what was backed up"):
        restore(bad, target, silent, most=2 * LARGE)  # allowed, and then found to be no such file
    assert untouched(target)


def test_what_is_larger_than_the_disk_is_not_begun(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(1 << 40, 0, 65 << 20))
    bad = tmp_path / "bad.backup"
    write(bad, plain(grown(read(whole), 30 << 20)))
    with pytest.raises(BackupTrouble, match=r"and .* has room for 1,048,576"):
        restore(bad, tmp_path / "target", silent)
    assert untouched(tmp_path / "target")


def test_the_limit_can_be_made_smaller_too(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupTrouble, match="more than 1,000;"):
        restore(whole, tmp_path / "target", silent, most=1000)
    restore(whole, tmp_path / "target", silent, most=1_000_000)


@pytest.mark.parametrize("place", [0, 1, 4], ids=["before the manifest", "before a part", "after the last part"])
@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_SPARSE])
def test_records_that_a_tar_may_have_beside_its_files_are_not_read(
    whole: Path, tmp_path: Path, place: int, kind: bytes
) -> None:
    """They are remembered whole by whatever reads them, whatever their size."""
    record = tarfile.TarInfo("record")
    record.type, record.size = kind, LARGE
    blocks = [
        info.tobuf(tarfile.GNU_FORMAT) + body + bytes(-len(body) % tarfile.BLOCKSIZE)
        for info, body in plain(read(whole))
    ]
    bad = tmp_path / "bad.backup"
    with gzip.open(bad, "wb", compresslevel=1) as file:
        file.write(b"".join(blocks[:place]))
        file.write(record.tobuf(tarfile.GNU_FORMAT) + bytes(LARGE))
        file.write(b"".join(blocks[place:]) + bytes(2 * tarfile.BLOCKSIZE))
    tracemalloc.start()
    try:
        with pytest.raises(BackupTrouble):
            restore(bad, tmp_path / "target", silent)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < LARGE / 4
    assert untouched(tmp_path / "target")


@pytest.mark.parametrize("more", [b"x", bytes(LARGE) + b"x"], ids=["a letter", "after many zeros"])
def test_what_comes_after_the_end_is_refused_and_not_read_through(whole: Path, tmp_path: Path, more: bytes) -> None:
    bad = tmp_path / "bad.backup"
    bad.write_bytes(gzip.compress(gzip.decompress(whole.read_bytes()) + more, compresslevel=1))
    with pytest.raises(BackupTrouble, match="after its end"):
        restore(bad, tmp_path / "target", silent)
    assert untouched(tmp_path / "target")


def test_a_part_that_comes_twice_is_refused(whole: Path, tmp_path: Path) -> None:
    members = plain(read(whole))
    bad = tmp_path / "bad.backup"
    for doubled in ([*members[:2], *members[1:]], [*members, members[-1]]):
        write(bad, doubled)
        with pytest.raises(BackupTrouble, match="holds something that its manifest does not"):
            restore(bad, tmp_path / "target", silent)
    assert untouched(tmp_path / "target")


def test_a_link_that_waits_in_the_folder_is_not_followed(whole: Path, tmp_path: Path) -> None:
    target, elsewhere = tmp_path / "target", tmp_path / "elsewhere"
    target.mkdir()
    elsewhere.write_text("mine")
    (target / ARCHIVE).symlink_to(elsewhere)
    restore(whole, target, silent, force=True)
    assert elsewhere.read_text() == "mine"
    assert not (target / ARCHIVE).is_symlink()


def test_sizes_over_eight_gigabytes_need_no_record_beside_the_file() -> None:
    info = tarfile.TarInfo("large")
    info.size = 20 << 30
    block = info.tobuf(tarfile.GNU_FORMAT)
    assert len(block) == tarfile.BLOCKSIZE
    assert tarfile.TarInfo.frombuf(block, "utf-8", "strict").size == info.size

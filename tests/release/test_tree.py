"""Files go into the tree all together or not at all."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from scripts.release import tree

FIRST, SECOND = Path("CHANGELOG.md"), Path("docs/openapi.json")


@contextmanager
def files_of_at_most(most: int) -> Iterator[None]:
    """Let the system refuse to write beyond so many bytes of a file, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / FIRST).write_bytes(b"old changelog")
    (tmp_path / SECOND).write_bytes(b"old document")
    return tmp_path


def test_all_files_are_written(root: Path) -> None:
    tree.write({FIRST: b"new changelog", SECOND: b""}, root)

    assert ((root / FIRST).read_bytes(), (root / SECOND).read_bytes()) == (b"new changelog", b"")


def test_a_file_that_cannot_be_written_takes_back_the_others(root: Path) -> None:
    with files_of_at_most(4096), pytest.raises(OSError, match="File too large"):
        tree.write({FIRST: b"new changelog", SECOND: b"x" * 8192}, root)

    assert ((root / FIRST).read_bytes(), (root / SECOND).read_bytes()) == (b"old changelog", b"old document")


def test_what_has_changed_in_a_copy_is_found(root: Path) -> None:
    before = {name: (root / name).read_bytes() for name in (FIRST, SECOND)}
    (root / SECOND).write_bytes(b"new document")
    (root / "made.txt").write_bytes(b"not of the tree")

    assert tree.changed(before, root) == {SECOND: b"new document"}

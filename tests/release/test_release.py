"""A release is prepared in a clone: what it makes, what it refuses, and that whatever it refuses changes nothing.

The clone is of the tree as it is, with one commit. The full suite is not run in it, and the race is a short one.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from scripts.node import ROOT
from scripts.release import changelog, version
from tests.cluster.books import sprint, written

pytestmark = pytest.mark.processes

NOT_COPIED = {".git", ".venv", ".build", ".hypothesis", "data", "dist"}
"""In the root; git ignores the rest that is no part of the tree."""
GIT = ("git", "-c", "user.name=Mina", "-c", "user.email=mina@example.com", "-c", "commit.gpgsign=false")
NEXT = "99.0.0"


class Clone(NamedTuple):
    """A repository of the tree, on main."""

    root: Path

    def git(self, *arguments: str) -> str:
        return subprocess.run([*GIT, *arguments], cwd=self.root, check=True, capture_output=True, text=True).stdout

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a module of this repository in the clone."""
        command = [sys.executable, "-m", *arguments]
        environment = os.environ | variables
        return subprocess.run(command, cwd=self.root, env=environment, capture_output=True, text=True, check=False)

    def release(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return self.run("scripts.release", *arguments, **variables)

    def edit(self, name: object, what: str, instead: str) -> None:
        path = self.root / str(name)
        before = path.read_text("utf-8")
        assert what in before
        path.write_text(before.replace(what, instead, 1), "utf-8")

    def state(self) -> tuple[str, str, str, tuple[str, ...]]:
        """What a refused release must leave as it was: branch and commit, tags, changed files, what is in `dist/`."""
        dist = sorted(path.name for path in (self.root / "dist").glob("*"))
        return self.git("log", "-1", "--format=%H %D"), self.git("tag"), self.git("status", "--porcelain"), (*dist,)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    clone = Clone(tmp_path_factory.mktemp("original") / "paddock")
    anywhere = shutil.ignore_patterns("node_modules", "__pycache__", ".*_cache")
    shutil.copytree(
        ROOT,
        clone.root,
        ignore=lambda folder, names: anywhere(folder, names) | (NOT_COPIED if Path(folder) == ROOT else set()),
    )
    clone.git("init", "--quiet", "--initial-branch=main")
    clone.git("add", "--all")
    clone.git("commit", "--quiet", "--message=Everything so far")
    return clone


@pytest.fixture
def clone(original: Clone) -> Iterator[Clone]:
    """The clone as it was made, for one test."""
    yield original
    original.git("switch", "--quiet", "--force", "main")
    original.git("reset", "--quiet", "--hard", original.git("rev-list", "--max-parents=0", "HEAD").strip())
    original.git("clean", "--quiet", "--force", "-d")
    for tag in original.git("tag").split():
        original.git("tag", "--delete", tag)
    shutil.rmtree(original.root / "dist", ignore_errors=True)


@pytest.mark.timeout(1200)
def test_a_release_is_built_tried_and_written(clone: Clone, tmp_path: Path) -> None:
    book = written(sprint(), tmp_path / "book.json")
    options = ("--", "--set", f"book={book}", "--set", "pace.countdown_ms=500", "--set", "pace.reason_ms=500")

    made = clone.release(NEXT, "--checks", "none", *options)

    assert made.returncode == 0, made.stdout + made.stderr
    assert "NOTHING IS CHECKED (CHECKS=none)" in made.stdout
    assert "VERIFIED" in made.stdout
    # The tree: the version and what follows from it, and nothing is committed or tagged.
    wrote = {line[3:] for line in clone.git("status", "--porcelain").splitlines()}
    assert wrote == {"CHANGELOG.md", "docs/asyncapi.json", "docs/openapi.json", "src/paddock/version.py"}
    assert (clone.git("rev-list", "--count", "HEAD").strip(), clone.git("tag")) == ("1", "")
    assert str(version.stated((clone.root / version.FILE).read_text("utf-8"))) == NEXT
    day = datetime.now(UTC).date()
    heading = rf"\n## Unreleased\n\n## 99\.0\.0 - {day.year}-\d\d-\d\d\n\n### "
    assert re.search(heading, (clone.root / changelog.FILE).read_text("utf-8"))
    assert f'"version": "{NEXT}"' in (clone.root / "docs" / "openapi.json").read_text("utf-8")
    # What was built.
    archive, wheel = clone.root / "dist" / f"paddock-{NEXT}.tar.gz", next((clone.root / "dist").glob("*.whl"))
    assert {path.name for path in (clone.root / "dist").iterdir()} == {archive.name, f"paddock-{NEXT}-py3-none-any.whl"}
    with tarfile.open(archive) as tar:
        names = {name.removeprefix(f"paddock-{NEXT}/") for name in tar.getnames()}
        assert {member.uname + member.gname for member in tar} == {""}
    assert {"pyproject.toml", "LICENSE", "web/package.json", "src/paddock/web/index.html", "Makefile"} <= names
    assert not {name for name in names if name.startswith((".git/", ".venv/", "dist/", "data/"))}
    with zipfile.ZipFile(wheel) as packed:
        inside = set(packed.namelist())
        metadata = packed.read(f"paddock-{NEXT}.dist-info/METADATA").decode()
    assert {"paddock/web/index.html", "paddock/data/book.json", "paddock/cluster/nginx.conf"} <= inside
    assert f"\nVersion: {NEXT}\n" in metadata
    # The commands, which work: what they commit builds the same bytes again.
    commands = [line.strip() for line in made.stdout.splitlines() if line.startswith("  git ")]
    assert [command.split()[1] for command in commands] == ["diff", "commit", "tag", "push", "checkout"]
    for command in commands[1:3]:
        name, *arguments = re.findall(r'"[^"]*"|\S+', command)
        assert name == "git"
        clone.git(*(argument.strip('"') for argument in arguments))
    assert (clone.git("tag").strip(), clone.git("status", "--porcelain")) == (f"v{NEXT}", "")
    before = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (archive, wheel)}
    again = clone.run("scripts.release.dist", "--tag", f"v{NEXT}")
    assert again.returncode == 0, again.stderr
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (archive, wheel)} == before
    assert all(digest in made.stdout for digest in before.values())
    # What is released is not released again.
    refused = clone.release(NEXT, "--checks", "none")
    assert refused.returncode == 1
    assert f"{NEXT} does not come after {NEXT}, which is released" in refused.stderr


def leave_a_file(clone: Clone) -> None:
    (clone.root / "notes.txt").write_text("Buy oats.")


def change_a_file(clone: Clone) -> None:
    clone.edit("README.md", "Paddock", "Stable")


def go_to_a_branch(clone: Clone) -> None:
    clone.git("switch", "--quiet", "--create", "rain")


def tag_a_release(clone: Clone) -> None:
    clone.git("tag", f"v{NEXT}")


def empty_the_changelog(clone: Clone) -> None:
    path = clone.root / str(changelog.FILE)
    path.write_text("# Changelog\n\n## Unreleased\n\n## 0.0.1 - 2026-01-31\n\n- Everything.\n")
    clone.git("commit", "--quiet", "--all", "--message=Say nothing")


def nothing(clone: Clone) -> None:
    """Leave the clone as it is."""


REFUSED = {
    "a file too many": (leave_a_file, NEXT, "none", "The tree differs from its last commit in 1 places, as notes.txt:"),
    "a changed file": (change_a_file, NEXT, "none", "The tree differs from its last commit in 1 places, as README.md:"),
    "a branch": (go_to_a_branch, NEXT, "none", "This is the branch rain: releases are made on main"),
    "another form": (nothing, "2.0", "none", "'2.0' is no version: give three numbers"),
    "no version": (nothing, "", "none", "'' is no version: give three numbers"),
    "a lower version": (nothing, "0.0.1", "none", "0.0.1 comes before"),
    "a released version": (tag_a_release, NEXT, "none", f"{NEXT} does not come after {NEXT}, which is released"),
    "a version before a released one": (tag_a_release, "98.9.9", "none", f"98.9.9 does not come after {NEXT}"),
    "no entries": (empty_the_changelog, NEXT, "none", "CHANGELOG.md has nothing under `## Unreleased`"),
    "red checks": (nothing, NEXT, "no-such-target", "`make no-such-target` is not green"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_release_changes_nothing_and_says_what_to_do(clone: Clone, name: str) -> None:
    prepare, wanted, checks, sentence = REFUSED[name]
    prepare(clone)
    before = clone.state()

    refused = clone.release(wanted, "--checks", checks)

    assert refused.returncode == 1
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr
    assert refused.stderr.splitlines()[-1].startswith("release: ")
    assert clone.state() == before


@pytest.mark.timeout(1200)
def test_a_wheel_that_cannot_be_installed_leaves_the_tree_as_it_was(clone: Clone) -> None:
    before = clone.state()

    refused = clone.release(NEXT, "--checks", "none", PIP_NO_INDEX="1", UV_OFFLINE="1", UV_NO_CACHE="1")

    assert refused.returncode == 1
    assert "look whether a package index can be reached" in refused.stderr.splitlines()[-1]
    assert clone.state() == before


def test_a_tag_that_is_not_the_version_builds_nothing(clone: Clone) -> None:
    refused = clone.run("scripts.release.dist", "--tag", f"v{NEXT}")

    assert refused.returncode == 1
    assert f"The tag v{NEXT} is not v" in refused.stderr
    assert not (clone.root / "dist").exists()

"""The tree that is released: what git says of it, a copy of it to work in, and the files that go back."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Final

from scripts.release.commands import ReleaseError, output, unpack
from scripts.release.version import Version, parse

BRANCH: Final = "main"
CLIENT: Final = Path("src/paddock/web")
"""The built web client, which git ignores."""


def head(root: Path) -> str:
    """Give the commit that is checked out, if nothing in the tree differs from it.

    Raises:
        ReleaseError: something differs, or it is another branch.
    """
    no_git = "git cannot read this tree: release from a clone of the repository."
    branch = output(["git", "branch", "--show-current"], root, no_git).strip()
    if branch != BRANCH:
        raise ReleaseError(f"This is the branch {branch or '(none)'}: releases are made on {BRANCH}, so switch to it.")
    changed = output(["git", "status", "--porcelain"], root, no_git).splitlines()
    if changed:
        raise ReleaseError(
            f"The tree differs from its last commit in {len(changed)} places, as{changed[0][2:]}: "
            "commit or remove what differs."
        )
    return output(["git", "rev-parse", "HEAD"], root, no_git).strip()


def tagged(root: Path) -> set[Version]:
    """Give the versions that have a tag.

    Raises:
        ReleaseError: git does not say.
    """
    names = output(["git", "tag", "--list", "v*"], root, "git does not list its tags: look at `git tag`.").split()
    return {version for name in names if (version := parse(name.removeprefix("v"))) is not None}


def copy(root: Path, commit: str, target: Path) -> dict[Path, bytes]:
    """Lay out a commit in an empty folder, with the web client as it is built, and give what its files hold.

    Raises:
        ReleaseError: it cannot be read.
    """
    made = subprocess.run(["git", "archive", commit], cwd=root, stdout=subprocess.PIPE, check=False)
    if made.returncode != 0:
        raise ReleaseError("git cannot read the last commit: look at `git fsck`.")
    with tarfile.open(fileobj=io.BytesIO(made.stdout)) as tar:
        unpack(tar, target)
        names = [Path(member.name) for member in tar if member.isfile()]
    if (root / CLIENT).exists():
        shutil.copytree(root / CLIENT, target / CLIENT)
    return {name: (target / name).read_bytes() for name in names}


def changed(before: dict[Path, bytes], folder: Path) -> dict[Path, bytes]:
    """Give the files of a copy that hold something else now, and what."""
    return {name: now for name, held in before.items() if (now := (folder / name).read_bytes()) != held}


def write(files: dict[Path, bytes], root: Path) -> None:
    """Write files into the tree: all of them, or none when one cannot be written.

    Raises:
        OSError: one cannot.
    """
    before = {name: (root / name).read_bytes() for name in files}
    try:
        for name, held in files.items():
            (root / name).write_bytes(held)
    except BaseException:
        for name, held in before.items():
            if (root / name).read_bytes() != held:
                (root / name).write_bytes(held)
        raise

"""Builds the source archive, and out of it the wheel, into `dist/`: `python -m scripts.release.dist [--tag v1.2.3]`.

The wheel is made from the unpacked source archive alone, so the archive builds by itself. It has the built web client
in it, and whoever builds it needs neither Node.js nor a package index. The same tree gives the same bytes: no time, no
owner and no umask gets in.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

from scripts.node import ROOT
from scripts.release.commands import ReleaseError, run, step, told, unpack
from scripts.release.version import FILE, Version, stated

DIST: Final = "dist"
_BUILD: Final = [sys.executable, "-m", "hatchling", "build"]
_DATE: Final = {"SOURCE_DATE_EPOCH": "1580601600"}
"""The day that hatchling gives all files when it is told none; the day of a release would be no better known."""


class Built(NamedTuple):
    """The two files of a release."""

    archive: Path
    wheel: Path


def build(root: Path, version: Version, out: Path) -> Built:
    """Build both files of the tree `root` into the folder `out`, in place of older ones.

    Raises:
        ReleaseError: one cannot be built.
    """
    with tempfile.TemporaryDirectory(prefix="paddock-dist-") as temporary:
        made = Path(temporary)
        step(f"building the source archive of {version}")
        run(
            [*_BUILD, "-t", "sdist", "-d", str(made)],
            root,
            "The source archive was not built: correct what is said above, and begin again.",
            quiet=True,
            **_DATE,
        )
        archive = made / f"paddock-{version}.tar.gz"
        unpacked = _unpack(archive, made / "unpacked")
        step("building the wheel out of the source archive")
        run(
            [sys.executable, "-m", "scripts.build_web", "--check"],
            unpacked,
            "The source archive lacks the current web client: is a file of web/ ignored by git?",
        )
        run(
            [*_BUILD, "-t", "wheel", "-d", str(made)],
            unpacked,
            "The wheel was not built: correct what is said above, and begin again.",
            quiet=True,
            **_DATE,
        )
        wheel = made / f"paddock-{version}-py3-none-any.whl"
        return keep(Built(archive, wheel), out)


def _unpack(archive: Path, folder: Path) -> Path:
    if not archive.exists():
        raise ReleaseError(f"There is no {archive.name} among what was built: look at the version in {FILE}.")
    with tarfile.open(archive) as tar:
        unpack(tar, folder)
    return folder / archive.name.removesuffix(".tar.gz")


def keep(built: Built, out: Path) -> Built:
    """Put both files into a folder, and away those that were built before.

    Raises:
        OSError: the folder cannot be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    kept = Built(*(Path(shutil.copyfile(path, out / path.name)) for path in built))
    for other in {*out.glob("paddock-*.tar.gz"), *out.glob("paddock-*.whl")} - {*kept}:
        other.unlink()
    return kept


def describe(built: Built) -> str:
    """Give a line for each file: its SHA-256, size and name."""
    return "\n".join(
        f"  {hashlib.sha256(path.read_bytes()).hexdigest()}  {path.stat().st_size / 1e6:.1f} MB  {path.name}"
        for path in built
    )


def main(arguments: list[str]) -> int:
    """Build both files of this tree, and give the exit code."""
    parser = argparse.ArgumentParser(prog="make dist")
    parser.add_argument("--tag", default="", help="the tag that is built, which must name the version")
    tag = parser.parse_args(arguments).tag
    try:
        version = stated((ROOT / FILE).read_text("utf-8"))
        if tag and tag != version.tag:
            raise ReleaseError(
                f"The tag {tag} is not {version.tag}, the version in {FILE}: tag the commit of a release."
            )
        built = build(ROOT, version, ROOT / DIST)
    except (ReleaseError, OSError) as error:
        print(f"release: {told(error) if isinstance(error, OSError) else error}", file=sys.stderr)
        return 1
    print(describe(built))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

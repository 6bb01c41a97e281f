"""The changelog of releases: which there were, what the next one brings, and the day it gets.

`python -m scripts.release.changelog 1.2.3` prints what a release brought, for the page of the release.
"""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import PurePosixPath
from typing import Final

from scripts.node import ROOT
from scripts.release.commands import ReleaseError
from scripts.release.version import Version, parse, wanted

FILE: Final = PurePosixPath("CHANGELOG.md")
_UNRELEASED: Final = "## Unreleased"
_RELEASED: Final = re.compile(r"## (\S+) - \d{4}-\d{2}-\d{2}")


def released(text: str) -> set[Version]:
    """Give the versions that have a day.

    Raises:
        ReleaseError: a heading has another form than a release and than the one above them.
    """
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    versions = set[Version]()
    for heading in headings:
        match = _RELEASED.fullmatch(heading)
        version = parse(match[1]) if match is not None else None
        if version is not None:
            versions.add(version)
        elif heading != _UNRELEASED:
            raise ReleaseError(f"{FILE} has a heading {heading!r}: make it `{_UNRELEASED}` or `## 1.2.3 - 2026-01-31`.")
    if headings[:1] != [_UNRELEASED] or headings.count(_UNRELEASED) != 1:
        raise ReleaseError(f"{FILE} does not begin with its one heading `{_UNRELEASED}`: write it above the releases.")
    return versions


def check_unreleased(text: str) -> None:
    """Let pass only a changelog that says what a release would bring.

    Raises:
        ReleaseError: nothing is unreleased.
    """
    after = text.partition(f"{_UNRELEASED}\n")[2].partition("\n## ")[0]
    if not any(line.startswith("- ") for line in after.splitlines()):
        raise ReleaseError(f"{FILE} has nothing under `{_UNRELEASED}`: write there what the release brings.")


def dated(text: str, version: Version, day: date) -> str:
    """Give the changelog in which what is unreleased is that of `version`, under a new heading for what comes then.

    Raises:
        ReleaseError: nothing is unreleased.
    """
    check_unreleased(text)
    before, heading, after = text.partition(f"{_UNRELEASED}\n")
    return f"{before}{heading}\n## {version} - {day.isoformat()}\n{after}"


def notes(text: str, version: Version) -> str:
    """Give what stands under a release.

    Raises:
        ReleaseError: it is not there.
    """
    _, heading, after = text.partition(f"\n## {version} - ")
    if not heading:
        raise ReleaseError(f"{FILE} has no release {version}: make one with `make release VERSION={version}`.")
    return after.partition("\n")[2].partition("\n## ")[0].strip()


def main(arguments: list[str]) -> int:
    """Print the notes of a release, which may be named by its tag, and give the exit code."""
    try:
        if len(arguments) != 1:
            raise ReleaseError("Give one version, as in `python -m scripts.release.changelog 1.2.3`.")
        print(notes((ROOT / FILE).read_text("utf-8"), wanted(arguments[0].removeprefix("v"))))
    except ReleaseError as error:
        print(f"release: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

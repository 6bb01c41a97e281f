"""Versions of releases: their form, their order, and the file that has the current one."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from scripts.release.commands import ReleaseError

FILE: Final = PurePosixPath("src/paddock/version.py")
_FORM: Final = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", re.ASCII)
_LINE: Final = re.compile(r'^VERSION: Final = "([^"]*)"$', re.MULTILINE)


class Version(NamedTuple):
    """A version `major.minor.patch`, ordered by number; there are no pre-releases."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        """Write it as people do."""
        return f"{self.major}.{self.minor}.{self.patch}"

    @property
    def tag(self) -> str:
        """The name of its tag."""
        return f"v{self}"


def parse(text: str) -> Version | None:
    """Read a version; None when it has another form."""
    match = _FORM.fullmatch(text)
    return Version(*map(int, match.groups())) if match is not None else None


def wanted(text: str) -> Version:
    """Read the version that somebody asks for.

    Raises:
        ReleaseError: it has another form.
    """
    version = parse(text)
    if version is None:
        raise ReleaseError(
            f"{text!r} is no version: give three numbers without leading zeros, as in `make release VERSION=1.2.3`."
        )
    return version


def check_order(version: Version, current: Version, released: set[Version]) -> None:
    """Let only pass what comes after every release, and not before the version in the file.

    Raises:
        ReleaseError: it does not.
    """
    last = max(released, default=None)
    if last is not None and version <= last:
        raise ReleaseError(f"{version} does not come after {last}, which is released: give a greater version.")
    if version < current:
        raise ReleaseError(f"{version} comes before {current} in {FILE}: give that version or a greater one.")


def stated(source: str) -> Version:
    """Read the version out of the text of `version.py`.

    Raises:
        ReleaseError: it states none.
    """
    found = _LINE.findall(source)
    version = parse(found[0]) if len(found) == 1 else None
    if version is None:
        raise ReleaseError(f'{FILE} does not state one version: write a line `VERSION: Final = "1.2.3"` into it.')
    return version


def restated(source: str, version: Version) -> str:
    """Give the text of `version.py` with another version."""
    return _LINE.sub(f'VERSION: Final = "{version}"', source)

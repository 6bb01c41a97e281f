"""Versions have one form and one order, and the current one stands in one file."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib

import pytest
from scripts.node import ROOT
from scripts.release import version
from scripts.release.commands import ReleaseError
from scripts.release.version import Version

from paddock.version import VERSION


@pytest.mark.parametrize(
    "text", ["", "1", "1.2", "1.2.3.4", "v1.2.3", "1.2.3rc1", "01.2.3", "1.2.-3", "1.2.3 ", "١.2.3"]
)
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(ReleaseError, match="is no version: give three numbers"):
        version.wanted(text)


def test_versions_are_ordered_as_numbers() -> None:
    assert version.wanted("0.10.0") > version.wanted("0.9.9") > version.wanted("0.9.0")
    assert (str(Version(1, 20, 3)), Version(1, 20, 3).tag) == ("1.20.3", "v1.20.3")


RELEASED = {Version(0, 9, 0), Version(0, 10, 0)}


@pytest.mark.parametrize("wanted", [Version(0, 10, 0), Version(0, 9, 5), Version(0, 9, 0)])
def test_a_release_comes_after_all_others(wanted: Version) -> None:
    with pytest.raises(ReleaseError, match=r"does not come after 0\.10\.0"):
        version.check_order(wanted, Version(0, 1, 0), RELEASED)


def test_a_release_does_not_come_before_the_version_of_the_file() -> None:
    with pytest.raises(ReleaseError, match=r"comes before 0\.12\.0"):
        version.check_order(Version(0, 11, 0), Version(0, 12, 0), RELEASED)


@pytest.mark.parametrize("current", [Version(0, 10, 0), Version(0, 10, 1)])
def test_the_version_of_the_file_may_be_released_once(current: Version) -> None:
    version.check_order(Version(0, 10, 1), current, RELEASED)
    version.check_order(current, current, set())


def test_the_file_is_read_and_written() -> None:
    source = (ROOT / version.FILE).read_text("utf-8")

    assert str(version.stated(source)) == VERSION
    assert version.stated(version.restated(source, Version(7, 8, 9))) == Version(7, 8, 9)
    assert version.restated(version.restated(source, Version(7, 8, 9)), version.stated(source)) == source


@pytest.mark.parametrize("source", ["", 'VERSION: Final = "one"', 'VERSION: Final = "1.2.3"\nVERSION: Final = "1.2.3"'])
def test_a_file_without_one_version_is_refused(source: str) -> None:
    with pytest.raises(ReleaseError, match="does not state one version"):
        version.stated(source)


@pytest.mark.processes
def test_the_package_has_the_version_of_the_file() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "hatchling", "version"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert told.stdout.strip() == VERSION
    assert "version" not in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def test_the_web_client_has_no_version_of_its_own() -> None:
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text("utf-8"))

    assert "version" not in json.loads((ROOT / "web" / "package.json").read_text("utf-8"))
    assert "version" not in lock
    assert "version" not in lock["packages"][""]

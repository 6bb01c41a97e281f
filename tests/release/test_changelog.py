"""A release dates what the changelog has as unreleased, and begins anew above it."""

from __future__ import annotations

from datetime import date

import pytest
from scripts.node import ROOT
from scripts.release import changelog
from scripts.release.commands import ReleaseError
from scripts.release.version import Version

DAY = date(2031, 2, 3)
INTRODUCTION = "# Changelog\n\nWhat changed.\n\n"
NEWS = "### Added\n- Rain.\n- Snow\n  and hail.\n"
PAST = "\n## 0.2.0 - 2030-01-31\n\n### Fixed\n- Fog.\n\n## 0.1.0 - 2029-12-01\n\n- Sun.\n"
LOG = f"{INTRODUCTION}## Unreleased\n\n{NEWS}{PAST}"


def test_what_is_unreleased_gets_the_version_and_the_day() -> None:
    made = changelog.dated(LOG, Version(0, 3, 0), DAY)

    assert made == f"{INTRODUCTION}## Unreleased\n\n## 0.3.0 - 2031-02-03\n\n{NEWS}{PAST}"
    assert changelog.released(made) == {Version(0, 3, 0), Version(0, 2, 0), Version(0, 1, 0)}


def test_the_first_release() -> None:
    first = f"{INTRODUCTION}## Unreleased\n\n{NEWS}"

    assert changelog.released(first) == set()
    assert changelog.released(changelog.dated(first, Version(0, 2, 0), DAY)) == {Version(0, 2, 0)}


@pytest.mark.parametrize("nothing", ["", "### Added\n", "Soon.\n"])
def test_a_release_that_brings_nothing_is_refused(nothing: str) -> None:
    with pytest.raises(ReleaseError, match="has nothing under `## Unreleased`"):
        changelog.dated(f"{INTRODUCTION}## Unreleased\n\n{nothing}{PAST}", Version(0, 3, 0), DAY)


def test_a_release_is_made_once() -> None:
    made = changelog.dated(LOG, Version(0, 3, 0), DAY)

    with pytest.raises(ReleaseError, match="has nothing under `## Unreleased`"):
        changelog.dated(made, Version(0, 4, 0), DAY)


@pytest.mark.parametrize("heading", ["## 0.3.0", "## 0.3.0 (2031-02-03)", "## v0.3.0 - 2031-02-03", "## Soon"])
def test_a_heading_of_another_form_is_refused(heading: str) -> None:
    with pytest.raises(ReleaseError, match="has a heading"):
        changelog.released(f"{LOG}\n{heading}\n")


@pytest.mark.parametrize(
    "text", [INTRODUCTION, f"{INTRODUCTION}{PAST}", f"{INTRODUCTION}{PAST}\n## Unreleased\n", LOG * 2]
)
def test_what_is_unreleased_stands_first_and_once(text: str) -> None:
    with pytest.raises(ReleaseError, match="does not begin with its one heading"):
        changelog.released(text)


def test_the_notes_of_a_release_are_what_stands_under_it() -> None:
    assert changelog.notes(LOG, Version(0, 2, 0)) == "### Fixed\n- Fog."
    assert changelog.notes(LOG, Version(0, 1, 0)) == "- Sun."
    assert changelog.notes(changelog.dated(LOG, Version(0, 3, 0), DAY), Version(0, 3, 0)) == NEWS.strip()
    with pytest.raises(ReleaseError, match=r"has no release 0\.3\.0"):
        changelog.notes(LOG, Version(0, 3, 0))


def test_the_changelog_of_this_tree_can_be_released() -> None:
    changelog.released((ROOT / changelog.FILE).read_text("utf-8"))

"""Every test that a document names as the proof of a promise is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("document", ["README.md", "README.ko.md", "SECURITY.md", "CONTRIBUTING.md"])
def test_the_tests_a_document_names_are_there(document: str) -> None:
    named = re.findall(r"`((?:web/)?tests?/[\w/]+(?:\.py)?)`", (ROOT / document).read_text())
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []

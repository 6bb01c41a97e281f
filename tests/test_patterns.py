"""Patterns of ids: what ends in a line feed is none, wherever it is read."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from paddock.api.bodies import Code, Cursor, Person, Race
from paddock.domain.book import Slug
from paddock.domain.record import Hex


@pytest.mark.parametrize(
    ("kind", "good"),
    [
        (Code, "K7ABC"),
        (Race, "a" * 16),
        (Person, "a" * 12),
        (Cursor, "abc"),
        (Slug, "tiger"),
        (Hex, "0" * 64),
    ],
)
def test_a_text_with_a_line_feed_behind_it_is_refused(kind: Any, good: str) -> None:
    """A plain `$` also matches before a last line feed, which cursors, profiles, kinds and seeds came through with."""
    assert msgspec.convert(good, kind) == good
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(good + "\n", kind)

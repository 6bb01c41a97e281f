"""Two copies of a room: which of them goes on from the other is told by what they hold."""

from __future__ import annotations

import pytest
from tests.stores.builders import entry, ready, room

from paddock.stores.failover.ancestry import Ancestry, compare
from paddock.stores.whole import WholeRoom


def copy(first: int, last: int, *, forked_at: int = 99, place: int = 7) -> WholeRoom:
    """A copy with the entries from `first` to `last`; from `forked_at` on they are its own."""
    entries = tuple(entry(version, ready(version < forked_at)) for version in range(first, last + 1))
    return WholeRoom(place, last, last, room(), entries, ())


@pytest.mark.parametrize(
    ("theirs", "ancestry"),
    [
        (None, Ancestry.LOST),
        (copy(1, 12, place=6), Ancestry.LOST),
        (copy(1, 12, place=8), Ancestry.ANOTHER),
        (copy(1, 12), Ancestry.LEVEL),
        (copy(1, 15), Ancestry.LEVEL),
        (copy(1, 10), Ancestry.OLDER),
        (copy(1, 9), Ancestry.OLDER),
        (copy(1, 3), Ancestry.LOST),
        (copy(1, 11, forked_at=11), Ancestry.FORKED),
        (copy(1, 12, forked_at=11), Ancestry.FORKED),
        (copy(1, 15, forked_at=11), Ancestry.FORKED),
    ],
)
def test_ours_went_on_from_version_ten(theirs: WholeRoom | None, ancestry: Ancestry) -> None:
    assert compare(copy(5, 12), theirs, 10) is ancestry


def test_a_room_that_was_only_held_is_level_with_whatever_is_newer() -> None:
    assert compare(copy(5, 12), copy(200, 300), 12) is Ancestry.LEVEL


def test_a_log_that_reaches_back_no_more_is_judged_by_where_it_began() -> None:
    assert compare(copy(100, 200), copy(1, 11), 10) is Ancestry.FORKED
    assert compare(copy(100, 200), copy(1, 10), 10) is Ancestry.LOST


def test_what_cannot_be_told_counts_as_forked_so_that_nothing_is_lost() -> None:
    assert compare(copy(100, 200), copy(1, 11), None) is Ancestry.FORKED

"""Histograms: every value in one bucket, and copies that stand still."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from paddock.socketio import Histogram
from paddock.socketio.histogram import BYTES, SECONDS, SOCKETS

from .fuzz import examples


def test_a_value_falls_into_the_first_bucket_that_holds_it() -> None:
    histogram = Histogram.of((1.0, 10.0))
    for value in (0, 1, 1.5, 10, 10.5, 1e9):
        histogram.observe(value)
    assert histogram.counts == [2, 2, 2]
    assert histogram.count == 6
    assert histogram.total == 0 + 1 + 1.5 + 10 + 10.5 + 1e9


def test_a_copy_does_not_change_any_more() -> None:
    histogram = Histogram.of(SECONDS)
    histogram.observe(0.002)
    copy = histogram.copy()
    histogram.observe(0.002)
    assert (copy.count, histogram.count) == (1, 2)
    assert copy.total == 0.002


def test_bounds_ascend() -> None:
    for bounds in (SECONDS, BYTES, SOCKETS):
        assert list(bounds) == sorted(set(bounds))


@settings(max_examples=examples(50), deadline=None)
@given(st.lists(st.floats(0, 1e12), max_size=30))
def test_nothing_is_lost(values: list[float]) -> None:
    histogram = Histogram.of(BYTES)
    for value in values:
        histogram.observe(value)
    assert histogram.count == len(values)
    for at, bound in enumerate(BYTES):
        assert sum(histogram.counts[: at + 1]) == sum(value <= bound for value in values)

from hypothesis import given
from hypothesis import strategies as st

from paddock.domain.mood import Mood
from paddock.domain.segments import Segment, arrival, moved, position, reached


def test_movement_is_rounded_towards_the_start_of_the_segment() -> None:
    assert moved(1999, 1) == 1
    assert moved(-1999, 1) == -1
    assert moved(25_000, 500) == 12_500


@given(st.integers(1, 200_000), st.integers(0, 3_000_000))
def test_arrival_is_the_first_millisecond_past_the_distance(speed: int, distance: int) -> None:
    ms = arrival(speed, distance)
    assert moved(speed, ms) >= distance
    assert ms == 0 or moved(speed, ms - 1) < distance


way = (
    Segment(0, 0, 20_000, Mood.RUN),
    Segment(500, 10_000, -10_000, Mood.SLIP),
    Segment(700, 8_000, 20_000, Mood.RUN),
    Segment(1_000, 14_000, 0, Mood.FINISHED),
)


def test_the_position_follows_the_lines() -> None:
    assert [position(way, t) for t in (-5, 0, 1, 499, 500, 600, 700, 850, 1_000, 9_999)] == [
        0, 0, 20, 9_980, 10_000, 9_000, 8_000, 11_000, 14_000, 14_000,
    ]  # fmt: skip


def test_a_racer_at_the_gate_stands_at_the_start() -> None:
    assert position((), 1_000) == 0


def test_a_mark_counts_when_it_is_reached_first() -> None:
    assert reached(way, 9_000) == 450  # and again at 750, after the slip
    assert reached(way, 10_000) == 500
    assert reached(way, 12_000) == 900
    assert reached(way, 14_001) is None

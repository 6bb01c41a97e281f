import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domain import heats

from paddock.domain.mood import MOODS, Mood
from paddock.domain.race import Race, run
from paddock.domain.release import AHEAD, WIDTH, released, wire
from paddock.domain.segments import Segment


def raced(number: int, track: int = 500) -> Race:
    return run(heats.card(number, track), heats.book(), heats.seed(number))


@given(st.integers(0, 1000), st.lists(st.integers(0, 40_000), max_size=20))
@settings(max_examples=50, deadline=None)
def test_any_row_of_releases_adds_up_to_the_race(number: int, moments: list[int]) -> None:
    race = raced(number)
    shown: list[tuple[Segment, ...]] = [() for _ in race.segments]
    since = -1
    for until in [*sorted(moments), race.end]:
        for lane, segments in enumerate(released(race, since, until)):
            shown[lane] += segments
        since = until
    assert tuple(shown) == race.segments


def test_nothing_is_out_that_starts_later_than_the_window() -> None:
    race = raced(1)
    for playing in range(0, race.end, 250):
        out = released(race, -1, playing + AHEAD)
        assert all(segment.t <= playing + AHEAD for segments in out for segment in segments)


def test_a_late_joiner_gets_what_is_out_so_far() -> None:
    race = raced(1)
    early, later = released(race, -1, 4_000), released(race, 4_000, 9_000)
    assert released(race, -1, 9_000) == tuple(one + other for one, other in zip(early, later, strict=True))


def test_what_is_out_does_not_depend_on_what_is_to_come() -> None:
    """Two races that are the same up to a moment are released the same up to it: no number in them tells the rest."""
    race = raced(3)
    until = 9_000
    other_ending = Race(
        segments=tuple(
            (*(s for s in segments if s.t <= until), Segment(until + 1, 1, 1, MOODS[0])) for segments in race.segments
        ),
        finish=tuple(reversed(race.finish)),
        order=tuple(reversed(race.order)),
        end=race.end,
    )
    assert wire(released(race, -1, until)) == wire(released(other_ending, -1, until))


def test_no_finish_is_out_more_than_the_lead_before_it_happens() -> None:
    race = raced(2)
    for lane, ms in enumerate(race.finish):
        assert ms is not None
        before = released(race, -1, ms - 1)[lane]
        assert all(segment.mood is not Mood.FINISHED for segment in before)
        assert ms not in wire(released(race, -1, ms - 1))


def test_the_wire_form_is_one_flat_row_of_integers() -> None:
    race = raced(1, 1000)
    row = wire(released(race, 5_000, 7_000))
    assert row[:WIDTH] == (0, *msgspec.structs.astuple(released(race, 5_000, 7_000)[0][0])[:3], row[4])
    assert len(row) % WIDTH == 0
    lanes = [row[at : at + WIDTH] for at in range(0, len(row), WIDTH)]
    back = [
        [Segment(t, mm, speed, MOODS[code]) for lane, t, mm, speed, code in lanes if lane == wanted]
        for wanted in range(6)
    ]
    assert tuple(map(tuple, back)) == released(race, 5_000, 7_000)


def test_a_second_of_a_race_is_a_few_hundred_bytes() -> None:
    race = raced(1, 1000)
    sizes = [len(msgspec.json.encode(wire(released(race, at, at + 1000)))) for at in range(0, race.end, 1000)]
    assert max(sizes) < 1000


def test_a_window_without_news_is_empty() -> None:
    assert wire(released(raced(1), 100, 200)) == ()

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.domain import heats

from paddock.domain.book import Book, Span, Track, Weather, digest
from paddock.domain.card import Card
from paddock.domain.course import Course, travel
from paddock.domain.dice import Dice
from paddock.domain.encoding import encode
from paddock.domain.fate import Fate
from paddock.domain.mood import Mood
from paddock.domain.race import Race, run
from paddock.domain.segments import Segment, moved, position

tracks = st.sampled_from([500, 700, 1000])
fields = st.integers(2, 6)
numbers = st.integers(0, 10**9)


def raced(number: int, track: int = 500, lanes: int = 6, book: Book | None = None) -> Race:
    return run(heats.card(number, track, lanes), book or heats.book(), heats.seed(number))


def slow_book() -> Book:
    """A book whose races on 500 m are mostly ended by the time limit."""
    book = heats.book()
    return replace(book, tracks=(Track(500, Span(8000, 9500), Span(3, 5)),))


def level_book(base: int) -> Book:
    """A book in which nothing ever happens: all racers run 500 m at the same speed (mm/s)."""
    return replace(heats.book(), tracks=(Track(500, Span(base, base), Span(0, 0)),), pace=Span(1000, 1000))


@given(numbers, tracks, fields)
@settings(max_examples=150, deadline=None)
def test_every_segment_starts_where_the_one_before_has_got_to(number: int, track: int, lanes: int) -> None:
    for segments in raced(number, track, lanes).segments:
        assert (segments[0].t, segments[0].mm) == (0, 0)
        for before, after in pairwise(segments):
            assert before.t < after.t
            assert after.mm == before.mm + moved(before.speed, after.t - before.t)


@given(numbers, tracks)
@settings(max_examples=60, deadline=None)
def test_nobody_is_ever_behind_the_start_or_past_the_line_unfinished(number: int, track: int) -> None:
    for segments in raced(number, track).segments:
        assert all(segment.mm >= 0 for segment in segments)
        *under_way, last = segments
        assert all(segment.mm < track * 1000 for segment in under_way)
        assert last.mood is Mood.FINISHED
        assert last.speed == 0
        assert last.mm >= track * 1000 > position(segments, last.t - 1)


@given(numbers, tracks, fields)
@settings(max_examples=100, deadline=None)
def test_the_order_is_the_order_of_the_finishing_times(number: int, track: int, lanes: int) -> None:
    race = raced(number, track, lanes)
    times = [[race.finish[lane] for lane in group] for group in race.order]
    assert all(len(set(group)) == 1 for group in times)
    firsts = [group[0] for group in times]
    assert firsts == sorted(set(race.finish), key=lambda ms: ms or 0)
    assert sorted(lane for group in race.order for lane in group) == list(range(lanes))
    assert race.end == firsts[-1]


def test_the_same_inputs_give_the_same_race() -> None:
    assert raced(7, 1000) == raced(7, 1000)
    assert raced(7, 1000) != raced(8, 1000)


@pytest.mark.parametrize("track", [500, 700, 1000])
def test_races_take_half_a_minute(track: int) -> None:
    ends = sorted(raced(number, track).end for number in range(300))
    assert ends[2] >= 20_000
    assert ends[-3] <= 46_000


def test_unpicked_racers_stay_at_the_gate() -> None:
    race = run(heats.card(1, lanes=6, picks=(4, 1, 4)), heats.book(), heats.seed(1))
    assert [bool(segments) for segments in race.segments] == [False, True, False, False, True, False]
    assert [ms is not None for ms in race.finish] == [False, True, False, False, True, False]
    assert sorted(lane for group in race.order for lane in group) == [1, 4]


def test_racer_0_is_a_pick_like_any_other() -> None:
    race = run(heats.card(1, lanes=4, picks=(0, 0)), heats.book(), heats.seed(1))
    assert race.order == ((0,),)


def naive(fate: Fate, course: Course) -> list[int]:
    """The same rules without arithmetic: one step per millisecond, and a look at where that led. Positions by ms."""
    stretches: list[tuple[int, int]] = []  # (until, speed)
    waiting = list(fate.triggers)
    start, origin, speed = 0, 0, fate.speed(0)
    places = [0]
    t = 0
    while places[-1] < course.line and t < course.limit_ms:
        t += 1
        mm = origin + moved(speed, t - start)
        if mm < 0:
            start, origin, speed = t - 1, places[-1], 0
            mm = origin
        places.append(mm)
        if waiting and mm >= waiting[0].mm:
            stretches = []
            until = t
            for stretch in waiting.pop(0).stretches:
                until += stretch.ms
                stretches.append((until, stretch.speed))
            start, origin, speed = t, mm, stretches[0][1]
        elif stretches:
            if t == stretches[0][0]:
                stretches.pop(0)
                start, origin = t, mm
                speed = stretches[0][1] if stretches else fate.speed(t // course.slot_ms)
        elif t % course.slot_ms == 0:
            start, origin, speed = t, mm, fate.speed(t // course.slot_ms)
    return places


@pytest.mark.parametrize("number", range(24))
def test_the_lines_are_where_a_walk_by_the_millisecond_leads(number: int) -> None:
    book = heats.book()
    track = book.tracks[number % 3]
    fate = Fate(Dice(heats.seed(number), heats.race_id(number), b""), 0, book, track, 1000)
    course = Course(track.metres * 1000, book.pace_ms, book.limit_ms)
    segments = travel(fate, course)
    places = naive(fate, course)
    assert len(places) - 1 == segments[-1].t
    assert [position(segments, t) for t in range(len(places))] == places


def test_a_racer_that_backs_up_to_the_gate_waits_there() -> None:
    book = heats.book()
    turn = next(gimmick for gimmick in book.gimmicks if gimmick.name == "turn")
    gimmicks = (replace(turn, weight=1000), replace(book.gimmicks[0], weight=1))
    backwards = replace(book, gimmicks=gimmicks, window=Span(20, 850))
    waits = 0
    for number in range(40):
        for segments in raced(number, 500, 6, backwards).segments:
            assert all(segment.mm >= 0 for segment in segments)
            waits += any(segment.mood is Mood.TURN and segment.speed == 0 and segment.mm < 100 for segment in segments)
    assert waits > 10


# --- comeback -------------------------------------------------------------------------------------------------------


def comebacks(count: int) -> list[tuple[int, Race, int, int]]:
    """(number, race, lane, ms of the charge) of those among `count` races in which a racer charges for a comeback."""
    found = []
    for number in range(count):
        race = raced(number)
        for lane, segments in enumerate(race.segments):
            found += [(number, race, lane, segment.t) for segment in segments if segment.mood is Mood.CHARGE]
    return found


def test_the_last_racer_comes_back_when_the_leader_passes_half_way() -> None:
    found = comebacks(120)
    assert len(found) > 10
    for _, race, lane, t in found:
        places = [position(segments, t) for segments in race.segments]
        assert max(places) >= 250_000
        assert places[lane] == min(places)
        assert max(position(segments, t - 1) for segments in race.segments) < 250_000


def test_at_most_one_racer_comes_back_and_about_one_race_in_four_has_one() -> None:
    numbers = [number for number, *_ in comebacks(1000)]
    assert len(numbers) == len(set(numbers))
    assert 200 < len(numbers) < 300  # 6 % + 94 % x 20 % = 24.8 %


def test_a_transformation_looks_like_a_fake_until_it_does_not() -> None:
    moods = set()
    for _, race, lane, t in comebacks(300):
        charge, after = [segment for segment in race.segments[lane] if segment.t >= t][:2]
        assert (charge.speed, after.t - charge.t) == (0, 1500)
        moods.add(after.mood)
    assert moods == {Mood.TRANSFORM, Mood.FAKEOUT}


def test_a_lone_racer_never_comes_back() -> None:
    for number in range(60):
        race = run(heats.card(number, picks=(2, 2, 2)), heats.book(), heats.seed(number))
        assert not any(segment.mood is Mood.CHARGE for segment in race.segments[2])


def test_a_comeback_changes_nobody_else() -> None:
    book = heats.book()
    course = Course(500_000, book.pace_ms, book.limit_ms)
    for number, race, lane, t in comebacks(40):
        dice = Dice(heats.seed(number), heats.race_id(number), encode((heats.card(number), digest(book))))
        for other, segments in enumerate(race.segments):
            alone = travel(Fate(dice, other, book, book.track(500), 1000), course)
            if other == lane:
                before = [segment for segment in alone if segment.t < t]
                assert list(segments[: len(before)]) == before
            else:
                assert segments == alone


# --- gimmicks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("track", "low", "high"), [(500, 3, 5), (700, 3, 5), (1000, 5, 8)])
def test_gimmicks_wait_apart_from_each_other_and_never_twice_of_a_kind(track: int, low: int, high: int) -> None:
    book = heats.book()
    category = {phase.mood: gimmick.category for gimmick in book.gimmicks for phase in gimmick.phases}
    counts = set()
    for number in range(200):
        fate = Fate(Dice(heats.seed(number), heats.race_id(number), b""), 0, book, book.track(track), 1000)
        counts.add(len(fate.triggers))
        assert all(track * 100 <= trigger.mm <= track * 850 for trigger in fate.triggers)
        for before, after in pairwise(fate.triggers):
            assert after.mm - before.mm >= track * 80
            assert category[before.stretches[0].mood] != category[after.stretches[0].mood]
    assert counts == set(range(low, high + 1))


# --- the end at 60 s ------------------------------------------------------------------------------------------------


def test_a_race_ends_at_60_s_and_ranks_the_rest_by_what_they_had_to_go() -> None:
    cut = 0
    for number in range(40):
        race = raced(number, 500, 6, slow_book())
        for lane, segments in enumerate(race.segments):
            last = segments[-1]
            if last.mood is Mood.OUT:
                cut += 1
                assert last.t == 60_000
                assert race.finish[lane] == 60_000 + 500_000 - last.mm
            else:
                assert race.finish[lane] == last.t <= 60_000
        assert race.end <= 60_000
        ranked = [lane for group in race.order for lane in group]
        assert [race.segments[lane][-1].mood for lane in ranked] == sorted(
            (race.segments[lane][-1].mood for lane in ranked), key=lambda mood: mood is Mood.OUT
        )
    assert cut > 100


def test_racers_cut_off_at_the_same_millimetre_share_a_rank() -> None:
    race = raced(1, 500, 4, level_book(6_000))
    assert race.order == ((0, 1, 2, 3),)
    assert race.finish == (200_000,) * 4
    assert race.end == 60_000


# --- fairness in the small (the report on 100,000 races each is in docs/fairness) ------------------------------------


def test_no_lane_is_favoured() -> None:
    wins = [0] * 4
    for number in range(1200):
        wins[raced(number, 500, 4).order[0][0]] += 1
    assert sum((count - 300) ** 2 / 300 for count in wins) < 16.3  # p = 0.001 with 3 degrees of freedom


def test_ties_for_last_are_broken_by_the_dice_not_by_the_lane() -> None:
    level = level_book(25_000)
    level = replace(level, comeback=replace(level.comeback, transform=1000))
    lanes = [lane for number in range(200) for lane in raced(number, 500, 4, level).order[0]]
    assert len(lanes) == 200
    assert all(lanes.count(lane) > 25 for lane in range(4))


# --- cards that make no race ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"track": 501}, "no track of 501 m"),
        ({"lineup": ("tiger",)}, "lanes"),
        ({"picks": ()}, "nobody picked"),
        ({"picks": (("b", 0), ("a", 1))}, "sorted by player"),
        ({"picks": (("a", 0), ("a", 1))}, "one each"),
        ({"picks": (("a", 6),)}, "outside of the lineup"),
        ({"picks": (("a", -1),)}, "outside of the lineup"),
    ],
)
def test_a_card_that_makes_no_race_is_refused(change: dict[str, object], complaint: str) -> None:
    card: Card = replace(heats.card(1), **change)
    with pytest.raises(ValueError, match=complaint):
        run(card, heats.book(), heats.seed(1))


def test_weather_slows_everybody_alike_and_is_off_by_default() -> None:
    wet = replace(heats.book(), weathers=(Weather("rain", 1, 800),))
    assert raced(1).weather == ""
    assert raced(1, book=wet).weather == "rain"
    dry_ends = sum(raced(number).end for number in range(60))
    assert sum(raced(number, book=wet).end for number in range(60)) > dry_ends * 1.15


def test_segments_are_small_on_the_wire() -> None:
    assert msgspec.json.encode(Segment(500, 12_000, 25_000, Mood.RUN)) == b'[500,12000,25000,"run"]'

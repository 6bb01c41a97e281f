from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain import heats

from paddock.domain.card import Rule
from paddock.domain.draw import deal, draw_lineup, draw_rank, last_resort


def drawn(rule: Rule, votes: tuple[int, ...], distinct: int, number: int = 1) -> int:
    return draw_rank(rule, votes, distinct, heats.seed(number), heats.race_id(number))


def test_first_and_last_need_no_dice() -> None:
    assert drawn(Rule.FIRST, (), 5) == 1
    assert drawn(Rule.LAST, (9, 0, 0), 5) == 5


@pytest.mark.parametrize("votes", [(), (0, 0, 0), (0, 0, 0, 7)])
def test_without_a_valid_vote_the_last_one_pays(votes: tuple[int, ...]) -> None:
    assert drawn(Rule.VOTE, votes, 3) == 3


def test_votes_beyond_the_picked_racers_are_void() -> None:
    assert {drawn(Rule.VOTE, (0, 1, 0, 50, 50), 3, number) for number in range(50)} == {2}


def test_each_rank_has_the_chance_of_its_share() -> None:
    counts = Counter(drawn(Rule.VOTE, (3, 0, 1), 3, number) for number in range(4000))
    assert set(counts) == {1, 3}
    assert (counts[1] - 3000) ** 2 / 3000 + (counts[3] - 1000) ** 2 / 1000 < 10.8  # p = 0.001, 1 degree of freedom


@pytest.mark.parametrize(("votes", "distinct"), [((1,), 0), ((-1, 2), 2)])
def test_impossible_votes_are_refused(votes: tuple[int, ...], distinct: int) -> None:
    with pytest.raises(ValueError, match="at least one picked racer"):
        drawn(Rule.VOTE, votes, distinct)


@given(st.integers(1, 40), st.integers(2, 12), st.integers(0, 1000))
def test_a_deal_is_even(contestants: int, size: int, number: int) -> None:
    players = tuple(heats.player(index) for index in range(contestants))
    picks = deal(players, size, heats.seed(number), heats.race_id(number))
    assert [player for player, _ in picks] == sorted(players)
    shares = Counter(lane for _, lane in picks)
    assert set(shares) <= set(range(size))
    assert len(shares) == min(contestants, size)
    assert max(shares.values()) - min(shares.values()) <= 1
    assert max(shares.values()) <= -(-contestants // size)


def test_a_deal_does_not_depend_on_who_is_named_first() -> None:
    players = tuple(heats.player(index) for index in range(7))
    one = deal(players, 4, heats.seed(1), heats.race_id(1))
    assert deal(players[::-1], 4, heats.seed(1), heats.race_id(1)) == one


def test_a_deal_gives_every_lane_to_everybody_equally_often() -> None:
    players = (heats.player(0), heats.player(1), heats.player(2))
    counts = Counter(deal(players, 4, heats.seed(number), heats.race_id(number))[0][1] for number in range(2000))
    assert sum((counts[lane] - 500) ** 2 / 500 for lane in range(4)) < 16.3  # p = 0.001, 3 degrees of freedom


def test_nobody_to_deal_to_is_refused() -> None:
    with pytest.raises(ValueError, match="contestants"):
        deal((), 4, heats.seed(1), heats.race_id(1))


def test_the_last_resort_names_one_of_them_fairly() -> None:
    players = (heats.player(2), heats.player(5))
    named = Counter(last_resort(heats.card(number), heats.seed(number), players) for number in range(1000))
    assert set(named) == set(players)
    assert abs(named[players[0]] - 500) < 55  # 3.3 standard deviations are 52


def test_a_lineup_is_drawn_from_the_whole_stable_without_repeats() -> None:
    stable = heats.book().stable
    seen = Counter()  # type: Counter[str]
    for number in range(200):
        lineup = draw_lineup(stable, 6, heats.seed(number))
        assert len(set(lineup)) == 6
        seen.update(lineup)
    assert set(seen) == set(stable)
    assert draw_lineup(stable, 6, heats.seed(3)) == draw_lineup(stable, 6, heats.seed(3))


@pytest.mark.parametrize("size", [0, 1, 17])
def test_a_lineup_the_stable_cannot_fill_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="no lineup"):
        draw_lineup(heats.book().stable, size, heats.seed(1))

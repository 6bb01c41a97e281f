import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.domain import heats

from paddock.domain.card import Card
from paddock.domain.draw import deal
from paddock.domain.ids import Millis
from paddock.domain.payers import payers, settle
from paddock.domain.race import MAX_RUNOFFS, Race, run

a, b, c, d, e = (heats.player(index) for index in range(5))


def finished(*order: tuple[int, ...]) -> Race:
    """A race of which only the order matters."""
    return Race(segments=(), finish=(), order=order, end=Millis(30_000))


def test_the_last_one_pays() -> None:
    assert payers(heats.card(1, picks=(0, 1, 2)), finished((2,), (0,), (1,))) == (b,)


def test_the_first_one_pays() -> None:
    assert payers(heats.card(1, picks=(0, 1, 2), rank=1), finished((2,), (0,), (1,))) == (c,)


def test_everybody_on_the_racer_pays_until_a_run_off_says_who() -> None:
    assert payers(heats.card(1, picks=(0, 1, 1, 0, 1)), finished((0,), (1,))) == (b, c, e)


def test_ranks_are_counted_among_picked_racers() -> None:
    # lanes 1, 2, 4 and 5 stayed at the gate, so rank 2 is the last of the two that ran
    assert payers(heats.card(1, picks=(3, 0), rank=2), finished((3,), (0,))) == (b,)


def test_a_dead_heat_over_the_paying_rank_pays_together() -> None:
    order = ((2,), (0, 3), (1,))
    assert payers(heats.card(1, picks=(0, 1, 2, 3), rank=2), finished(*order)) == (a, d)
    assert payers(heats.card(1, picks=(0, 1, 2, 3), rank=3), finished(*order)) == (a, d)
    assert payers(heats.card(1, picks=(0, 1, 2, 3), rank=4), finished(*order)) == (b,)


def test_a_rank_beyond_the_field_means_the_last_one() -> None:
    assert payers(heats.card(1, picks=(0, 1), rank=9), finished((1,), (0,))) == (a,)


def test_a_race_of_another_card_is_refused() -> None:
    with pytest.raises(ValueError, match="fewer racers"):
        payers(heats.card(1, picks=(0, 1, 2)), finished((1,), (0,)))


def test_a_tie_goes_on_until_the_last_run_off_and_then_the_dice_say_who() -> None:
    tie = finished((0, 1, 2))
    before: Card = replace(heats.card(1, picks=(0, 1, 2)), runoff=MAX_RUNOFFS - 1)
    last: Card = replace(heats.card(1, picks=(0, 1, 2)), runoff=MAX_RUNOFFS)
    assert settle(before, tie, heats.seed(1)) == (a, b, c)
    assert {settle(last, tie, heats.seed(number)) for number in range(40)} == {(a,), (b,), (c,)}


@given(st.integers(2, 60), st.integers(2, 6), st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_every_round_ends_with_one_payer(players: int, size: int, number: int) -> None:
    """The whole round: a heat with everybody on one racer at worst, then run-offs until one pays."""
    card = heats.card(number, 500, size, picks=(0,) * players)
    seed = heats.seed(number)
    owing = settle(card, run(card, heats.book(), seed), seed)
    runoff = 0
    while len(owing) > 1:
        runoff += 1
        seed = heats.seed(number * 10 + runoff)
        picks = deal(owing, size, seed, heats.race_id(runoff))
        distinct = len({lane for _, lane in picks})
        card = replace(
            card,
            race=heats.race_id(runoff),
            picks=picks,
            runoff=runoff,
            draw=replace(card.draw, rank=distinct, distinct=distinct),
        )
        paying = settle(card, run(card, heats.book(), seed), seed)
        assert set(paying) <= set(owing)
        owing = paying
    assert len(owing) == 1
    assert runoff <= MAX_RUNOFFS

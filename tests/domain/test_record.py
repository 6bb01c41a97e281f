from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from tests.domain import heats

from paddock.domain.card import Card, Draw, Rule
from paddock.domain.draw import deal, draw_rank
from paddock.domain.ids import Millis, RoomId
from paddock.domain.race import run
from paddock.domain.record import Field, RaceRecord, record, verify


def recorded(card: Card, number: int = 1, rule: Rule = Rule.LAST) -> RaceRecord:
    seed = heats.seed(number)
    race = run(card, heats.book(), seed)
    names = {player: "호랑이" for player, _ in card.picks}
    return record(
        card,
        heats.book(),
        seed,
        race,
        room=RoomId("K7AB2"),
        rule=rule,
        starts_at=Millis(1_800_000_000_000),
        names=names,
    )


def voted(votes: tuple[int, ...], number: int = 1) -> Card:
    card = heats.card(number)
    rank = draw_rank(Rule.VOTE, votes, 6, heats.seed(number), card.race)
    return replace(card, draw=Draw(Rule.VOTE, votes, 6, rank))


def run_off(number: int = 1) -> Card:
    card = heats.card(number)
    players = tuple(player for player, _ in card.picks[:4])
    picks = deal(players, 6, heats.seed(number), card.race)
    return replace(card, picks=picks, runoff=1, draw=Draw(Rule.LAST, (), 4, 4))


def fields(record: RaceRecord) -> set[Field]:
    return {difference.field for difference in verify(record)}


@pytest.mark.parametrize("track", [500, 700, 1000])
def test_what_the_server_records_is_verified(track: int) -> None:
    assert verify(recorded(heats.card(1, track))) == ()


def test_a_voted_rank_and_a_dealt_run_off_are_verified() -> None:
    assert verify(recorded(voted((1, 2, 3)), rule=Rule.VOTE)) == ()
    assert verify(recorded(run_off())) == ()


def test_a_record_survives_its_own_json() -> None:
    one = recorded(heats.card(1))
    assert msgspec.json.decode(msgspec.json.encode(one), type=RaceRecord) == one


def test_another_seed_is_another_race() -> None:
    one = replace(recorded(heats.card(1)), seed="00" * 32)
    assert {Field.COMMITMENT, Field.FINISH} <= fields(one)


def test_another_commitment_is_noticed() -> None:
    assert fields(replace(recorded(heats.card(1)), commitment="00" * 32)) == {Field.COMMITMENT}


def test_a_turned_order_is_noticed() -> None:
    one = recorded(heats.card(1))
    assert fields(replace(one, order=one.order[::-1])) == {Field.ORDER}


def test_a_finish_off_by_a_millisecond_is_noticed() -> None:
    one = recorded(heats.card(1))
    first, *rest = one.finish
    assert first is not None
    assert fields(replace(one, finish=(Millis(first + 1), *rest))) == {Field.FINISH}


def test_another_payer_is_noticed_and_named() -> None:
    one = recorded(heats.card(1))
    innocent = next(player for player, _ in one.card.picks if player not in one.payers)
    (difference,) = verify(replace(one, payers=(innocent,)))
    assert difference.field is Field.PAYERS
    assert (difference.recorded, difference.expected) == (f'["{innocent}"]', f'["{one.payers[0]}"]')


def test_a_rank_nobody_drew_is_noticed() -> None:
    one = recorded(voted((1, 1, 1, 1, 1, 1)), rule=Rule.VOTE)
    moved = replace(one.card, draw=replace(one.card.draw, rank=one.card.draw.rank % 6 + 1))
    assert Field.RANK in fields(replace(one, card=moved))


def test_a_draw_among_fewer_racers_than_ran_is_noticed() -> None:
    one = recorded(heats.card(1))
    assert Field.RANK in fields(replace(one, card=replace(one.card, draw=Draw(Rule.LAST, (), 3, 3))))


def test_a_changed_rule_is_noticed() -> None:
    assert fields(replace(recorded(heats.card(1)), rule=Rule.FIRST)) == {Field.RULE}


def test_picks_that_were_not_dealt_are_noticed() -> None:
    one = recorded(run_off())
    (player, _), *rest = one.card.picks
    free = next(other for other in range(6) if other not in {pick for _, pick in one.card.picks})
    assert Field.DEAL in fields(replace(one, card=replace(one.card, picks=((player, free), *rest))))


def test_a_pick_changed_afterwards_changes_the_race() -> None:
    one = recorded(heats.card(1))
    (first, lane), (second, other), *rest = one.card.picks
    swapped = replace(one.card, picks=((first, other), (second, lane), *rest))
    assert Field.FINISH in fields(replace(one, card=swapped))


def test_changed_settings_change_the_race() -> None:
    one = recorded(heats.card(1))
    assert Field.FINISH in fields(replace(one, book=replace(one.book, gap=79)))


def test_a_card_that_makes_no_race_is_a_difference_not_a_crash() -> None:
    one = recorded(heats.card(1))
    assert fields(replace(one, card=replace(one.card, track=999))) == {Field.CARD}
    assert fields(replace(one, card=replace(one.card, draw=Draw(Rule.LAST, (), 0, 1)))) == {Field.CARD}


@pytest.mark.parametrize(
    "change",
    [
        {"schema": 2},
        {"seed": "xyz"},
        {"seed": "AB" * 32},
        {"extra": 1},
        {"order": "no"},
        {"book": {}},
        {"finish": [1.5]},
    ],
)
def test_what_is_no_record_is_not_read(change: dict[str, Any]) -> None:
    loose: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(recorded(heats.card(1))))
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(loose | change), type=RaceRecord)

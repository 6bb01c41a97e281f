"""The chain of seeds: one commitment before the first pick binds the race and all its run-offs."""

import hashlib
import re

import pytest
from tests.domain.plays import JUN, MINA, bytes32, fresh

from paddock.domain.dice import commitment
from paddock.domain.ids import RACE_PATTERN, Seed
from paddock.domain.race import MAX_RUNOFFS
from paddock.domain.rounds import LOTS, lot, runoff_id, seed_of

ROOT = Seed(bytes32("a root"))


def test_the_seed_of_a_heat_is_the_commitment_to_the_next() -> None:
    for runoff in range(1, MAX_RUNOFFS + 1):
        assert commitment(seed_of(ROOT, runoff)) == seed_of(ROOT, runoff - 1).hex()


def test_no_seed_gives_the_root_away() -> None:
    last = seed_of(ROOT, MAX_RUNOFFS)
    assert last == hashlib.sha256(ROOT).digest() != ROOT
    assert len({seed_of(ROOT, runoff) for runoff in range(MAX_RUNOFFS + 1)}) == MAX_RUNOFFS + 1


@pytest.mark.parametrize("runoff", [-1, MAX_RUNOFFS + 1])
def test_a_round_has_only_so_many_run_offs(runoff: int) -> None:
    with pytest.raises(ValueError, match="run-offs 0 to 5"):
        seed_of(ROOT, runoff)


def test_the_id_of_a_run_off_follows_from_the_heat_before() -> None:
    first = fresh(1).race
    assert runoff_id(first, 1) == runoff_id(first, 1)
    assert len({runoff_id(first, 1), runoff_id(first, 2), runoff_id(fresh(2).race, 1), first}) == 4
    assert re.match(RACE_PATTERN, runoff_id(first, 1))


def test_a_lot_follows_from_the_secret_the_race_and_the_player() -> None:
    race = fresh(1).race
    drawn = [lot(ROOT, race, player, 16) for player in (MINA, JUN)]
    assert drawn == [lot(ROOT, race, player, 16) for player in (MINA, JUN)]
    assert all(0 <= racer < 16 for racer in drawn)
    roots = {lot(Seed(bytes32(f"{number}")), race, MINA, 16) for number in range(200)}
    races = {lot(ROOT, fresh(number).race, MINA, 16) for number in range(200)}
    assert roots == races == set(range(16))


def test_no_lot_is_favoured_by_the_remainder() -> None:
    assert all(LOTS % size == 0 for size in range(1, 17))


def test_a_lot_out_of_range_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    def digest(key: bytes, message: bytes, name: str) -> bytes:
        asked.append(message)
        return b"\xff\xff\xff\xff" if len(asked) < 3 else b"\x00\x00\x00\x07"

    monkeypatch.setattr("hmac.digest", digest)
    assert lot(ROOT, fresh(1).race, MINA, 5) == 2
    assert len(set(asked)) == 3

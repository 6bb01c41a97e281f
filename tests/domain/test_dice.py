import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain import heats

from paddock.domain.dice import DOMAIN, Dice, commitment
from paddock.domain.encoding import encode
from paddock.domain.ids import RaceId, Seed


def dice(number: int = 1, inputs: bytes = b"inputs") -> Dice:
    return Dice(heats.seed(number), heats.race_id(number), inputs)


def words(seed: bytes, race: RaceId, inputs: bytes, label: str, blocks: int) -> list[int]:
    """The words of a stream by the standard library's own HMAC."""
    message = encode((DOMAIN, label, race, hashlib.sha256(inputs).digest()))
    found: list[int] = []
    for counter in range(blocks):
        block = hmac.digest(seed, message + counter.to_bytes(8, "big"), "sha256")
        found += [int.from_bytes(block[at : at + 4], "big") for at in range(0, 32, 4)]
    return found


def test_a_stream_is_hmac_in_counter_mode() -> None:
    stream = dice().stream("pace:0")
    assert [stream.below(2**32) for _ in range(20)] == words(heats.seed(1), heats.race_id(1), b"inputs", "pace:0", 3)[
        :20
    ]


def test_words_that_would_favour_small_values_are_thrown_away() -> None:
    bound = 3 * 2**30  # a quarter of all words must go
    raw = words(heats.seed(1), heats.race_id(1), b"inputs", "form:0", 40)
    stream = dice().stream("form:0")
    kept = [word for word in raw if word < bound]
    assert len(kept) < len(raw)
    assert [stream.below(bound) for _ in range(100)] == kept[:100]


@given(st.integers(0, 40), st.integers(-50, 50), st.integers(0, 2**32 - 1))
def test_many_is_many_times_between(count: int, low: int, width: int) -> None:
    one, other = dice().stream("x"), dice().stream("x")
    high = low + width
    assert one.many(count, low, high) == [other.between(low, high) for _ in range(count)]
    assert one.below(1000) == other.below(1000)


@given(st.integers(1, 2**32), st.integers(0, 1000))
def test_below_stays_below(bound: int, number: int) -> None:
    assert 0 <= dice(number).stream("x").below(bound) < bound


def test_every_value_is_equally_likely() -> None:
    stream = dice().stream("x")
    counts = [0] * 10
    for _ in range(20_000):
        counts[stream.below(10)] += 1
    chi_square = sum((count - 2000) ** 2 / 2000 for count in counts)
    assert chi_square < 27.9  # p = 0.001 with 9 degrees of freedom


@pytest.mark.parametrize(
    "other",
    [
        dice(2).stream("pace:0"),
        dice(1, b"other inputs").stream("pace:0"),
        dice().stream("pace:1"),
        dice().stream("form:0"),
    ],
)
def test_seed_race_inputs_and_label_make_other_dice(other: object) -> None:
    stream = dice().stream("pace:0")
    assert isinstance(other, type(stream))
    assert [stream.below(1000) for _ in range(8)] != [other.below(1000) for _ in range(8)]


def test_streams_do_not_shift_each_other() -> None:
    thrown = dice()
    before = thrown.stream("pace:0").many(8, 0, 999)
    thrown.stream("gimmick:0").many(100, 0, 999)
    assert thrown.stream("pace:0").many(8, 0, 999) == before


def test_a_shuffle_keeps_everybody_and_favours_no_order() -> None:
    stream = dice().stream("x")
    seen: dict[str, int] = {}
    for _ in range(6000):
        order = "".join(stream.shuffled(("a", "b", "c")))
        seen[order] = seen.get(order, 0) + 1
    assert sorted(seen) == ["abc", "acb", "bac", "bca", "cab", "cba"]
    assert sum((count - 1000) ** 2 / 1000 for count in seen.values()) < 20.5  # p = 0.001 with 5 degrees of freedom


def test_the_commitment_is_the_hash_of_the_seed() -> None:
    assert commitment(Seed(bytes(32))) == "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_seed_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Dice(bytes(length), heats.race_id(1), b"")

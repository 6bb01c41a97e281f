"""Allowances: used up by whoever takes, refilled by time alone; moments come in, so nobody waits here."""

from __future__ import annotations

import asyncio

import pytest
from tests.stores.builders import NOON

from paddock.domain.allowance import Rate
from paddock.domain.ids import Millis
from paddock.stores.contract import AllowanceStore

MINUTE = 60_000
TEN = Rate(per_minute=10, burst=3)
"""One unit every six seconds, three at once."""


async def taken(store: AllowanceStore, times: int, *, at: int = NOON, key: str = "mina", kind: str = "guesses") -> int:
    """Try to take so often and say how often it was granted."""
    return sum([await store.take(kind, key, TEN, Millis(at)) for _ in range(times)])


async def test_the_burst_is_granted_and_no_more(allowances: AllowanceStore) -> None:
    assert await taken(allowances, 5) == 3


async def test_time_refills_it_unit_by_unit_up_to_the_burst(allowances: AllowanceStore) -> None:
    await taken(allowances, 3)

    assert await taken(allowances, 2, at=NOON + 5_999) == 0
    assert await taken(allowances, 2, at=NOON + 6_000) == 1
    assert await taken(allowances, 2, at=NOON + 11_999) == 0
    assert await taken(allowances, 2, at=NOON + 12_000) == 1
    assert await taken(allowances, 9, at=NOON + 10 * MINUTE) == 3


async def test_a_refusal_costs_nothing(allowances: AllowanceStore) -> None:
    await taken(allowances, 50)

    assert await taken(allowances, 1, at=NOON + 6_000) == 1


async def test_in_the_long_run_it_is_the_rate(allowances: AllowanceStore) -> None:
    granted = [await taken(allowances, 1, at=NOON + second * 1_000) for second in range(120)]

    assert sum(granted) == 3 + 19, "the burst, and one every six seconds"


@pytest.mark.parametrize("per_minute", [7, 11, 13, 4_000])
async def test_a_rate_that_divides_badly_still_grants_the_whole_burst(
    allowances: AllowanceStore, per_minute: int
) -> None:
    rate = Rate(per_minute, 20)

    granted = [await allowances.take("guesses", "mina", rate, NOON) for _ in range(21)]

    assert granted == [True] * 20 + [False]


async def test_keys_and_kinds_do_not_share(allowances: AllowanceStore) -> None:
    await taken(allowances, 3)

    assert await taken(allowances, 4, key="jun") == 3
    assert await taken(allowances, 4, kind="rooms") == 3


async def test_what_is_given_back_can_be_taken_again_once(allowances: AllowanceStore) -> None:
    await taken(allowances, 3)

    await allowances.give_back("guesses", "mina", TEN, NOON)

    assert await taken(allowances, 2) == 1


async def test_nothing_is_given_back_beyond_the_burst(allowances: AllowanceStore) -> None:
    await taken(allowances, 1)

    for _ in range(5):
        await allowances.give_back("guesses", "mina", TEN, NOON)
    await allowances.give_back("guesses", "jun", TEN, NOON)

    assert await taken(allowances, 5) == 3
    assert await taken(allowances, 5, key="jun") == 3


async def test_many_who_take_at_once_get_the_burst_together(allowances: AllowanceStore) -> None:
    granted = await asyncio.gather(*(allowances.take("guesses", "mina", TEN, NOON) for _ in range(40)))

    assert sum(granted) == 3


async def test_asking_what_is_left_takes_nothing(allowances: AllowanceStore) -> None:
    once = Rate(per_minute=0.1, burst=1)
    for rate in (TEN, once):
        for unit in range(rate.burst):
            for _ in range(5):
                assert await allowances.left("guesses", "jun", rate, NOON), unit
            assert await allowances.take("guesses", "jun", rate, NOON)
        assert not await allowances.left("guesses", "jun", rate, NOON)
        wait = Millis(NOON + round(MINUTE / rate.per_minute))
        assert not await allowances.left("guesses", "jun", rate, Millis(wait - 1))
        assert await allowances.left("guesses", "jun", rate, wait)
        await allowances.give_back("guesses", "jun", rate, NOON)
        assert await allowances.left("guesses", "jun", rate, NOON)
        for _ in range(rate.burst):
            await allowances.give_back("guesses", "jun", rate, NOON)

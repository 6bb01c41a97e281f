"""Boards of other days, weeks and months: a step back or forth, and none beyond today."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession
from hypothesis import given
from hypothesis import strategies as st
from tests.api.server import Backstage, serving

from paddock.api.periods import earlier, later
from paddock.archive.calendar import key
from paddock.archive.contract import Period

BOUNDED = [period for period in Period if period is not Period.ALL]
THURSDAY = date(2026, 12, 31)


@pytest.fixture
async def web(tmp_path: Path) -> AsyncIterator[ClientSession]:
    async with serving(Backstage(), tmp_path) as session:
        yield session


@pytest.mark.parametrize(
    ("period", "day", "before", "after"),
    [
        (Period.DAY, date(2026, 3, 1), date(2026, 2, 28), date(2026, 3, 2)),
        (Period.DAY, date(2026, 12, 30), date(2026, 12, 29), THURSDAY),
        (Period.DAY, THURSDAY, date(2026, 12, 30), None),
        (Period.WEEK, date(2026, 3, 1), date(2026, 2, 16), date(2026, 3, 2)),
        (Period.WEEK, date(2026, 12, 27), date(2026, 12, 14), date(2026, 12, 28)),
        (Period.WEEK, date(2026, 12, 28), date(2026, 12, 21), None),
        (Period.MONTH, date(2026, 1, 31), date(2025, 12, 1), date(2026, 2, 1)),
        (Period.MONTH, date(2026, 12, 1), date(2026, 11, 1), None),
        (Period.ALL, date(2026, 1, 31), None, None),
        (Period.DAY, date(2027, 1, 1), THURSDAY, None),
        (Period.WEEK, date.min, None, date(1, 1, 8)),
    ],
)
def test_one_period_back_and_forth(period: Period, day: date, before: date | None, after: date | None) -> None:
    assert (earlier(period, day), later(period, day, THURSDAY)) == (before, after)


@given(st.sampled_from(BOUNDED), st.dates(date(1, 3, 1), date(9999, 10, 1)), st.dates())
def test_steps_pass_no_period_over(period: Period, day: date, today: date) -> None:
    before, after = earlier(period, day), later(period, day, today)

    assert before is not None
    forth = later(period, before, day)
    assert forth is not None
    assert key(period, forth) == key(period, day)
    assert (after is None) == (day >= today or key(period, day) == key(period, today))
    if after is not None:
        assert after <= today
        assert key(period, after - timedelta(days=1)) == key(period, day) != key(period, after)


async def test_a_board_tells_which_day_it_is_of_and_the_ways_back_and_forth(web: ClientSession) -> None:
    async def told(query: str) -> tuple[str, str | None, str | None]:
        page = await (await web.get(f"/api/leaderboards/paid?{query}")).json()
        return page["on"], page["earlier"], page["later"]

    assert await told("period=week") == ("2027-01-15", "2027-01-04", None)
    assert await told("period=week&on=2027-01-04") == ("2027-01-04", "2026-12-28", "2027-01-11")
    assert await told("period=day&on=2027-01-16") == ("2027-01-16", "2027-01-15", None)
    assert await told("on=2020-01-01") == ("2020-01-01", None, None)

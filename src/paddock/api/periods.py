"""One day, week or month back or forth on the calendar; it knows no clock and no time zone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, assert_never

from paddock.archive.contract import Period

_LENGTHS: Final = {Period.DAY: timedelta(days=1), Period.WEEK: timedelta(days=7), Period.MONTH: timedelta(days=31)}
"""From the first day of a period into the one after; no month is longer, and none so short that it is passed over."""


def first_day(period: Period, day: date) -> date:
    """Give the first day of the period that a day lies in; all time begins with the calendar."""
    match period:
        case Period.DAY:
            return day
        case Period.WEEK:
            return day - timedelta(days=day.weekday())
        case Period.MONTH:
            return day.replace(day=1)
        case Period.ALL:
            return date.min
        case _:
            assert_never(period)


def earlier(period: Period, day: date) -> date | None:
    """Give the first day of the period before; None where the calendar ends."""
    first = first_day(period, day)
    return first_day(period, first - timedelta(days=1)) if first > date.min else None


def later(period: Period, day: date, today: date) -> date | None:
    """Give the first day of the period after; None when that has not begun."""
    first = first_day(period, day)
    if first >= first_day(period, today):
        return None
    return first_day(period, first + _LENGTHS[period])

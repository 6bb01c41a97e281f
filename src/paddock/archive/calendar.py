"""Days, weeks and months of the archive's time zone, as the keys that boards and days are kept under."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from paddock.archive.contract import Period
from paddock.domain.ids import Millis

ALL: Final = "all"
"""The key of the period without bounds."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Keys(Struct, frozen=True):
    """A day as `2026-11-25`, its week as `2026-W48`, its month as `2026-11`; weeks begin on Monday (ISO 8601)."""

    day: str
    week: str
    month: str


class Calendar:
    """A time zone with its days."""

    def __init__(self, zone: str) -> None:
        """Take an IANA name such as `Asia/Seoul`.

        Raises:
            ValueError: there is no such zone; the text is for the operator.
        """
        try:
            self._zone = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"there is no time zone {zone!r}; use a name such as Asia/Seoul") from error

    def day(self, at: Millis) -> date:
        """Give the day that a moment lies in."""
        return (_EPOCH + timedelta(milliseconds=at)).astimezone(self._zone).date()

    def keys(self, at: Millis) -> Keys:
        """Give the keys of a moment."""
        return keys_of(self.day(at))

    def last_days(self, until: Millis, count: int) -> list[str]:
        """Give the keys of the last days up to the one a moment lies in, oldest first."""
        last = self.day(until)
        return [(last - timedelta(days=back)).isoformat() for back in range(count - 1, -1, -1)]


def key(period: Period, day: date) -> str:
    """Give the key of the day, week or month that a day lies in."""
    match period:
        case Period.DAY:
            return keys_of(day).day
        case Period.WEEK:
            return keys_of(day).week
        case Period.MONTH:
            return keys_of(day).month
        case Period.ALL:
            return ALL


def keys_of(day: date) -> Keys:
    """Give the keys of a day."""
    year, week, _ = day.isocalendar()
    return Keys(day.isoformat(), f"{year:04d}-W{week:02d}", f"{day.year:04d}-{day.month:02d}")

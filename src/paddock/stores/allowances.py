"""Allowances in the memory of one process: a reconnect does not refill them, a restart of the process does."""

from __future__ import annotations

from paddock.domain.allowance import Allowance, Rate
from paddock.domain.ids import Millis


class LocalAllowances:
    """An `AllowanceStore` of one process."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, Rate], Allowance] = {}

    async def take(self, kind: str, key: str, rate: Rate, now: Millis) -> bool:
        """Use up one unit, if there is one; see `AllowanceStore`."""
        return self._of(kind, rate).take(key, now)

    async def left(self, kind: str, key: str, rate: Rate, now: Millis) -> bool:
        """Say whether there is a unit to take; see `AllowanceStore`."""
        return self._of(kind, rate).left(key, now)

    async def give_back(self, kind: str, key: str, rate: Rate, now: Millis) -> None:
        """Return a unit; see `AllowanceStore`."""
        self._of(kind, rate).give_back(key)

    def _of(self, kind: str, rate: Rate) -> Allowance:
        found = self._kinds.get((kind, rate))
        if found is None:
            found = self._kinds[kind, rate] = Allowance(rate)
        return found

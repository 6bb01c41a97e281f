"""Writes finished races to the archive, oldest first, until the room store has no unrecorded race.

Play never waits for it: an unavailable archive only delays recording. Several nodes may record the same race; the
archive stores each race id once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import structlog
from msgspec import Struct

from paddock.archive.contract import Archive, ArchiveUnavailable
from paddock.domain.ids import Millis
from paddock.service.clock import Clock
from paddock.stores.contract import Backlog, RoomStore, StoreUnavailable

log = structlog.get_logger("paddock.recorder")

BATCH: Final = 64
TICK_S: Final = 0.5
"""Interval between two queries for finished races; about the delay of a result in the archive."""
FIRST_WAIT_S: Final = 0.5
LONGEST_WAIT_S: Final = 5.0
"""Longest retry interval while the archive is unavailable; short, so that recording resumes soon after its return."""
COUNT_EVERY_S: Final = 2.0
DAY_MS: Final = 86_400_000
PRUNE_EVERY_S: Final = 3600.0
PRUNED_AT_ONCE: Final = 200


class RecorderStats(Struct, frozen=True):
    """The state of recording: the backlog and its age, and the number of races recorded and refused since the start.

    `away` is the class of the error with which writes to the archive fail, None while they succeed. `quarantined` is
    the number of races that the database rejects; -1 while the archive is unavailable.
    """

    backlog: int = 0
    oldest_s: float = 0.0
    delayed: bool = False
    recorded: int = 0
    refused: int = 0
    quarantined: int = -1
    away: str | None = None


class Recorder:
    """Writes finished races of the room store to the archive."""

    def __init__(
        self,
        store: RoomStore,
        archive: Archive,
        clock: Clock,
        jitter: Callable[[], float],
        say_delayed: Callable[[bool], None],
        *,
        late_s: float,
        retention_days: int = 0,
        tick_s: float = TICK_S,
    ) -> None:
        """Create a recorder that does nothing until `run`, `watch` and `prune` are started.

        Args:
            store: has the finished races that are not recorded.
            archive: receives them.
            clock: the store's time.
            jitter: returns numbers from 0 to 1, which spread the work of several nodes over time.
            say_delayed: called with whether the oldest race has waited longer than `late_s`.
            late_s: age in seconds from which recording counts as delayed.
            retention_days: age at which races are pruned; 0 keeps them for ever.
            tick_s: interval between two queries while there is nothing to record.
        """
        self._store = store
        self._archive = archive
        self._clock = clock
        self._jitter = jitter
        self._say_delayed = say_delayed
        self._late_s = late_s
        self._retention_days = retention_days
        self._tick_s = tick_s
        self._failures = 0
        self._backlog = Backlog(0, None)
        self._recorded = self._refused = 0
        self._quarantined = -1
        self._away: str | None = None

    @property
    def state(self) -> RecorderStats:
        """Return the current state of recording."""
        oldest, now = self._backlog.oldest, self._clock()
        waits = max(0.0, (now - oldest) / 1000) if oldest is not None else 0.0
        return RecorderStats(
            self._backlog.races,
            waits,
            waits > self._late_s,
            self._recorded,
            self._refused,
            self._quarantined,
            self._away,
        )

    async def run(self) -> None:
        """Record until cancelled."""
        while True:
            more = await self.step()
            if self._failures:
                wait = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(self._failures - 1, 8))
            else:
                wait = 0.0 if more else self._tick_s
            await asyncio.sleep(wait * (0.5 + self._jitter()))

    async def step(self) -> bool:
        """Record one batch; return whether more races probably wait."""
        try:
            races = await self._store.unrecorded(BATCH)
            if not races:
                self._failures = 0
                return False
            became = await self._archive.record(races)
            done = [*became.recorded, *(refused.race for refused in became.refused)]
            if done:
                await self._store.recorded(done)
        except ArchiveUnavailable as error:
            self._fail(_cause(error))
            return False
        except StoreUnavailable:
            self._failures += 1  # already logged by the store
            return False
        if self._away is not None:
            log.info("recorder.resumed", backlog=self._backlog.races)
        self._failures, self._away = 0, None
        self._recorded += len(became.recorded)
        self._refused += len(became.refused)
        return len(races) == BATCH

    async def watch(self) -> None:
        """Count the backlog and report delays until cancelled."""
        while True:
            await self.refresh()
            await asyncio.sleep(COUNT_EVERY_S)

    async def refresh(self) -> None:
        """Count the backlog once, and report whether recording is delayed."""
        try:
            self._backlog = await self._store.backlog()
        except StoreUnavailable:
            return
        self._say_delayed(self.state.delayed)
        try:
            self._quarantined = await self._archive.quarantined()
        except ArchiveUnavailable:
            self._quarantined = -1

    async def prune(self) -> None:
        """Remove races older than the retention time every hour until cancelled."""
        while self._retention_days:
            await asyncio.sleep(PRUNE_EVERY_S * self._jitter())
            try:
                before = Millis(self._clock() - self._retention_days * DAY_MS)
                removed = 0
                while gone := await self._archive.prune(before, PRUNED_AT_ONCE):
                    removed += gone
                log.info("recorder.pruned", races=removed)
            except ArchiveUnavailable as error:
                log.warning("recorder.prune_postponed", reason=str(error))
            await asyncio.sleep(PRUNE_EVERY_S)

    def _fail(self, cause: str) -> None:
        if self._away is None:
            log.error("recorder.archive_unavailable", error=cause)
        self._failures += 1
        self._away = cause


def _cause(error: BaseException) -> str:
    """Return the class of the root cause; its message is left out because it may contain values."""
    while error.__cause__ is not None and not isinstance(error, TimeoutError):
        error = error.__cause__
    return type(error).__name__

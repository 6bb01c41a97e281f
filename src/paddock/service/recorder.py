"""The recorder hands finished races to the archive, oldest first, and goes on as long as the room store owes any.

It is no part of play: nobody waits for it, and an archive that is away costs nothing but delay. Several nodes may
record the same races at once; the archive keeps each once, by its id.
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
"""How often finished races are looked for: roughly how long a result takes into the archive."""
FIRST_WAIT_S: Final = 0.5
LONGEST_WAIT_S: Final = 5.0
"""Pauses while the archive is away: doubled up to this, and no longer, so that its return is noticed soon."""
COUNT_EVERY_S: Final = 2.0
DAY_MS: Final = 86_400_000
PRUNE_EVERY_S: Final = 3600.0
PRUNED_AT_ONCE: Final = 200


class Recording(Struct, frozen=True):
    """How recording stands: what waits and for how long, what came of the rest.

    `away` is the class of the error for which the archive cannot be written to, None while it can. `quarantined` are
    races that the database does not take; -1 while nobody can tell.
    """

    backlog: int = 0
    oldest_s: float = 0.0
    delayed: bool = False
    recorded: int = 0
    refused: int = 0
    quarantined: int = -1
    away: str | None = None


class Recorder:
    """Records what rooms owe."""

    def __init__(
        self,
        store: RoomStore,
        archive: Archive,
        clock: Clock,
        share: Callable[[], float],
        say_delayed: Callable[[bool], None],
        *,
        late_s: float,
        retention_days: int = 0,
        tick_s: float = TICK_S,
    ) -> None:
        """Prepare a recorder.

        Args:
            store: owes the races.
            archive: is to have them.
            clock: the store's time.
            share: gives numbers from 0 to 1, so that nodes do not go in step.
            say_delayed: is told when recording takes longer than `late_s`, and when it no longer does.
            late_s: how long a race may wait before players are told.
            retention_days: how long races are kept; 0 for ever.
            tick_s: how often it looks when there is nothing to do.
        """
        self._store = store
        self._archive = archive
        self._clock = clock
        self._share = share
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
    def state(self) -> Recording:
        """How recording stands now."""
        oldest, now = self._backlog.oldest, self._clock()
        waits = max(0.0, (now - oldest) / 1000) if oldest is not None else 0.0
        return Recording(
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
            await asyncio.sleep(wait * (0.5 + self._share()))

    async def step(self) -> bool:
        """Record one batch; say whether there is likely to be more."""
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
            self._failures += 1  # the store has said so itself
            return False
        if self._away is not None:
            log.info("recorder.resumed", backlog=self._backlog.races)
        self._failures, self._away = 0, None
        self._recorded += len(became.recorded)
        self._refused += len(became.refused)
        return len(races) == BATCH

    async def watch(self) -> None:
        """Count the backlog and tell of delays, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(COUNT_EVERY_S)

    async def look(self) -> None:
        """Count the backlog once, and tell whether recording is delayed."""
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
        """Remove what is older than it is to be kept, every hour, until cancelled."""
        while self._retention_days:
            await asyncio.sleep(PRUNE_EVERY_S * self._share())
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
    """Name the error at the bottom; its text may hold values, so it is not given."""
    while error.__cause__ is not None and not isinstance(error, TimeoutError):
        error = error.__cause__
    return type(error).__name__

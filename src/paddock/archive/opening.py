"""An archive that is opened while the server already plays: loading its library takes as long as all the rest.

Nothing of a database is imported here. Questions wait for the opening, though not for long.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

from paddock.archive.contract import (
    Archive,
    ArchiveUnavailable,
    BoardQuestion,
    BoardRow,
    DayRow,
    Export,
    KindRow,
    Page,
    Profile,
    ProfileId,
    RaceLine,
    Recording,
    Totals,
    Trouble,
)
from paddock.domain.finished import FinishedRace
from paddock.domain.ids import Millis, RaceId, RoomId
from paddock.domain.record import RaceRecord

WAIT_S: Final = 2.0
"""What a question waits for an archive that is being opened; opening takes well under a second."""
CLOSE_S: Final = 3.0
"""What a server that ends waits for the opening, so that it ends in time whatever becomes of it."""


class Closable(Archive, Protocol):
    """An archive that somebody has to close."""

    @property
    def trouble(self) -> Trouble | None:
        """What is the matter with it, in a word for machines; None while all is well."""

    async def close(self) -> None:
        """Hang up."""


class OpeningArchive:
    """An `Archive` that is there from the start and answers once `open` has opened the one it stands for."""

    def __init__(self, opens: Callable[[], Awaitable[Closable]]) -> None:
        """Prepare it; `opens` gives the archive itself, and may fail and be called again."""
        self._opens = opens
        self._opening: asyncio.Future[Closable] | None = None
        self._archive: Closable | None = None
        self._opened = asyncio.Event()

    @property
    def trouble(self) -> Trouble | None:
        """What is the matter with it, in a word for machines; None while all is well, or it is still being opened."""
        return self._archive.trouble if self._archive is not None else None

    async def open(self) -> None:
        """Open it; whatever `opens` raises is raised, and it can be tried again."""
        # Broken off half-way it would leave a thread that answers a loop which is gone: `close` waits for it instead.
        self._opening = asyncio.ensure_future(self._opens())
        self._archive = await asyncio.shield(self._opening)
        self._opened.set()

    async def close(self) -> None:
        """Hang up, if there is anything to; an opening that has begun is waited for."""
        if self._opening is None:
            return
        await asyncio.wait({self._opening}, timeout=CLOSE_S)
        if not self._opening.done():
            self._opening.cancel()
        elif not self._opening.cancelled() and self._opening.exception() is None:
            await self._opening.result().close()

    async def opened(self) -> None:
        """Wait until it is open, however long that takes."""
        await self._opened.wait()

    async def _there(self) -> Archive:
        if self._archive is None:
            try:
                async with asyncio.timeout(WAIT_S):
                    await self.opened()
            except TimeoutError as error:
                raise ArchiveUnavailable("the archive is still being opened") from error
        assert self._archive is not None  # noqa: S101 - it is set before the event
        return self._archive

    async def record(self, races: Sequence[FinishedRace]) -> Recording:
        """See `Archive`."""
        return await (await self._there()).record(races)

    async def race(self, race: RaceId) -> RaceRecord | None:
        """See `Archive`."""
        return await (await self._there()).race(race)

    async def races_of_room(
        self, room: RoomId, cursor: str | None, limit: int, opened_at: Millis | None = None
    ) -> Page[RaceLine]:
        """See `Archive`."""
        return await (await self._there()).races_of_room(room, cursor, limit, opened_at)

    async def races_of_profile(self, profile: ProfileId, cursor: str | None, limit: int) -> Page[RaceLine]:
        """See `Archive`."""
        return await (await self._there()).races_of_profile(profile, cursor, limit)

    async def profile(self, profile: ProfileId) -> Profile | None:
        """See `Archive`."""
        return await (await self._there()).profile(profile)

    async def profile_of(self, device: str) -> ProfileId | None:
        """See `Archive`."""
        return await (await self._there()).profile_of(device)

    async def rename(self, profile: ProfileId, name: str) -> Profile | None:
        """See `Archive`."""
        return await (await self._there()).rename(profile, name)

    async def export(self, profile: ProfileId) -> Export | None:
        """See `Archive`."""
        return await (await self._there()).export(profile)

    async def erase(self, profile: ProfileId) -> bool:
        """See `Archive`."""
        return await (await self._there()).erase(profile)

    async def offer_move(self, profile: ProfileId, now: Millis) -> str:
        """See `Archive`."""
        return await (await self._there()).offer_move(profile, now)

    async def take_move(self, code: str, device: str, now: Millis) -> Profile | None:
        """See `Archive`."""
        return await (await self._there()).take_move(code, device, now)

    async def board(self, question: BoardQuestion, cursor: str | None, limit: int) -> Page[BoardRow]:
        """See `Archive`."""
        return await (await self._there()).board(question, cursor, limit)

    async def standing(self, question: BoardQuestion, profile: ProfileId) -> BoardRow | None:
        """See `Archive`."""
        return await (await self._there()).standing(question, profile)

    async def kinds(self) -> tuple[KindRow, ...]:
        """See `Archive`."""
        return await (await self._there()).kinds()

    async def days(self, until: Millis, days: int) -> tuple[DayRow, ...]:
        """See `Archive`."""
        return await (await self._there()).days(until, days)

    async def totals(self) -> Totals:
        """See `Archive`."""
        return await (await self._there()).totals()

    async def quarantined(self) -> int:
        """See `Archive`."""
        return await (await self._there()).quarantined()

    async def prune(self, before: Millis, limit: int) -> int:
        """See `Archive`."""
        return await (await self._there()).prune(before, limit)

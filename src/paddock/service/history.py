"""The races of a room in one list: those of today from the live store, the older ones from the archive.

Every page asks both and takes each race once, so that nothing is missing that the archive has not been told of yet, and
nothing comes twice. The archive's lines win, since they know whose profile a player is.
"""

from __future__ import annotations

import asyncio
from typing import Final

from paddock.archive.contract import (
    Archive,
    ArchiveUnavailable,
    Page,
    RaceLine,
    after,
    line_of,
    place_of,
)
from paddock.domain.ids import Millis, RaceId, RoomId
from paddock.domain.record import RaceRecord
from paddock.service.rooms import Rooms

LIVE_MOST: Final = 200
"""Live races that are looked through for a page: more than a room runs while the archive is away for some hours."""


class History:
    """Finished races, wherever they are."""

    def __init__(self, rooms: Rooms, archive: Archive) -> None:
        self._rooms = rooms
        self._archive = archive

    async def of_room(self, room: RoomId, cursor: str | None, limit: int) -> Page[RaceLine]:
        """Give part of a room's races, newest first.

        Raises:
            BadCursor: this list gave no such cursor.
            ArchiveUnavailable: the live races do not fill the page, and the others cannot be read now.
        """
        place = place_of(cursor) if cursor is not None else None
        opened_at, live = await self._live(room, limit if place is None else LIVE_MOST)
        fresh = [line for line in live if place is None or _place(line) < (place.starts_at, place.race)]
        try:
            archived = await self._archive.races_of_room(room, cursor, limit, opened_at)
        except ArchiveUnavailable:
            if len(fresh) < limit:
                raise
            archived = Page((), None)
        lines = {line.race: line for line in (*fresh, *archived.items)}
        ordered = sorted(lines.values(), key=_place, reverse=True)
        shown = tuple(ordered[:limit])
        more = len(ordered) > limit or archived.next is not None or len(fresh) >= limit
        return Page(shown, after(shown[-1]) if shown and more else None)

    async def race(self, race: RaceId) -> RaceRecord | None:
        """Give a finished race; the archive is asked first, as there people may have had their names deleted.

        Raises:
            ArchiveUnavailable: it is no race of today, and older ones cannot be read now.
            StoreUnavailable: the archive does not have it, and nobody can tell whether it is one of today.
        """
        away: ArchiveUnavailable | None = None
        try:
            found = await self._archive.race(race)
        except ArchiveUnavailable as error:
            found, away = None, error
        if found is None:
            found = await self._rooms.race(race)
        if found is None and away is not None:
            raise away
        return found

    async def _live(self, room: RoomId, most: int) -> tuple[Millis | None, list[RaceLine]]:
        stored, records = await asyncio.gather(self._rooms.load(room), self._rooms.races(room, most))
        opened_at = stored.room.opened_at if stored is not None else None
        # A clock that was set back since lets races of this room begin before it was opened.
        since = opened_at + min(0, stored.room.steps.ms) if stored is not None and opened_at is not None else None
        lines = [line_of(record) for record in records]
        # A forgotten room of the same code may have raced today as well.
        return opened_at, [line for line in lines if since is None or line.starts_at >= since]


def _place(line: RaceLine) -> tuple[int, str]:
    return line.starts_at, line.race

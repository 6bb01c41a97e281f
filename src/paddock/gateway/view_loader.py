"""Loads the view of a room, or the entries that a client missed, without a gap before the live entries that follow.

The client must already be subscribed to the fan-out. Its live entries are buffered during the load. If a buffered entry
is newer than what was read, the load is repeated.
"""

from __future__ import annotations

from typing import Final

from paddock.domain.event_views import EntryView, own_entries, public_entry
from paddock.domain.events import Entry
from paddock.domain.ids import PlayerId, RoomId
from paddock.domain.record import RaceRecord
from paddock.domain.views import own_view, public_view
from paddock.gateway import messages as m
from paddock.gateway.fanout import Fanout
from paddock.gateway.sessions import Client, buffering
from paddock.service.rooms import Rooms

HISTORY: Final = 20
"""Number of finished races in a view."""
MOST_ENTRIES: Final = 256
"""If a client missed more entries than this, a new view is smaller and faster."""
READS: Final = 8
"""Limit of repeated loads while the feed is ahead of the store. After it the client sees a gap and asks to catch up."""


def race_summary(record: RaceRecord) -> m.RaceSummary:
    """Return a finished race as one line of history."""
    lanes = [lane for group in record.order for lane in group]
    return m.RaceSummary(
        race=record.card.race,
        at=record.starts_at,
        winners=tuple(record.card.lineup[lane] for lane in lanes),
        payers=tuple(record.names[player] for player in record.payers),
        final=len(record.payers) == 1,
    )


def entry_for(entry: Entry, player: PlayerId) -> EntryView:
    """Return an entry as one player may see it."""
    return own_entries(entry).get(player) or public_entry(entry)


class ViewLoader:
    """Loads views and missed entries for clients of this node."""

    def __init__(self, rooms: Rooms, fanout: Fanout) -> None:
        self._rooms = rooms
        self._fanout = fanout

    async def view(self, client: Client, room_id: RoomId, player: PlayerId) -> m.View | None:
        """Return the view of a room for a player, and send the running race; None if the player is not in the room."""
        with buffering(client) as buffered:
            reads = 0
            while True:
                reads += 1
                chat = await self._rooms.chat(room_id)
                history = await self._rooms.races(room_id, HISTORY)
                stored = await self._rooms.load(room_id)
                if stored is None or player not in stored.room.members:
                    return None
                if reads == READS or not buffered or buffered[-1][0] <= stored.version:
                    break
        client.told = stored.version
        self._fanout.show_race(client, stored.room)
        return m.View(
            room=public_view(stored.room, stored.version),
            own=own_view(stored.room, player),
            chat=tuple(message for message in chat if message.version <= stored.version),
            history=tuple(race_summary(record) for record in history),
            now=self._rooms.now(stored.room),
        )

    async def since(self, client: Client, room: RoomId, player: PlayerId, version: int) -> tuple[EntryView, ...] | None:
        """Return the entries after a version, up to the newest buffered one, for a client that is subscribed.

        None if the client needs a view instead, or if the player is not in the room.
        """
        with buffering(client) as buffered:
            for _ in range(READS):
                entries = await self.missed(room, player, version)
                if entries is None:
                    return None
                last = entries[-1].version if entries else version
                if not buffered or buffered[-1][0] <= last:
                    break
        client.told = last
        return entries

    async def missed(self, room: RoomId, player: PlayerId, version: int) -> tuple[EntryView, ...] | None:
        """Return the entries after a version; None if a view is needed instead, or if the player is not in the room.

        Membership is read after the entries: a host on another node may have removed the player in the meantime, and
        this node may not have received that entry from the feed yet.
        """
        entries = await self._rooms.since(room, version)
        if entries is None or len(entries) > MOST_ENTRIES:
            return None
        stored = await self._rooms.load(room)
        if stored is None or player not in stored.room.members:
            return None
        return tuple(entry_for(entry, player) for entry in entries)

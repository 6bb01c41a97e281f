"""Shows: everything one player is shown on coming in, put together in one order that leaves no gap.

The socket is in the fan-out before anything is read, and what comes for it meanwhile is held: it is in what is read, or
all is read once more.
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
from paddock.gateway.sessions import Client, holding
from paddock.service.rooms import Rooms

HISTORY: Final = 20
"""Finished races that a player is shown on coming in."""
MOST_ENTRIES: Final = 256
"""Beyond this many missed entries a fresh view is smaller and quicker."""
READS: Final = 8
"""How often something is read again because the feed was ahead of it; what is left then is a hole the client sees."""


def race_summary(record: RaceRecord) -> m.RaceSummary:
    """Show a finished race as one line of history."""
    lanes = [lane for group in record.order for lane in group]
    return m.RaceSummary(
        race=record.card.race,
        at=record.starts_at,
        winners=tuple(record.card.lineup[lane] for lane in lanes),
        payers=tuple(record.names[player] for player in record.payers),
        final=len(record.payers) == 1,
    )


def entry_for(entry: Entry, player: PlayerId) -> EntryView:
    """Show an entry to one player."""
    return own_entries(entry).get(player) or public_entry(entry)


class Shows:
    """Makes views and missed entries."""

    def __init__(self, rooms: Rooms, fanout: Fanout) -> None:
        self._rooms = rooms
        self._fanout = fanout

    async def view(self, client: Client, room_id: RoomId, player: PlayerId) -> m.View | None:
        """Show the whole room to a player, and the running race to their socket; None when they are not in it."""
        with holding(client) as held:
            reads = 0
            while True:
                reads += 1
                chat = await self._rooms.chat(room_id)
                history = await self._rooms.races(room_id, HISTORY)
                stored = await self._rooms.load(room_id)
                if stored is None or player not in stored.room.members:
                    return None
                if reads == READS or not held or held[-1][0] <= stored.version:
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
        """Show a player who is connected the entries after a version, up to the newest that is on its way to them.

        None when a view is needed instead, or they are not in the room.
        """
        with holding(client) as held:
            for _ in range(READS):
                entries = await self.missed(room, player, version)
                if entries is None:
                    return None
                last = entries[-1].version if entries else version
                if not held or held[-1][0] <= last:
                    break
        client.told = last
        return entries

    async def missed(self, room: RoomId, player: PlayerId, version: int) -> tuple[EntryView, ...] | None:
        """Show a player the entries after a version; None when a view is needed instead, or they are not in the room.

        Whoever comes back was looked up a moment ago, and may have been sent out since by a host on another node,
        before this node heard the room's feed; so it is looked up again after the entries.
        """
        entries = await self._rooms.since(room, version)
        if entries is None or len(entries) > MOST_ENTRIES:
            return None
        stored = await self._rooms.load(room)
        if stored is None or player not in stored.room.members:
            return None
        return tuple(entry_for(entry, player) for entry in entries)

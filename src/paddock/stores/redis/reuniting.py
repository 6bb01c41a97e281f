"""Rooms as a whole in Redis: read in one piece, and put back after they went on elsewhere; it judges nothing."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from paddock.domain.ids import Millis, RaceId, RoomId
from paddock.stores.change import numbered
from paddock.stores.codec import encode
from paddock.stores.contract import Filing
from paddock.stores.redis.packed import PackedRoom
from paddock.stores.redis.replies import Argument, bodies, items, number, whole
from paddock.stores.redis.scripts import Scripts
from paddock.stores.redis.servers import Servers, Step
from paddock.stores.redis.steps import UNNUMBERED, kept
from paddock.stores.upgrades import SCHEMA
from paddock.stores.whole import WholeRoom

EARLIER: Final = 4
"""Commands from before the entries that are read, for each of these: an id is much smaller than an entry."""


class Reuniting:
    """Reads and writes whole rooms."""

    def __init__(self, servers: Servers, scripts: Scripts) -> None:
        self._servers = servers
        self._scripts = scripts

    async def read(self, room: RoomId, most: int) -> PackedRoom | None:
        """Give a room with its newest entries, `most` of them at most, and commands from before; None for no room."""
        names = self._servers.keys.of_room(room)
        touched = (names.room, names.log, names.chat, names.commands)
        told = (most, EARLIER * most)
        reply = whole(await self._servers.run(Step(names.bucket, self._scripts.whole, touched, told)))
        if reply is None:
            return None
        place, version, ruled, snapshot, schema, entries, chat, commands = items(reply)
        (text,) = bodies([snapshot])
        return PackedRoom(
            number(place),
            number(version),
            number(ruled),
            text,
            number(schema),
            tuple(bodies(entries)),
            tuple(bodies(chat)),
            tuple(bodies(commands)),
        )

    async def write(self, after: WholeRoom, filing: Filing, seen: PackedRoom | WholeRoom | None, *, anew: bool) -> None:
        """Put a room on top of what was seen, or, `anew`, in place of it, log and chat included.

        On top, entries and chat are those that the room here lacks. Commands are added to those that are known here
        of the same room.

        Raises:
            Conflict: the room here is not as it was seen.
        """
        names = self._servers.keys.of_room(after.code)
        touched = (names.room, names.log, names.commands, names.chat, names.due, names.lobby, names.codes)
        told: list[Argument] = [
            after.code,
            str(seen.place) if seen is not None else "",
            seen.version if seen is not None else 0,
            "1" if anew else "",
            str(after.place),
            after.version,
            after.ruled,
            encode(after.room),
            SCHEMA,
            filing.due if filing.due is not None else "",
            encode(filing.summary) if filing.summary is not None else "",
            names.feed,
            names.lobby_feed,
            "SPUBLISH" if self._servers.sharded else "PUBLISH",
            len(after.entries),
            len(after.commands),
        ]
        for entry in after.entries:
            told += (entry.version, entry.at, entry.command or "", encode(numbered(entry, UNNUMBERED)))
        for command, version in after.commands:
            told += (command, version)
        told += (b"%d %b" % (message.version, encode(replace(message, version=UNNUMBERED))) for message in after.chat)
        kept(after.code, await self._servers.run(Step(names.bucket, self._scripts.reunite, touched, tuple(told))))

    async def owe(self, room: RoomId, race: RaceId, at: Millis, body: bytes) -> None:
        """Note a race that finished in a room, unless it is known; see `Races.put` for the race itself."""
        names = self._servers.keys.of_room(room)
        touched = (names.history, names.unrecorded, names.owed)
        await self._servers.run(Step(names.bucket, self._scripts.owe, touched, (race, at, body)))

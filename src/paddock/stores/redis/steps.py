"""The steps of rooms, as the scripts take them, and their answers as the contract words them; it sends nothing.

Entries are kept without their version, which the script gives them: talk may come in between at any time.
"""

from __future__ import annotations

from typing import Final

from paddock.domain.events import Entry, Said
from paddock.domain.finished import FinishedRace
from paddock.domain.ids import RoomId
from paddock.domain.room import Room
from paddock.stores.change import numbered
from paddock.stores.codec import Undecodable, decode_room, encode
from paddock.stores.contract import (
    AlreadyApplied,
    CodeTaken,
    Conflict,
    Filing,
    Known,
    NoSuchRoom,
    StoreUnavailable,
)
from paddock.stores.redis.following import Position
from paddock.stores.redis.keys import Keys, RoomKeys
from paddock.stores.redis.replies import Argument, Reply, items
from paddock.stores.redis.scripts import Scripts
from paddock.stores.redis.servers import Step
from paddock.stores.upgrades import SCHEMA

UNNUMBERED: Final = 0


class Steps:
    """Makes the steps of rooms on `names`; `sharded` says that channels live with their bucket."""

    def __init__(self, scripts: Scripts, node: str, names: Keys, *, sharded: bool) -> None:
        self._scripts = scripts
        self._keys = names
        self._node = node
        self._publish = "SPUBLISH" if sharded else "PUBLISH"

    def create(self, room: Room, entry: Entry, filing: Filing) -> Step:
        """Make a room."""
        names, entry = self._keys.of_room(room.room), numbered(entry, UNNUMBERED)
        touched = (names.room, names.log, names.commands, names.chat, names.due, names.lobby, names.codes)
        told = (*self._filed(room, entry, filing, names), *_messages(entry))
        return Step(names.bucket, self._scripts.create, touched, told)

    def commit(
        self, room: Room, entry: Entry, filing: Filing, finished: FinishedRace | None, mark: str = "", turn_ms: int = 0
    ) -> Step:
        """Lead a room on; `finished` is the race that finished, `mark` that of the room it was decided on.

        With `turn_ms`, a conflict gives this node the next turn, which it has to take within that time.
        """
        names, unnumbered = self._keys.of_room(room.room), numbered(entry, UNNUMBERED)
        touched: tuple[str, ...] = (names.room, names.log, names.commands, names.chat, names.due, names.lobby)
        race: tuple[Argument, Argument] = ("", "")
        if finished is not None:
            touched = (*touched, names.history, names.unrecorded, names.owed)
            race = (finished.race, encode(finished))
        judged = (entry.version, *race, mark, self._node, turn_ms)
        told = (*self._filed(room, unnumbered, filing, names), *judged, *_messages(unnumbered))
        return Step(names.bucket, self._scripts.commit, touched, told)

    def append(self, room: RoomId, entry: Entry) -> Step:
        """Append talk."""
        names, entry = self._keys.of_room(room), numbered(entry, UNNUMBERED)
        touched = (names.room, names.log, names.commands, names.chat)
        told = (entry.at, entry.command or "", encode(entry), names.feed, self._publish, *_messages(entry))
        return Step(names.bucket, self._scripts.append, touched, told)

    def forget(self, room: RoomId, version: int) -> Step:
        """Remove a room."""
        names = self._keys.of_room(room)
        touched = (names.room, names.log, names.commands, names.chat, names.due, names.lobby, names.codes)
        return Step(names.bucket, self._scripts.forget, touched, (room, version, names.lobby_feed, self._publish))

    def since(self, room: RoomId, version: int) -> Step:
        """Ask for entries after a version."""
        names = self._keys.of_room(room)
        return Step(names.bucket, self._scripts.since, (names.room, names.log), (version,))

    def _filed(self, room: Room, entry: Entry, filing: Filing, names: RoomKeys) -> tuple[Argument, ...]:
        return (
            room.room,
            entry.at,
            entry.command or "",
            encode(entry),
            encode(room),
            SCHEMA,
            filing.due if filing.due is not None else "",
            encode(filing.summary) if filing.summary is not None else "",
            names.feed,
            names.lobby_feed,
            self._publish,
        )


def kept(room: RoomId, reply: Reply) -> Position:
    """Read what became of a step: the position it led to.

    Raises:
        AlreadyApplied, CodeTaken, Conflict, NoSuchRoom: it was refused, and nothing was changed.
    """
    match items(reply):
        case [b"kept", int(version), bytes(place)]:
            return Position(int(place), version)
        case [b"conflict", *found]:
            raise _conflict(room, found)
        case [b"missing"]:
            raise NoSuchRoom(room)
        case [b"taken"]:
            raise CodeTaken(room)
        case [b"applied", int(version), *_]:
            raise AlreadyApplied(version)
        case _:
            raise StoreUnavailable("Redis answered something else than was asked for")


def _conflict(room: RoomId, found: list[Reply]) -> Conflict:
    match found:
        case [bytes(version), bytes(snapshot), bytes(schema), (bytes() | None) as mark, int(wait_ms)]:
            try:
                known = Known(int(version), decode_room(snapshot, int(schema)), (mark or b"").decode())
            except Undecodable:
                return Conflict(room)  # whoever loads it says what is wrong
            return Conflict(room, known, wait_ms / 1000)
        case _:
            return Conflict(room)


def _messages(entry: Entry) -> tuple[bytes, ...]:
    return tuple([encode(event.message) for event in entry.events if isinstance(event, Said)])

"""A change of a room as the rows that keep it: everything is encoded here, once; it stores nothing.

Versions are settled before: a change is made for the place and the version it will be kept under.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from paddock.domain.events import Entry, Event, Said
from paddock.domain.finished import FinishedRace
from paddock.domain.ids import Millis
from paddock.domain.room import Room
from paddock.stores.codec import encode
from paddock.stores.contract import RACES_KEPT_MS, Filing
from paddock.stores.rows import EntryRow, MessageRow, RaceRow, RoomRow, Rows, Trim
from paddock.stores.upgrades import SCHEMA
from paddock.stores.whole import WholeRoom


class Snapshot(Struct, frozen=True):
    """A room as it is from an entry on, how it is filed, and the race that finished in that entry, if one did."""

    room: Room
    filing: Filing
    race: FinishedRace | None = None


def numbered(entry: Entry, version: int) -> Entry:
    """Give an entry, and the messages in it, the version under which they are kept."""
    for event in entry.events:
        if isinstance(event, Said):
            return replace(entry, version=version, events=tuple(_numbered(event, version) for event in entry.events))
    return entry if entry.version == version else replace(entry, version=version)


def _numbered(event: Event, version: int) -> Event:
    if isinstance(event, Said):
        return Said(replace(event.message, version=version))
    return event


def mark(entry: Entry) -> str:
    """Tell an entry from every other that a room could have under its version: `Known.mark`, in Lua too."""
    return f"{entry.at} {entry.command or ''}"


def rows_of(place: int, entry: Entry, snapshot: Snapshot | None, trim: Trim | None) -> Rows:
    """Encode an entry with what it leads to; `snapshot` is None for talk, which leaves the room as it is."""
    entry_row = EntryRow(place, entry.version, entry.command, encode(entry))
    said = [event.message for event in entry.events if isinstance(event, Said)]
    messages = tuple(MessageRow(place, entry.version, turn, encode(message)) for turn, message in enumerate(said))
    if snapshot is None:
        return Rows(entry=entry_row, messages=messages, trim=trim)
    race = snapshot.race
    return Rows(
        room=_room_row(place, entry.version, snapshot),
        entry=entry_row,
        messages=messages,
        race=RaceRow(race.race, race.record.room, entry.at, encode(race)) if race is not None else None,
        races_before=Millis(entry.at - RACES_KEPT_MS) if race is not None else None,
        trim=trim,
    )


def rows_of_whole(whole: WholeRoom, filing: Filing) -> Rows:
    """Encode a room that came from another store."""
    messages: list[MessageRow] = []
    for message in whole.chat:
        turn = messages[-1].turn + 1 if messages and messages[-1].version == message.version else 0
        messages.append(MessageRow(whole.place, message.version, turn, encode(message)))
    # Of some commands there is no entry any more. Rooms begin with version 1, so these rows are in nobody's way, and
    # they go with the first entries that are let go.
    earlier = enumerate((command for command, _ in whole.commands), 1 - len(whole.commands))
    return Rows(
        room=_room_row(whole.place, whole.ruled, Snapshot(whole.room, filing)),
        entries=(
            *(EntryRow(whole.place, number, command, b"") for number, command in earlier),
            *(EntryRow(whole.place, entry.version, entry.command, encode(entry)) for entry in whole.entries),
        ),
        messages=tuple(messages),
    )


def _room_row(place: int, version: int, snapshot: Snapshot) -> RoomRow:
    room, filing = snapshot.room, snapshot.filing
    summary = encode(filing.summary) if filing.summary is not None else None
    return RoomRow(place, room.room, version, filing.due, SCHEMA, summary, encode(room))

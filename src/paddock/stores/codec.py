"""Rooms, entries, messages, summaries, races and sessions as JSON bytes and back; it stores nothing.

Everything is encoded once, when it is kept; seeds and roots are base64 in it. A snapshot travels with its schema
number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

import msgspec
from msgspec.json import Decoder, Encoder

from paddock.domain.chat import ChatMessage
from paddock.domain.events import Entry
from paddock.domain.finished import FinishedRace, unattributed
from paddock.domain.record import RaceRecord
from paddock.domain.room import Room
from paddock.domain.views import RoomSummary
from paddock.stores.contract import Session
from paddock.stores.upgrades import SCHEMA, UPGRADES, Upgrade, upgrade

T = TypeVar("T")
Body = Room | Entry | ChatMessage | RoomSummary | RaceRecord | FinishedRace | Session

DECODED_AT_ONCE: Final = 16
"""Finished races that are decoded before the event loop goes round: one takes 0.1 to 0.3 ms, by its players."""
_encoder: Final = Encoder()
_rooms: Final = Decoder(Room)
_mappings: Final = Decoder(dict[str, object])
_entries: Final = Decoder(Entry)
_messages: Final = Decoder(ChatMessage)
_summaries: Final = Decoder(RoomSummary)
_records: Final = Decoder(RaceRecord)
_finished: Final = Decoder(FinishedRace)
_sessions: Final = Decoder(Session)


class Undecodable(ValueError):  # noqa: N818 - an answer, not an error
    """Stored bytes that this version cannot read; the text says what is wrong and where."""


def encode(body: Body) -> bytes:
    """Encode once what is to be kept."""
    return _encoder.encode(body)


def decode_room(body: str | bytes, schema: int, upgrades: Mapping[int, Upgrade] = UPGRADES) -> Room:
    """Read a snapshot, upgraded step by step when an older version wrote it.

    Raises:
        Undecodable: it is damaged, from a newer schema, or no upgrade leads here.
    """
    if schema > SCHEMA:
        raise Undecodable(f"snapshot schema {schema} is newer than {SCHEMA}")
    try:
        if schema < SCHEMA:
            body = _encoder.encode(upgrade(_mappings.decode(body), schema, upgrades))
        return _rooms.decode(body)
    except Exception as error:  # an upgrade is free to raise anything on a damaged snapshot
        raise Undecodable(f"{type(error).__name__}: {error}") from error


def decode_entry(body: str | bytes) -> Entry:
    """Read an entry of a log; raises `Undecodable`."""
    return _decode(_entries, body)


def decode_message(body: str | bytes) -> ChatMessage:
    """Read a chat message; raises `Undecodable`."""
    return _decode(_messages, body)


def decode_summary(body: str | bytes) -> RoomSummary:
    """Read a line of the room list; raises `Undecodable`."""
    return _decode(_summaries, body)


def decode_record(body: str | bytes) -> RaceRecord:
    """Read a finished race; raises `Undecodable`."""
    return _decode(_records, body)


def decode_finished(body: str | bytes) -> FinishedRace:
    """Read what the archive is owed, also as the first version kept it (a record alone); raises `Undecodable`."""
    try:
        return _finished.decode(body)
    except msgspec.DecodeError as error:
        try:
            return unattributed(_records.decode(body))
        except msgspec.DecodeError:
            raise Undecodable(str(error)) from error


def decode_session(body: str | bytes) -> Session:
    """Read a session; raises `Undecodable`."""
    return _decode(_sessions, body)


def _decode(decoder: Decoder[T], body: str | bytes) -> T:
    try:
        return decoder.decode(body)
    except msgspec.DecodeError as error:
        raise Undecodable(str(error)) from error

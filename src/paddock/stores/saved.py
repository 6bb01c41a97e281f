"""What a journal holds when it is opened, read into memory; it changes nothing but a room that cannot be read.

Such a room is set aside, with its reason, in a table of its own, and the rest comes up. A damaged entry or message
costs no room: the log then begins after it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

import structlog
from msgspec import Struct

from paddock.domain.chat import KEPT, ChatMessage
from paddock.domain.ids import CommandKey, Millis
from paddock.stores import tables
from paddock.stores.codec import (
    Undecodable,
    decode_entry,
    decode_message,
    decode_room,
    decode_session,
    decode_summary,
)
from paddock.stores.contract import Filing, Session, Stored
from paddock.stores.room_log import RoomLog
from paddock.stores.upgrades import Upgrade

log = structlog.get_logger("paddock.stores.saved")


class SavedRoom(Struct):
    """One room as the journal has it; `ruled` is the version of the newest entry that is not talk."""

    place: int
    ruled: int
    stored: Stored
    filing: Filing
    log: RoomLog
    chat: list[ChatMessage]


class Saved(Struct):
    """Everything the journal has; `last_place` is the highest one in use."""

    rooms: list[SavedRoom]
    sessions: dict[str, Session]
    last_place: int


def read(connection: sqlite3.Connection, upgrades: Mapping[int, Upgrade]) -> Saved:
    """Read a whole journal."""
    (last_place,) = connection.execute(tables.LAST_PLACE).fetchone()
    logs, earlier = _logs(connection)
    chats = _chats(connection)
    rooms: list[SavedRoom] = []
    for place, code, ruled, due, schema, summary, snapshot in connection.execute(tables.ROOMS).fetchall():
        try:
            room = decode_room(snapshot, schema, upgrades)
            line = decode_summary(summary) if summary is not None else None
        except Undecodable as error:
            log.error("store.room_set_aside", room=code, version=ruled, schema=schema, reason=str(error))
            _set_aside(connection, place, str(error))
            continue
        room_log = logs.get(place)
        if room_log is None or room_log.version < ruled:
            room_log = RoomLog(ruled)
        for command in earlier.get(place, ()):
            room_log.remember(command, room_log.first)
        filing = Filing(Millis(due) if due is not None else None, line)
        stored = Stored(room_log.version, room)
        rooms.append(SavedRoom(place, ruled, stored, filing, room_log, chats.get(place, [])))
    return Saved(rooms, _sessions(connection), last_place or 0)


def _logs(connection: sqlite3.Connection) -> tuple[dict[int, RoomLog], dict[int, list[CommandKey]]]:
    """Give the log of each room, and the commands that came with a room without their entries (`rows_of_whole`)."""
    logs: dict[int, RoomLog] = {}
    earlier: dict[int, list[CommandKey]] = {}
    for place, version, command, body in connection.execute(tables.ENTRIES):
        if version <= 0:
            earlier.setdefault(place, []).append(CommandKey(command))
            continue
        before = logs.get(place)
        try:
            entry = decode_entry(body)
        except Undecodable as error:
            log.warning("store.entry_lost", place=place, version=version, reason=str(error))
            logs[place] = RoomLog(version) if before is None else before.broken(version)
            if command is not None:
                logs[place].remember(CommandKey(command), version)
            continue
        if before is None:
            before = logs[place] = RoomLog(version - 1)
        elif before.version != version - 1:
            before = logs[place] = before.broken(version - 1)
        before.append(entry)
    return logs, earlier


def _chats(connection: sqlite3.Connection) -> dict[int, list[ChatMessage]]:
    chats: dict[int, list[ChatMessage]] = {}
    for place, body in connection.execute(tables.MESSAGES):
        try:
            chats.setdefault(place, []).append(decode_message(body))
        except Undecodable as error:
            log.warning("store.message_lost", place=place, reason=str(error))
    return {place: messages[-KEPT:] for place, messages in chats.items()}


def _sessions(connection: sqlite3.Connection) -> dict[str, Session]:
    sessions: dict[str, Session] = {}
    for token, body in connection.execute(tables.SESSIONS):
        try:
            sessions[token] = decode_session(body)
        except Undecodable as error:
            log.warning("store.session_lost", reason=str(error))
    return sessions


def _set_aside(connection: sqlite3.Connection, place: int, reason: str) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(tables.SET_ASIDE, (reason, place))
    for statement in tables.REMOVE:
        connection.execute(statement, (place,))
    connection.execute("COMMIT")

"""What a data folder consists of, and what can be told of each part: is it whole, how new is it, how much is in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from enum import Enum
from pathlib import Path
from typing import Final

from msgspec import Struct

from paddock.backup.trouble import BackupTrouble
from paddock.stores import tables
from paddock.stores.upgrades import SCHEMA

ROOMS: Final = "rooms.sqlite3"
ARCHIVE: Final = "archive.sqlite3"
SECRET: Final = "secret"  # noqa: S105 - the name of a file
COMPANIONS: Final = ("-wal", "-shm", "-journal")
CONTROL: Final = "control"
"""The socket at which a running server takes requests of its operator."""


class Kind(Enum):
    """How a part is read."""

    JOURNAL = "journal"
    DATABASE = "database"
    SECRET = "secret"  # noqa: S105 - no secret either


PARTS: Final = {ROOMS: Kind.JOURNAL, ARCHIVE: Kind.DATABASE, SECRET: Kind.SECRET}
"""In the order in which they are copied: a race that is recorded meanwhile is then owed by the rooms and in the
archive, which takes it once, and never in neither."""


class About(Struct, frozen=True):
    """What is in a part: rows by table; the layout of its tables and the schema of its snapshots, if it has them."""

    counts: dict[str, int] = {}
    layout: int | None = None
    schema: int | None = None


def inspect(path: Path, kind: Kind, name: str) -> About:
    """Check a copy from the first page to the last, and tell what is in it; it is one file afterwards.

    Raises:
        BackupTrouble: it is damaged, no part of Paddock, or made by a newer version.
    """
    if kind is Kind.SECRET:
        return About()
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            return _inspect(connection, kind, name)
    except sqlite3.Error as error:
        raise BackupTrouble(f"{name} is damaged: {error}.") from error


def _inspect(connection: sqlite3.Connection, kind: Kind, name: str) -> About:
    layout = schema = None
    if kind is Kind.JOURNAL:
        if _number(connection, "PRAGMA application_id") != tables.APPLICATION:
            raise BackupTrouble(f"{name} is no journal of Paddock.")
        layout = _number(connection, "PRAGMA user_version")
        schema = _number(connection, tables.NEWEST_SCHEMA)
        if layout > tables.LAYOUT or schema > SCHEMA:
            raise BackupTrouble(f"{name} was written by a newer Paddock; use that version or a later one.")
    connection.execute("PRAGMA journal_mode = DELETE")
    verdicts = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
    if verdicts != ["ok"]:
        raise BackupTrouble(f"{name} is damaged: {'; '.join(verdicts)}.")
    names = [
        str(row[0])
        for row in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1"
        )
    ]
    # The names come from a file that may be anybody's, so they are quoted; values cannot be.
    counts = {table: _number(connection, f'SELECT count(*) FROM "{_quoted(table)}"') for table in names}  # noqa: S608
    return About(counts, layout, schema)


def _quoted(table: str) -> str:
    return table.replace('"', '""')


def _number(connection: sqlite3.Connection, statement: str) -> int:
    (number,) = connection.execute(statement).fetchone()
    return int(number or 0)

"""A damaged SQLite file is moved aside, never deleted, so that a server can start a new one beside it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import structlog

log = structlog.get_logger("paddock.archive")

_BROKEN: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_COMPANIONS: Final = ("-wal", "-shm")


def set_aside_if_damaged(path: Path) -> None:
    """Move a file aside that is no database, or whose tables cannot be read; it may be called with others at work.

    Every page is looked at by `paddock backup`, not here: a start must not take minutes.
    """
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=0.2)) as connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (table,) in tables:
                connection.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone()  # noqa: S608 - a name of its own
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code is None or code & 0xFF not in _BROKEN:
            return  # locked, or not to be read: whoever uses it next says so
        aside = path.with_name(f"{path.name}.broken-{datetime.now(UTC):%Y%m%d-%H%M%S}")
        for ending in ("", *_COMPANIONS):
            part = path.with_name(path.name + ending)
            if part.exists():
                part.rename(aside.with_name(aside.name + ending))
        log.error("archive.moved_aside", file=str(path), moved_to=str(aside), reason=str(error))

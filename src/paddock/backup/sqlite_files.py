"""SQLite files of a backup, which may be anybody's: nothing of them is run, and only known tables and indexes pass.

Triggers, views, checks, generated columns and indexes over expressions run statements of whoever wrote the file as soon
as a server works with it. So each definition must be the one that this version, or its migrations, would have made.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from paddock.backup.trouble import BackupTrouble
from paddock.stores import tables
from paddock.stores.upgrades import SCHEMA

Definition = tuple[str, str, str, str]
"""Type, name, table and statement of something that a file defines."""

VERSIONS: Final = "alembic_version"
_DEFINITIONS: Final = "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master ORDER BY type, name LIMIT 1000"
_OWN: Final = re.compile(r"sqlite_(autoindex_\w+|sequence|stat1|stat4)")
"""What SQLite makes by itself, or at the wish of an operator (ANALYZE)."""
_FORM: Final = re.compile(r"[\s\"`\[\]]+")


def inspect_journal(path: Path, name: str) -> tuple[dict[str, int], int, int]:
    """Check a journal and return its rows by table, the layout of its tables and the schema of its snapshots.

    Raises:
        BackupTrouble: see `paddock.backup.parts.inspect`.
    """
    with _opened(path, name) as connection:
        if _number(connection, "PRAGMA application_id") != tables.APPLICATION:
            raise BackupTrouble(f"{name} is no journal of Paddock.")
        layout = _number(connection, "PRAGMA user_version")
        if layout > tables.LAYOUT:
            raise _newer(name)
        found = _definitions(connection)
        _compare(name, found, _journal())
        schema = _number(connection, tables.NEWEST_SCHEMA)
        if schema > SCHEMA:
            raise _newer(name)
        return _checked(connection, name, found), layout, schema


def inspect_archive(path: Path, name: str) -> dict[str, int]:
    """Check an archive and return its rows by table.

    Raises:
        BackupTrouble: see `paddock.backup.parts.inspect`.
    """
    from paddock.archive.migrating import HEAD, definitions, known

    with _opened(path, name) as connection:
        found = _definitions(connection)
        if not found:
            return {}
        newest = _normal(definitions(HEAD))
        # The table of the version alone is the same in all versions: nothing else is read before it was compared.
        versions = [one for one in newest if one[1] == VERSIONS]
        _compare(name, [one for one in found if one[1] == VERSIONS], versions)
        version = connection.execute(f"SELECT version_num FROM {VERSIONS} LIMIT 1").fetchone()  # noqa: S608 - fixed
        if version is None:
            _compare(name, found, versions)
        elif version[0] not in known():
            raise _newer(name)
        else:
            _compare(name, found, newest if version[0] == HEAD else _normal(definitions(str(version[0]))))
        return _checked(connection, name, found)


@contextmanager
def _opened(path: Path, name: str) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
            connection.execute("PRAGMA mmap_size = 0")
            yield connection
    except sqlite3.Error as error:
        raise BackupTrouble(f"{name} is damaged: {error}.") from error


def _definitions(connection: sqlite3.Connection) -> list[Definition]:
    return _normal([tuple(map(str, row)) for row in connection.execute(_DEFINITIONS)])


def _normal(found: Iterable[tuple[str, ...]]) -> list[Definition]:
    """Return definitions without what SQLite defines by itself, white space, quotes and capitals."""
    return [
        (kind, made, table, _FORM.sub("", statement).lower())
        for kind, made, table, statement in found
        if _OWN.fullmatch(made) is None or kind not in {"table", "index"}
    ]


def _journal() -> list[Definition]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(tables.CREATE)
        return _definitions(connection)


def _compare(name: str, found: list[Definition], wanted: list[Definition]) -> None:
    """Refuse definitions that are unknown, missing or other than known."""
    known = {(kind, made): rest for kind, made, *rest in wanted}
    there = {(kind, made): rest for kind, made, *rest in found}
    for (kind, made), rest in there.items():
        if (kind, made) not in known:
            raise BackupTrouble(f"{name} holds the {kind} {made[:64]!r}, which is not of Paddock.")
        if rest != known[kind, made]:
            raise BackupTrouble(f"{name} holds the {kind} {made!r} in another form than Paddock makes it.")
    for kind, made in known:
        if (kind, made) not in there:
            raise BackupTrouble(f"{name} lacks the {kind} {made!r}.")


def _checked(connection: sqlite3.Connection, name: str, found: list[Definition]) -> dict[str, int]:
    """Look at every page, and return the rows of each table."""
    connection.execute("PRAGMA journal_mode = DELETE")
    verdicts = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
    if verdicts != ["ok"]:
        raise BackupTrouble(f"{name} is damaged: {'; '.join(verdicts)}.")
    # Names that were compared with known ones; values cannot be names.
    return {
        made: _number(connection, f'SELECT count(*) FROM "{made}"')  # noqa: S608
        for kind, made, *_ in found
        if kind == "table"
    }


def _newer(name: str) -> BackupTrouble:
    return BackupTrouble(f"{name} was written by a newer Paddock; use that version or a later one.")


def _number(connection: sqlite3.Connection, statement: str) -> int:
    (number,) = connection.execute(statement).fetchone()
    return int(number or 0)

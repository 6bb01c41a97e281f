"""What a data folder consists of, and what can be told of each part: is it whole, how new is it, how much is in it."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Final

from msgspec import Struct

from paddock.backup.trouble import BackupTrouble

ROOMS: Final = "rooms.sqlite3"
ARCHIVE: Final = "archive.sqlite3"
SECRET: Final = "secret"  # noqa: S105 - the name of a file
REDIS: Final = "redis.rdb"
"""A snapshot of the embedded Redis in the file format of Redis."""
CONTROL: Final = "control"
"""The socket at which a running server takes requests of its operator."""
SECRET_BYTES: Final = (32, 1024)


class Kind(Enum):
    """How a part is read."""

    JOURNAL = "journal"
    DATABASE = "database"
    REDIS = "redis"
    SECRET = "secret"  # noqa: S105 - no secret either


PARTS: Final = {ROOMS: Kind.JOURNAL, REDIS: Kind.REDIS, ARCHIVE: Kind.DATABASE, SECRET: Kind.SECRET}
"""In the order in which they are copied: a race that is recorded meanwhile is then owed by the rooms and in the
archive, which takes it once, and never in neither."""
PLACES: Final = {name: Path(name) for name in PARTS} | {REDIS: Path("redis", "appendonly.aof")}
"""Where each part lies in a data folder. Redis takes a snapshot for the begin of its append-only file: 6.2 goes on with
that file, newer versions move it into `appendonlydir`."""


class About(Struct, frozen=True):
    """What is in a part: rows by table; the layout of its tables and the schema of its snapshots, if it has them."""

    counts: dict[str, int] = {}
    layout: int | None = None
    schema: int | None = None


def inspect(path: Path, kind: Kind, name: str) -> About:
    """Check a copy from the first page to the last and return what is in it; it is one file afterwards.

    Raises:
        BackupTrouble: it is damaged, holds what is no part of Paddock, or was made by a newer version.
    """
    # Neither is needed by all: alembic and a Redis take a moment.
    from paddock.backup import snapshot, sqlite_files

    match kind:
        case Kind.SECRET:
            least, most = SECRET_BYTES
            if not least <= path.stat().st_size <= most:
                raise BackupTrouble(f"{name} is no secret of Paddock: it has {path.stat().st_size:,} bytes.")
            return About()
        case Kind.REDIS:
            return About(snapshot.inspect(path, name))
        case Kind.JOURNAL:
            return About(*sqlite_files.inspect_journal(path, name))
        case Kind.DATABASE:
            return About(sqlite_files.inspect_archive(path, name))

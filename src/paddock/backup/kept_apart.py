"""Rooms that servers keep apart from their Redis, because it was away: they are in no snapshot of it, so none is made.

Servers that run are asked at their `/metrics`; of those that ended the journals are looked at.
"""

from __future__ import annotations

import sqlite3
import time
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec

from paddock.backup.redis_client import RedisClient
from paddock.backup.trouble import BackupTrouble
from paddock.stores.contract import NodeAbout

FOLDER: Final = "failover"
"""The folder of such journals (`backend`)."""
WAIT_S: Final = 15.0
"""Rooms are brought back within five seconds."""
ANSWER_S: Final = 5.0
LOOK_S: Final = 0.2
_NODES: Final = "*node:{b0}:*"
_FIGURES: Final = ("paddock_degraded", "paddock_isolated_rooms")
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "*": "127.0.0.1", "::": "[::1]", "[::]": "[::1]"}  # noqa: S104


def wait_for_servers(redis: RedisClient) -> None:
    """Wait until no server of a Redis keeps rooms apart from it.

    Raises:
        BackupTrouble: one does so for long, or cannot be asked.
    """
    end = time.monotonic() + WAIT_S
    while kept := sum(map(_kept, _pages(redis))):
        if time.monotonic() > end:
            raise BackupTrouble(
                f"The servers keep {kept:.0f} rooms apart from their Redis, which are in no snapshot of it; their log "
                "says why (`store.degraded`). Make the backup when they are back."
            )
        time.sleep(LOOK_S)


def refuse_journals(data: Path, *, running: bool) -> None:
    """Refuse when journals of ended servers hold rooms that Redis has not got back.

    Raises:
        BackupTrouble: they do, or cannot be read.
    """
    for path in sorted((data / FOLDER).glob("*.sqlite3")):
        try:
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0.1)) as journal:
                (kept,) = journal.execute(
                    "SELECT (SELECT count(*) FROM rooms) + (SELECT count(*) FROM races WHERE NOT recorded)"
                ).fetchone()
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} and running:
                continue  # its server runs, and was asked
            raise BackupTrouble(f"{path} cannot be read: {error}.") from error
        if kept:
            raise BackupTrouble(
                f"{path} holds rooms that were kept while Redis was away and are not in it yet. Start the server, "
                "which brings them back, and then make the backup."
            )


def _pages(redis: RedisClient) -> set[str]:
    """Return the addresses of the figures of all servers; workers of a port answer for each other."""
    pages: set[str] = set()
    cursor = b"0"
    while True:
        match redis.ask("SCAN", cursor.decode(), "MATCH", _NODES, "COUNT", "1000"):
            case [bytes(cursor), list(keys)]:
                found = [redis.ask("GET", key.decode()) for key in keys if isinstance(key, bytes)]
            case _:
                raise BackupTrouble("Redis answers in a way that is not understood.")
        for body in found:
            listens = msgspec.json.decode(body, type=NodeAbout).listens if isinstance(body, bytes) else ""
            if listens:
                host, _, port = listens.rpartition(":")
                pages.add(f"http://{_EVERYWHERE.get(host, host)}:{port}/metrics")
        if cursor == b"0":
            return pages


def _kept(page: str) -> float:
    # Every server answers to this name, whatever it is called.
    asked = urllib.request.Request(page, headers={"Host": "localhost"})  # noqa: S310 - made of an address, see above
    try:
        with urllib.request.urlopen(asked, timeout=ANSWER_S) as answer:  # noqa: S310
            lines = answer.read().decode().splitlines()
    except (OSError, ValueError) as error:
        raise BackupTrouble(
            f"The server at {page} cannot be asked whether it keeps rooms apart from its Redis: {error}. Try again, or "
            "stop it first."
        ) from error
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(_FIGURES))

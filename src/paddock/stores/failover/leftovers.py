"""Journals of processes that ended while Redis was away: whoever starts next on this machine goes on with their rooms.

A journal is locked as long as its process lives, so nobody takes a living one's. It is removed only when everything in
it is kept in another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from paddock.domain.room import Room
from paddock.stores.contract import Filing
from paddock.stores.journal_file import JournalLocked, JournalTrouble, remove
from paddock.stores.local import LocalStore

log = structlog.get_logger("paddock.stores.failover")

SUFFIX: Final = ".sqlite3"
MOST_RACES: Final = 100_000


def journal_of(folder: Path, node: str) -> Path:
    """Name the journal of a node."""
    return folder / f"{node}{SUFFIX}"


async def adopt(folder: Path, own: Path, local: LocalStore, filing: Callable[[Room], Filing]) -> None:
    """Take over what is left in the other journals of a folder, and remove them."""
    for path in await asyncio.to_thread(_others, folder, own):
        left = LocalStore(path)
        try:
            await left.open()
        except JournalLocked:
            continue
        except JournalTrouble as error:
            log.error("store.journal_not_adopted", journal=str(path), reason=str(error))
            continue
        try:
            rooms = await _take_over(left, local, filing)
        finally:
            await left.close()
        await asyncio.to_thread(remove, path)
        log.warning("store.journal_adopted", journal=path.name, rooms=rooms)


def _others(folder: Path, own: Path) -> list[Path]:
    return sorted(path for path in folder.glob(f"*{SUFFIX}") if path != own)


async def _take_over(left: LocalStore, local: LocalStore, filing: Callable[[Room], Filing]) -> int:
    rooms = await left.rooms()
    for code in rooms:
        whole, ours = await left.whole(code), await local.whole(code)
        if whole is None or (ours is not None and ours.version >= whole.version):
            continue
        if ours is not None:
            await local.forget(code, ours.version)
        await local.take_in(whole, filing(whole.room))
    for token, session in left.sessions():
        if session.room in rooms:
            await local.put_session(token, session)
    for race in await left.unrecorded(MOST_RACES):
        await local.owe(race)
    return len(rooms)

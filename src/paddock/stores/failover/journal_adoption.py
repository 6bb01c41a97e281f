"""Adoption of journals of processes that ended without Redis: the next process on this machine takes their rooms over.

A journal is locked while its process lives, so only journals of ended processes are adopted. A journal is removed only
when everything in it is saved in another. One process at a time adopts in a folder, and has the folder's lock until the
last journal is removed. If it is killed before, the next one finds both journals, and takes each room once.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from paddock.domain.ids import RoomId
from paddock.domain.room import Room
from paddock.files import file_lock
from paddock.stores.contract import CodeTaken, Filing
from paddock.stores.journal_file import JournalLocked, JournalTrouble, remove
from paddock.stores.local import LocalStore
from paddock.stores.whole import WholeRoom

log = structlog.get_logger("paddock.stores.failover")

SUFFIX: Final = ".sqlite3"
LOCK: Final = "adoption.lock"
WAIT_S: Final = 20.0
"""Adoption takes seconds; a process that hangs in it does not keep others from starting."""
MOST_RACES: Final = 100_000


def journal_of(folder: Path, node: str) -> Path:
    """Return the path of the journal of a node."""
    return folder / f"{node}{SUFFIX}"


async def adopt_journals(folder: Path, own: Path, local: LocalStore, filing: Callable[[Room], Filing]) -> None:
    """Take over the contents of the other journals in a folder, and remove them.

    Raises:
        OSError: the folder cannot be used.
    """
    try:
        descriptor = await asyncio.to_thread(file_lock.take, folder / LOCK, lambda: WAIT_S)
    except TimeoutError:
        log.error("store.journals_not_adopted", folder=str(folder), advice="the next start takes them over")
        return
    try:
        await _adopt_all(folder, own, local, filing)
    finally:
        os.close(descriptor)


async def _adopt_all(folder: Path, own: Path, local: LocalStore, filing: Callable[[Room], Filing]) -> None:
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
            rooms, refused = await _take_over(left, local, filing)
        finally:
            await left.close()
        if refused:
            log.error("store.rooms_not_adopted", journal=path.name, rooms=refused, advice="the next start tries again")
            continue
        await asyncio.to_thread(remove, path)
        log.warning("store.journal_adopted", journal=path.name, rooms=rooms)


def _others(folder: Path, own: Path) -> list[Path]:
    return sorted(path for path in folder.glob(f"*{SUFFIX}") if path != own)


async def _take_over(left: LocalStore, local: LocalStore, filing: Callable[[Room], Filing]) -> tuple[int, list[RoomId]]:
    """Take over a journal; return how many rooms it has, and those that have to stay in it.

    Two isolated processes may have made rooms at the same place, which is a millisecond, and a journal has one room for
    each place. The second room stays until the first is in Redis.
    """
    rooms = await left.rooms()
    taken: list[WholeRoom] = []
    refused: list[RoomId] = []
    for code in rooms:
        whole, ours = await left.whole(code), await local.whole(code)
        if whole is None or (ours is not None and ours.version >= whole.version):
            continue
        if ours is not None:
            await local.forget(code, ours.version)
        try:
            await local.take_in(whole, filing(whole.room))
        except CodeTaken:
            refused.append(code)
        else:
            taken.append(whole)
    for token, session in left.sessions():
        if session.room in rooms and session.room not in refused:
            await local.put_session(token, session)
    races = await left.unrecorded(MOST_RACES)
    for race in races:
        await local.owe(race)
    if refused:
        # The journal stays: what was taken over must not be adopted again later, when it is out of date.
        for whole in taken:
            await left.forget(whole.code, whole.version)
        await left.recorded([race.race for race in races])
    return len(rooms), refused

"""Data folders with something in them, made by the store itself."""

from __future__ import annotations

from pathlib import Path

from tests.archive.archives import PATIENT, archive_on
from tests.archive.evenings import raced
from tests.stores.builders import ANNA, NOON, code, entry, filed, finished, line, room, said

from paddock.archive.sqlite import Sqlite
from paddock.backup.parts import ARCHIVE, ROOMS, SECRET
from paddock.stores.contract import Session
from paddock.stores.local import LocalStore

ROOMS_MADE = 3
RACES_RECORDED = 5


async def filled(folder: Path, *, archive: bool = True) -> Path:
    """Make a data folder with some rooms, a finished race, a session, a secret and an archive of some kind."""
    folder.mkdir(parents=True, exist_ok=True)
    store = LocalStore(folder / ROOMS)
    await store.open()
    for number in range(1, ROOMS_MADE + 1):
        await store.create(room(number), entry(1), filed(summary=line(number)))
        await store.append(code(number), (said("hello"),), NOON, None)
    await store.commit(room(1), entry(3), filed(), finished(1))
    await store.put_session("token-hash", Session(code(1), ANNA, "node"))
    await store.close()
    (folder / SECRET).write_bytes(b"s" * 32)
    if archive:
        records = archive_on(Sqlite(folder / ARCHIVE, PATIENT))
        await records.record([raced(number, "Mina", "Jun") for number in range(RACES_RECORDED)])
        await records.close()
    return folder


async def codes_in(folder: Path) -> list[str]:
    """Open the store of a folder and give its rooms."""
    store = LocalStore(folder / ROOMS)
    await store.open()
    codes = sorted(str(room) for room in await store.rooms())
    await store.close()
    return codes

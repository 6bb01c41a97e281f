"""A process that commits to a journal for ever and prints each acknowledged version; it is there to be killed.

python -m tests.stores.committer PATH
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import structlog
from tests.stores.builders import ANNA, NOON, code, entry, filed, room, said

from paddock.stores.contract import Session
from paddock.stores.local import LocalStore

ROOMS = 8


async def play(store: LocalStore, number: int) -> None:
    await store.create(room(number, title="1"), entry(1), filed(due=1))
    version = 1
    while True:
        if version % 5 == 0:
            talk = await store.append(code(number), (said(f"at {version + 1}"),), NOON, None)
            version = talk.version
        else:
            wish = entry(version + 1, command=f"command-{version + 1}")
            await store.commit(room(number, title=str(version + 1)), wish, filed(due=version + 1))
            version += 1
        await store.put_session(f"token-{number}", Session(code(number), ANNA, f"node-{version}"))
        # Straight to the pipe: what has been printed has been acknowledged, whatever happens next.
        os.write(1, f"{number} {version}\n".encode())


async def main(path: Path) -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    store = LocalStore(path)
    await store.open()
    await asyncio.gather(*(play(store, number) for number in range(ROOMS)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))

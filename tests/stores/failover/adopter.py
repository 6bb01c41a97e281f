"""A process that takes over what is left in a folder of journals; it is there to be raced, stopped and killed.

python -m tests.stores.failover.adopter FOLDER NODE STOP

It prints a line and reads one wherever it is told to STOP: at `start` (its own journal is open), at a `room` (in the
middle of a journal), at a `removal` (all of a journal is taken over, and it is still there). At the end it prints the
rooms that it has, and waits.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import structlog

from paddock.domain.room import Room
from paddock.service import rooms
from paddock.stores.contract import Filing
from paddock.stores.failover import journal_adoption
from paddock.stores.journal_file import remove
from paddock.stores.local import LocalStore

folder, node, stop = Path(sys.argv[1]), sys.argv[2], sys.argv[3]


def at(moment: str) -> None:
    """Stop here, if this is where to stop."""
    if moment == stop:
        print(moment, flush=True)
        sys.stdin.readline()


def filing(room: Room) -> Filing:
    """File a room that is taken over."""
    at("room")
    return rooms.filing(room)


def removing(path: Path) -> None:
    """Remove a journal that is taken over."""
    at("removal")
    remove(path)


async def main() -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    setattr(journal_adoption, "remove", removing)  # noqa: B010 - to stop where no argument can
    own = journal_adoption.journal_of(folder, node)
    local = LocalStore(own)
    await local.open()
    at("start")
    await journal_adoption.adopt_journals(folder, own, local, filing)
    print("has", *sorted(await local.rooms()), flush=True)
    sys.stdin.readline()
    await local.close()


if __name__ == "__main__":
    asyncio.run(main())

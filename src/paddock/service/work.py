"""The kinds of expensive work, a queue for each, and how much of each a server does and keeps waiting.

The numbers of waiting jobs follow from the three seconds after which callers give up: what waits longer is done for
nobody.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from paddock.service.work_queue import WorkQueue
from paddock.service.work_schedule import WorkFigures, WorkLimits


class WorkKind(StrEnum):
    """The kinds of expensive work; each has a queue of its own, so that none delays another."""

    REQUEST = "request"
    """The turn of an HTTP request that is none of the realtime protocol, before anything is done for it."""
    PASSWORD = "password"  # noqa: S105 - a word, not a secret
    """Hashing a password, in a thread."""
    SEARCH = "search"
    """Looking through the room list, on the event loop."""
    REPLAY = "replay"
    """Computing a finished race again, on the event loop."""
    RECORD = "record"
    """A question to the archive, which has few connections to its database."""
    EXPORT = "export"
    """Everything that is kept of one person."""


HASHES: Final = max(1, min(2, (os.cpu_count() or 1) // 2))
"""Passwords hashed at once: half of the cores are left to the event loop and to other processes."""

LIMITS: Final = {
    WorkKind.REQUEST: WorkLimits(1, waiting=1024, waiting_of_source=512, waiting_of_session=4),
    WorkKind.PASSWORD: WorkLimits(HASHES, waiting=64, waiting_of_source=32, waiting_of_session=2),
    WorkKind.SEARCH: WorkLimits(1, waiting=256, waiting_of_source=128, waiting_of_session=4),
    WorkKind.REPLAY: WorkLimits(1, waiting=128, waiting_of_source=64, waiting_of_session=4),
    WorkKind.RECORD: WorkLimits(8, waiting=128, waiting_of_source=64, waiting_of_session=4),
    WorkKind.EXPORT: WorkLimits(1, waiting=16, waiting_of_source=4, waiting_of_session=1),
}

SPARED: Final = 2
"""Connections to the archive's database that no question takes: one for recording, one for an export."""


def limits_for(connections: int) -> dict[WorkKind, WorkLimits]:
    """Return the limits of a server with so many connections to its archive's database."""
    records = WorkLimits(max(1, connections - SPARED), waiting=128, waiting_of_source=64, waiting_of_session=4)
    return {**LIMITS, WorkKind.RECORD: records}


class Work:
    """The queues of all kinds."""

    def __init__(self, limits: Mapping[WorkKind, WorkLimits] = LIMITS) -> None:
        self._queues = {kind: WorkQueue(kind.value, limits[kind]) for kind in WorkKind}

    def __getitem__(self, kind: WorkKind) -> WorkQueue:
        """Return the queue of a kind."""
        return self._queues[kind]

    @property
    def figures(self) -> dict[str, WorkFigures]:
        """What each queue has counted, by the word of its kind."""
        return {kind.value: queue.figures for kind, queue in self._queues.items()}

    def close(self) -> None:
        """Begin nothing more."""
        for queue in self._queues.values():
            queue.close()

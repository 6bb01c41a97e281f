"""The room list: a projection of the store as versioned deltas, at most one per `INTERVAL_MS`, leading and trailing.

Only those who look at it get it. A viewer starts from `shown()` at a version and takes the deltas after it; nothing is
counted here, so nothing can drift.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from paddock.domain.ids import RoomId
from paddock.domain.views import RoomSummary
from paddock.stores.contract import LobbyChange, RoomStore, Unsubscribe

INTERVAL_MS: Final = 200


class LobbyDelta(Struct, frozen=True):
    """What changed from `version` - 1 to `version`."""

    version: int
    changed: tuple[RoomSummary, ...]
    gone: tuple[RoomId, ...]


class Lobby:
    """The room list of one node."""

    def __init__(self, store: RoomStore, deliver: Callable[[LobbyDelta], None]) -> None:
        self._store = store
        self._deliver = deliver
        self._shown: dict[RoomId, RoomSummary] = {}
        self._version = 0
        self._pending: dict[RoomId, RoomSummary | None] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._unwatch: Unsubscribe | None = None

    async def open(self) -> None:
        """Read the list as it is and follow it from now on."""
        self._unwatch = self._store.watch(self._notice)
        for summary in await self._store.listed():
            self._shown[summary.room] = summary

    def shown(self) -> tuple[int, tuple[RoomSummary, ...]]:
        """Give the list, newest rooms first, and its version."""
        return self._version, tuple(sorted(self._shown.values(), key=lambda summary: -summary.opened_at))

    def close(self) -> None:
        """Follow the list no longer."""
        if self._unwatch is not None:
            self._unwatch()
        if self._timer is not None:
            self._timer.cancel()

    def _notice(self, change: LobbyChange) -> None:
        self._pending[change.room] = change.summary
        if self._timer is None:
            self._flush()

    def _flush(self) -> None:
        self._timer = None
        pending = {room: new for room, new in self._pending.items() if new != self._shown.get(room)}
        self._pending.clear()
        if not pending:
            return
        for room, summary in pending.items():
            if summary is None:
                del self._shown[room]
            else:
                self._shown[room] = summary
        self._version += 1
        changed = tuple(summary for summary in pending.values() if summary is not None)
        gone = tuple(room for room, summary in pending.items() if summary is None)
        self._deliver(LobbyDelta(self._version, changed, gone))
        self._timer = asyncio.get_running_loop().call_later(INTERVAL_MS / 1000, self._flush)

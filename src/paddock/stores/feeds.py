"""Who wants to hear of a room's entries and of the room list, in this process; it keeps nothing of what it tells."""

from __future__ import annotations

from functools import partial

import structlog

from paddock.domain.events import Entry
from paddock.domain.ids import RoomId
from paddock.domain.views import RoomSummary
from paddock.stores.contract import Deliver, LobbyChange, Notice, Unsubscribe

log = structlog.get_logger("paddock.stores.feeds")


class Feeds:
    """The subscribers of each room's feed, called in the order in which they came."""

    __slots__ = ("_rooms",)

    def __init__(self) -> None:
        self._rooms: dict[RoomId, tuple[Deliver, ...]] = {}

    def subscribe(self, room: RoomId, deliver: Deliver) -> Unsubscribe:
        """Deliver from the next entry on; the same function may subscribe several times."""
        # A subscription is an object of its own, so that ending it never ends another one of the same function.
        subscription = partial(deliver)
        self._rooms[room] = (*self._rooms.get(room, ()), subscription)

        def unsubscribe() -> None:
            left = tuple(other for other in self._rooms.get(room, ()) if other is not subscription)
            if left:
                self._rooms[room] = left
            else:
                self._rooms.pop(room, None)

        return unsubscribe

    def deliver(self, room: RoomId, entry: Entry) -> None:
        """Give an entry to all subscribers of its room; one that raises is reported and disturbs nobody else."""
        for deliver in self._rooms.get(room, ()):
            try:
                deliver(room, entry)
            except Exception:
                log.exception("store.deliver_failed", room=room, version=entry.version)


class Lobby:
    """What the room list says, and who watches it."""

    __slots__ = ("_summaries", "_watchers")

    def __init__(self) -> None:
        self._summaries: dict[RoomId, RoomSummary] = {}
        self._watchers: dict[object, Notice] = {}

    def listed(self) -> tuple[RoomSummary, ...]:
        """Give all lines of the list."""
        return tuple(self._summaries.values())

    def watch(self, notice: Notice) -> Unsubscribe:
        """Tell changes from the next one on."""
        key = object()
        self._watchers[key] = notice

        def unwatch() -> None:
            self._watchers.pop(key, None)

        return unwatch

    def say(self, room: RoomId, summary: RoomSummary | None) -> None:
        """Set what the list says of a room; watchers are told only when that changes anything."""
        if self._summaries.get(room) == summary:
            return
        if summary is None:
            del self._summaries[room]
        else:
            self._summaries[room] = summary
        for notice in tuple(self._watchers.values()):
            try:
                notice(LobbyChange(room, summary))
            except Exception:
                log.exception("store.notice_failed", room=room)

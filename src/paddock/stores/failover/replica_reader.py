"""Reads of rooms while Redis is unavailable, from the replicas that this node has; it changes nothing."""

from __future__ import annotations

from paddock.domain.chat import ChatMessage
from paddock.domain.events import Entry
from paddock.domain.ids import CommandKey, RoomId
from paddock.stores.contract import NotHome, Stored
from paddock.stores.failover.replicas import Replicas
from paddock.stores.whole import WholeRoom


class ReplicaReader:
    """The reading methods of a `RoomStore`; each raises `NotHome` if this node has no replica of the room."""

    def __init__(self, replicas: Replicas) -> None:
        self._replicas = replicas

    async def load(self, room: RoomId) -> Stored:
        """Return the snapshot."""
        whole = self._replica(room)
        return Stored(whole.version, whole.room)

    async def applied(self, room: RoomId, command: CommandKey) -> int | None:
        """Return the version that a command led to, or None."""
        return self._replica(room).applied(command)

    async def since(self, room: RoomId, version: int) -> tuple[Entry, ...] | None:
        """Return all entries after `version`, or None."""
        return self._replica(room).since(version)

    async def chat(self, room: RoomId) -> tuple[ChatMessage, ...]:
        """Return the kept messages, oldest first."""
        return self._replica(room).chat

    def _replica(self, room: RoomId) -> WholeRoom:
        if (whole := self._replicas.whole(room)) is None:
            raise NotHome(room)
        return whole

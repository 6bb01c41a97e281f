"""Sending to all sockets of a room.

A broadcast is encoded once; every socket gets the same frame.
"""

from __future__ import annotations

from .frames import event_frame
from .membership import Membership
from .metrics import Counters
from .packet import Frame
from .socket import Socket


class BroadcastOperator:
    """Sends to one room of a namespace; holds no sockets itself."""

    __slots__ = ("_counters", "_membership", "_namespace", "room")

    def __init__(self, namespace: str, room: str, membership: Membership[Socket], counters: Counters) -> None:
        self.room = room
        self._namespace = namespace
        self._membership = membership
        self._counters = counters

    def sockets(self) -> list[Socket]:
        """Return the sockets in the room in the order in which they joined."""
        return list(self._membership.members(self.room))

    def emit(self, event: str, *args: object, except_: Socket | None = None) -> None:
        """Send an event to every socket in the room but one."""
        if self._membership.members(self.room):
            self.send(event_frame(self._namespace, event, args), except_=except_)

    def emit_volatile(self, event: str, *args: object, except_: Socket | None = None) -> None:
        """Send an event to every socket in the room but one, except those whose client is behind."""
        if self._membership.members(self.room):
            self.send_volatile(event_frame(self._namespace, event, args), except_=except_)

    def send(self, frame: Frame, *, except_: Socket | None = None) -> None:
        """Send a frame to every socket in the room but one."""
        # A copy: a socket that exceeds its write budget leaves the room during the loop.
        sockets = list(self._membership.members(self.room))
        self._counters.broadcasts.observe(len(sockets))
        for socket in sockets:
            if socket is not except_:
                socket.send_frame(frame)

    def send_volatile(self, frame: Frame, *, except_: Socket | None = None) -> None:
        """Send a frame to every socket in the room but one, except those whose client is behind."""
        sockets = list(self._membership.members(self.room))
        self._counters.broadcasts.observe(len(sockets))
        for socket in sockets:
            if socket is not except_:
                socket.send_volatile_frame(frame)

"""Who is in which room of a namespace, and sending to all of them.

Never encodes anything twice: a broadcast is one frame, written to each socket.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .frames import event_frame
from .packet import Frame

if TYPE_CHECKING:
    from .namespace import Namespace
    from .socket import Socket


class Rooms:
    """Room membership; empty rooms do not exist."""

    __slots__ = ("_members",)

    def __init__(self) -> None:
        self._members: dict[str, dict[Socket, None]] = {}

    def __len__(self) -> int:
        """Return how many rooms have somebody in them."""
        return len(self._members)

    def members(self, room: str) -> dict[Socket, None]:
        """Return the sockets in a room, in the order they joined; do not change it."""
        return self._members.get(room, {})

    def join(self, socket: Socket, room: str) -> None:
        """Put a socket into a room."""
        if socket.rooms is None:
            socket.rooms = set()
        socket.rooms.add(room)
        self._members.setdefault(room, {})[socket] = None

    def leave(self, socket: Socket, room: str) -> None:
        """Take a socket out of a room."""
        if socket.rooms is not None:
            socket.rooms.discard(room)
        members = self._members.get(room)
        if members is not None and socket in members:
            del members[socket]
            if not members:
                del self._members[room]

    def leave_all(self, socket: Socket) -> None:
        """Take a socket out of every room it is in."""
        for room in socket.rooms or ():
            members = self._members[room]
            del members[socket]
            if not members:
                del self._members[room]
        socket.rooms = None


class Room:
    """One room of a namespace, for sending to everybody in it; cheap to make, holds nobody."""

    __slots__ = ("_namespace", "name")

    def __init__(self, namespace: Namespace, name: str) -> None:
        self._namespace = namespace
        self.name = name

    def sockets(self) -> list[Socket]:
        """Return who is in the room now, in the order they joined."""
        return list(self._namespace.rooms.members(self.name))

    def emit(self, event: str, *args: object, except_: Socket | None = None) -> None:
        """Send an event to everybody in the room but one."""
        if self._namespace.rooms.members(self.name):
            self.send(event_frame(self._namespace.name, event, args), except_=except_)

    def emit_volatile(self, event: str, *args: object, except_: Socket | None = None) -> None:
        """Send an event to everybody in the room but one, and but those who are behind."""
        if self._namespace.rooms.members(self.name):
            self.send_volatile(event_frame(self._namespace.name, event, args), except_=except_)

    def send(self, frame: Frame, *, except_: Socket | None = None) -> None:
        """Send a frame to everybody in the room but one."""
        # A copy: a socket that turns out to be too far behind leaves the room while it is walked.
        sockets = list(self._namespace.rooms.members(self.name))
        self._namespace.counters.broadcasts.observe(len(sockets))
        for socket in sockets:
            if socket is not except_:
                socket.send_frame(frame)

    def send_volatile(self, frame: Frame, *, except_: Socket | None = None) -> None:
        """Send a frame to everybody in the room but one, and but those who are behind."""
        sockets = list(self._namespace.rooms.members(self.name))
        self._namespace.counters.broadcasts.observe(len(sockets))
        for socket in sockets:
            if socket is not except_:
                socket.send_volatile_frame(frame)

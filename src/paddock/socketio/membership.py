"""Room membership: which members are in which rooms.

Pure, and independent of what a member is: any hashable will do. Sends nothing.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

M = TypeVar("M", bound=Hashable)


class Membership(Generic[M]):
    """Rooms by name and their members; empty rooms do not exist."""

    __slots__ = ("_members", "_rooms")

    def __init__(self) -> None:
        self._members: dict[str, dict[M, None]] = {}
        self._rooms: dict[M, set[str]] = {}

    def __len__(self) -> int:
        """Return the number of rooms that have members."""
        return len(self._members)

    def members(self, room: str) -> dict[M, None]:
        """Return the members of a room in the order in which they joined; the caller must not change it."""
        return self._members.get(room, {})

    def rooms_of(self, member: M) -> frozenset[str]:
        """Return the rooms a member is in."""
        return frozenset(self._rooms.get(member, ()))

    def join(self, member: M, room: str) -> None:
        """Add a member to a room; joining twice changes nothing."""
        self._rooms.setdefault(member, set()).add(room)
        self._members.setdefault(room, {})[member] = None

    def leave(self, member: M, room: str) -> None:
        """Remove a member from a room; nothing happens if it is not in it."""
        rooms = self._rooms.get(member)
        if rooms is not None and room in rooms:
            rooms.discard(room)
            if not rooms:
                del self._rooms[member]
            self._remove(member, room)

    def leave_all(self, member: M) -> None:
        """Remove a member from every room it is in."""
        for room in self._rooms.pop(member, ()):
            self._remove(member, room)

    def _remove(self, member: M, room: str) -> None:
        members = self._members[room]
        del members[member]
        if not members:
            del self._members[room]

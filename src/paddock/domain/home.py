"""Where a room is at home when servers cannot agree through their store: every one reads the same off the snapshot.

It knows no network: whether a node is there at all is not its question.
"""

from __future__ import annotations

from paddock.domain.room import Room


def home(room: Room) -> str | None:
    """Name the node that may go on with a room by itself, or None when nobody has ever been connected to it.

    It is the node that the host is connected to, else that of the longest-seated player who is connected. When nobody
    is, the same order is asked for the node that somebody was connected to last.
    """
    host = room.members.get(room.host) if room.host is not None else None
    order = [*((host,) if host is not None else ()), *room.seated(), *room.members.values()]
    connected = [member.node for member in order if member.away_since is None and member.node]
    return next(iter([*connected, *(member.node for member in order if member.node)]), None)

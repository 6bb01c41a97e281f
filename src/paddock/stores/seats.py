"""Sessions in memory by hashed seat token, and by room, so that a forgotten room takes its sessions with it."""

from __future__ import annotations

from collections import Counter

from paddock.domain.ids import RoomId
from paddock.stores.contract import Session


class Seats:
    """What is kept of sessions; a change under way is only counted."""

    __slots__ = ("_rooms", "_sessions", "_under_way")

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}
        self._rooms: dict[RoomId, set[str]] = {}
        self._under_way: Counter[str] = Counter()

    def get(self, token: str) -> Session | None:
        """Give the session of a token, or None."""
        return self._sessions.get(token)

    def all(self) -> tuple[tuple[str, Session], ...]:
        """Give all sessions, each with its token."""
        return tuple(self._sessions.items())

    def put(self, token: str, session: Session | None) -> None:
        """Set what is kept of a token; None removes it."""
        before = self._sessions.pop(token, None)
        if before is not None:
            tokens = self._rooms[before.room]
            tokens.discard(token)
            if not tokens:
                del self._rooms[before.room]
        if session is not None:
            self._sessions[token] = session
            self._rooms.setdefault(session.room, set()).add(token)

    def of(self, room: RoomId) -> tuple[str, ...]:
        """Give the tokens of a room; one that is being changed at the moment is left out, as it may be moving away."""
        return tuple(token for token in self._rooms.get(room, ()) if token not in self._under_way)

    def begin(self, token: str) -> None:
        """Count a change of a token as under way."""
        self._under_way[token] += 1

    def settle(self, token: str) -> None:
        """Count it as kept or lost."""
        self._under_way[token] -= 1
        if self._under_way[token] == 0:
            del self._under_way[token]

    def __len__(self) -> int:
        return len(self._sessions)

"""The states of a session."""

from __future__ import annotations

from enum import Enum


class SessionState(Enum):
    """Where a session stands."""

    OPEN = "open"
    CLOSING = "closing"
    """Ended for the application; a polling client may still fetch its last packets."""
    CLOSED = "closed"

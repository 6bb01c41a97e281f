"""Transport interface used by a session: a WebSocket (`transport_ws`) or long polling (`transport_polling`)."""

from __future__ import annotations

from typing import Protocol

from .limits import TransportName
from .packet import Frame


class Transport(Protocol):
    """The way to one client: a WebSocket connection, or the mailbox that polls are answered from."""

    name: TransportName

    @property
    def backlog(self) -> int:
        """Return the bytes written but not yet taken by the client's side."""

    def write(self, frame: Frame) -> int:
        """Send or queue a frame and return the backlog after it; never blocks, never raises."""

    def drain(self) -> list[Frame]:
        """Return the frames that were written but not handed to the client, and forget them."""

    def close(self, code: int, reason: str) -> None:
        """Send the client a close message; nothing is written afterwards."""

    def release(self) -> None:
        """Close without notifying the session: the client has left or moved to another transport."""

    def abort(self) -> None:
        """Close at once and discard what is queued."""

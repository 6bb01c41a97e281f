"""What a session needs of a way to its client: a WebSocket (`transport_ws`) or the mailbox of polling."""

from __future__ import annotations

from typing import Protocol

from .limits import TransportName
from .packet import Frame


class Channel(Protocol):
    """One way to the client: a WebSocket connection, or the mailbox that polls are answered from."""

    name: TransportName

    @property
    def backlog(self) -> int:
        """Return the bytes written but not yet taken by the client's side."""

    def write(self, frame: Frame) -> int:
        """Send or queue a frame and return the backlog after it; never blocks, never raises."""

    def drain(self) -> list[Frame]:
        """Return the frames that were written but not handed to the client, and forget them."""

    def close(self, code: int, reason: str) -> None:
        """Tell the client that this is the end; nothing is written afterwards."""

    def release(self) -> None:
        """Let the client go without a word to the session: it left by itself, or moved to another channel."""

    def abort(self) -> None:
        """Let the client go at once, dropping what is queued."""

"""The interface of the connection that a socket belongs to."""

from __future__ import annotations

from typing import Protocol, TypeVar

from .handshake import Handshake
from .limits import Options
from .metrics import Counters
from .session import Session

S_contra = TypeVar("S_contra", contravariant=True)


class SocketOwner(Protocol[S_contra]):
    """Owner interface used by a socket and by its namespace; the type argument is the type of the sockets.

    Attributes:
        session: the transport session that carries the packets.
        handshake: the request that opened the session.
        options: settings and bounds.
        counters: the server's counters.
    """

    session: Session
    handshake: Handshake
    options: Options
    counters: Counters

    def enter(self, socket: S_contra) -> None:
        """Register a socket as the client's socket in its namespace, in place of an earlier one."""

    def leave(self, socket: S_contra, reason: str) -> None:
        """Remove a socket from its namespace and notify the client."""

    def drop(self, socket: S_contra) -> None:
        """Forget a socket; packets that the client sends before it learns of this are ignored."""

    def disconnect(self) -> None:
        """Remove the client from every namespace and close its connection."""

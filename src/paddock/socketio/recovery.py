"""What an application implements so that a client that comes back gets what it missed.

The unmodified JavaScript client remembers the `pid` of its CONNECT packet and, as its offset, the last argument of the
last event that ended with a string. It shows both when it connects again; it says `recovered` when it gets the same
`pid` back.
Never stores anything: where the missed events are is the application's affair.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Protocol

from .packet import Frame
from .socket import Socket

MAX_CLAIM = 256
"""Characters of a `pid` or an offset; a longer claim is no claim."""


class Recovery(Protocol):
    """Connection-state recovery, as far as it depends on the application."""

    def restore(
        self, pid: str, offset: str | None, auth: object, socket: Socket
    ) -> Awaitable[Sequence[Frame] | None] | Sequence[Frame] | None:
        """Return the frames the client missed, oldest first, or None if it has to start afresh.

        Called before the connect handler, for a socket that is not connected yet. Frames sent to the socket from here
        on (it may join rooms) are held and follow the returned ones, so nothing sent after the join can be lost.
        Nothing is known about the claim: check `auth` as for a new client. If the answer is None, an exception (other
        than `ConnectRefused`), too late (`Options.recovery_timeout`) or too large (`Options.write_budget`), this socket
        is over and the client starts afresh with another one.

        Args:
            pid: what the client says it got when it connected for the first time.
            offset: the last string that came as last argument of an event; None if none came.
            auth: the CONNECT payload, decoded.
            socket: the socket that is being connected.
        """


def claim(auth: object) -> tuple[str | None, str | None]:
    """Return the `pid` and the offset a CONNECT payload claims."""
    if not isinstance(auth, dict):
        return None, None
    pid = auth.get("pid")
    offset = auth.get("offset")
    if not isinstance(pid, str) or not 0 < len(pid) <= MAX_CLAIM:
        return None, None
    if offset is not None and (not isinstance(offset, str) or len(offset) > MAX_CLAIM):
        return None, None
    return pid, offset

"""What a session stands between: the server it lives in, and the application that gets its messages."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Protocol

from .limits import Options
from .metrics import Counters
from .turns import Turns

if TYPE_CHECKING:
    from .session import Session


class Listener(Protocol):
    """What an application does with the messages of one session."""

    def text(self, message: bytes, now: float) -> Awaitable[None] | None:
        """Take a text message (UTF-8, without its type digit); return something to wait for before reading on."""

    def binary(self, message: bytes, now: float) -> Awaitable[None] | None:
        """Take a binary message; return something to wait for before reading on."""

    def closed(self, reason: str) -> None:
        """Learn that the session has ended; called exactly once."""

    def wake(self, now: float) -> float | None:
        """Do what is due; return when to be asked next, or None."""


class Host(Protocol):
    """What a session needs from the server it lives in."""

    options: Options
    counters: Counters
    turns: Turns

    def sleep(self, session: Session, at: float) -> None:
        """Wake the session at `at` or a little later."""

    def sleep_for(self, session: Session, seconds: float) -> None:
        """Wake the session after so many seconds."""

    def forget(self, session: Session) -> None:
        """Take the session out of the registry: its id is unknown from now on."""

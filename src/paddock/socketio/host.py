"""Interfaces of a session: the server it belongs to, and the application that receives its messages."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Protocol, TypeVar

from .fair_scheduler import FairScheduler
from .limits import Options
from .metrics import Counters

S_contra = TypeVar("S_contra", contravariant=True)


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


class Host(Protocol[S_contra]):
    """Server interface used by a session; the type argument is the type of the sessions."""

    options: Options
    counters: Counters
    scheduler: FairScheduler

    def sleep(self, session: S_contra, at: float) -> None:
        """Wake the session at `at` or a little later."""

    def sleep_for(self, session: S_contra, seconds: float) -> None:
        """Wake the session after so many seconds."""

    def forget(self, session: S_contra) -> None:
        """Take the session out of the registry: its id is unknown from now on."""

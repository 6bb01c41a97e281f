"""What a host may set for a room, and the pace an operator gives to new rooms; validated values, no behaviour."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

from paddock.domain.card import Rule
from paddock.domain.ids import Millis

HOUR_MS: Final = 3_600_000
MAX_SEATS: Final = 200
MAX_SPECTATORS: Final = 200
MAX_SHUT_OUT: Final = 200
"""Blocked people a room remembers, and kicked ones: the newest, so that no host makes a snapshot grow for ever."""
TITLE_GRAPHEMES: Final = 30
RULES_GRAPHEMES: Final = 500
TRACKS: Final = (500, 700, 1000)
LIVES_H: Final = (1, 3, 6)


class Listing(StrEnum):
    """Whether the room list shows a room."""

    PUBLIC = "public"
    UNLISTED = "unlisted"


class Settings(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """What the host decides; every member sees it. The password is not here: only its hash is kept, in the room."""

    title: str = ""
    rules: str = ""
    rule: Rule = Rule.LAST
    track: int = 500
    racers: Annotated[int, Meta(ge=4, le=6)] = 5
    capacity: Annotated[int, Meta(ge=2, le=MAX_SEATS)] = 50
    pick_seconds: Annotated[int, Meta(ge=0, le=600)] = 0
    """Seconds from the second ready player to the lock; 0 means that the host alone decides."""
    life_h: int = 3
    listing: Listing = Listing.PUBLIC
    one_device: bool = False
    locked: bool = False


class Pace(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """How long each step lasts, in milliseconds; defaults are the table of constants players feel as right.

    A room keeps the pace it was opened with, so a change of the operator's settings never cuts a running round.
    """

    reason_ms: int = 3_000
    roulette_ms: int = 5_500
    hold_ms: int = 3_000
    countdown_ms: int = 4_000
    lead_ms: int = 400
    """From the computed race to its start, so that the first segments are on every phone in time."""
    tail_ms: int = 1_500
    """From the last racer over the line to the podium."""
    podium_ms: int = 60_000
    replay_hold_ms: int = 5_000
    """How long a podium with several payers stands before their run-off."""
    runoff_ms: int = 6_000
    seat_grace_ms: int = 120_000
    host_grace_ms: int = 60_000
    empty_grace_ms: int = 120_000
    forget_ms: int = 14 * 24 * HOUR_MS
    """How long a closed room's code stays with its founder, who may open it again."""


def deadline(start: Millis, lasts_ms: int) -> Millis:
    """The moment `lasts_ms` after `start`."""
    return Millis(start + lasts_ms)

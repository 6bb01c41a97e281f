"""A finished race as the archive is owed it: its public record, and who its players are; it never leaves the server."""

from __future__ import annotations

from msgspec import Struct

from paddock.domain.ids import Millis, PlayerId
from paddock.domain.record import RaceRecord


class FinishedRace(Struct, frozen=True):
    """One finished heat. `devices` are the hashed device tokens of its players, by which they have a profile.

    `opened_at` tells the room from an earlier one of the same code; `title` is what it was called then.
    """

    record: RaceRecord
    devices: dict[PlayerId, str]
    opened_at: Millis
    title: str

"""A finished race as the archive is owed it: its public record, and who its players are; it never leaves the server."""

from __future__ import annotations

from msgspec import Struct

from paddock.domain.ids import Millis, PlayerId, RaceId
from paddock.domain.record import RaceRecord
from paddock.domain.room import Racing, Room, SettingChange


class FinishedRace(Struct, frozen=True, gc=False):
    """One finished heat. `devices` are the hashed device tokens of its players, by which they have a profile.

    `opened_at` tells the room from an earlier one of the same code; `title` is what it was called then. `first` is
    the first heat of the round. `changes` are what hosts changed in the room since its race before.
    """

    record: RaceRecord
    devices: dict[PlayerId, str]
    opened_at: Millis
    title: str
    first: RaceId
    changes: tuple[SettingChange, ...] = ()

    @property
    def race(self) -> RaceId:
        """The race's id."""
        return self.record.card.race


def finished(room: Room, record: RaceRecord) -> FinishedRace:
    """Give a race that has just finished, from the room in which it was running."""
    devices, first = {}, record.card.race
    if isinstance(room.phase, Racing):
        heat = room.phase.heat
        devices = {player: heat.devices[player] for player, _ in heat.card.picks if player in heat.devices}
        first = heat.first or first
    return FinishedRace(record, devices, room.opened_at, room.settings.title, first, room.changes)


def unattributed(record: RaceRecord) -> FinishedRace:
    """Give a race of which no more than its record is known, as older versions kept it: nobody's profile has it."""
    return FinishedRace(record, {}, Millis(0), "", record.card.race)

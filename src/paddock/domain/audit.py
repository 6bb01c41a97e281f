"""What hosts change, noted for the archive: which setting, by whom, from what to what; never a password or its hash.

The notes travel with the room until its next finished race takes them along.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import asdict

from paddock.domain.ids import Millis
from paddock.domain.room import Room, SettingChange
from paddock.domain.settings import Settings

KEPT: Final = 16
"""Changes a room remembers, the newest, so that a host who plays with the settings does not make it grow."""
LONGEST: Final = 60
"""Characters of a value; texts of a room can be longer than a note needs."""


def with_changes(room: Room, settings: Settings, password: str | None, at: Millis) -> tuple[SettingChange, ...]:
    """Give a room's notes as they are after its host has set this."""
    host = room.members.get(room.host) if room.host is not None else None
    if host is None:
        return room.changes
    before, after = asdict(room.settings), asdict(settings)
    notes = [
        SettingChange(at, host.player, host.keys.device, name, _text(before[name]), _text(value))
        for name, value in after.items()
        if before[name] != value
    ]
    if password != room.password:
        said = (_password(room.password), "changed" if room.password and password else _password(password))
        notes.append(SettingChange(at, host.player, host.keys.device, "password", *said))
    return (*room.changes, *notes)[-KEPT:]


def _text(value: object) -> str:
    text = str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _password(hashed: str | None) -> str:
    return "none" if hashed is None else "set"

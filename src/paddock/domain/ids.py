"""Names and units of the domain as types; this module makes no ids, it only says what they are."""

from __future__ import annotations

from typing import Final, NewType

RoomId = NewType("RoomId", str)
"""A room's code: five characters of `CODE_ALPHABET`, as `K7AB2`, or eight, as `K7AB2CDE`, if it is to be a secret."""
PlayerId = NewType("PlayerId", str)
"""A seated or watching person within one room: 10 characters of `[a-z0-9]`, public."""
RaceId = NewType("RaceId", str)
"""One heat, run-off included: 16 characters of `[a-z0-9]`, public."""
CommandId = NewType("CommandId", str)
"""Made by a client for one command, so that it is applied once: 8-40 characters of `[A-Za-z0-9_-]`."""
CommandKey = NewType("CommandKey", str)
"""What an applied command is remembered under in its room: sender, kind and `CommandId` (see `identity`)."""
Seed = NewType("Seed", bytes)
"""The 32 secret bytes that fix a race; public only after its finish."""
Millis = NewType("Millis", int)
"""Milliseconds; as a moment, since the Unix epoch by the store's clock."""
Millimetres = NewType("Millimetres", int)
"""A distance on the track."""
Kind = NewType("Kind", str)
"""A racer's kind in the stable, for example `tiger`; looks only, never an influence on the outcome."""

CODE_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""32 letters without O, I, 0 and 1, which people mistake for one another."""
END: Final = r"$(?!\n)"
"""The very end: a plain `$` lets a line feed pass behind it, and JSON Schema knows no `\\Z` of Python."""
CODE_LETTERS: Final = 5
"""Of a listed room without a password: the list tells its code anyway."""
SECRET_CODE_LETTERS: Final = 8
"""Of an unlisted room, or one with a password: 32,768 times as many codes."""
CODE_PATTERN: Final = r"^[A-HJ-NP-Z2-9]{5}(?:[A-HJ-NP-Z2-9]{3})?" + END
PLAYER_PATTERN: Final = r"^[a-z0-9]{10}" + END
RACE_PATTERN: Final = r"^[a-z0-9]{16}" + END
COMMAND_PATTERN: Final = r"^[A-Za-z0-9_-]{8,40}" + END
TOKEN_PATTERN: Final = r"^[A-Za-z0-9_-]{43}" + END
"""A seat token: 32 random bytes in unpadded base64url."""

"""What was said in a room; kept beside the snapshot, because no rule depends on it."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from paddock.domain.ids import Millis, PlayerId

TEXT_GRAPHEMES: Final = 200
KEPT: Final = 100
"""Messages a room keeps, the newest ones."""


class ChatMessage(Struct, frozen=True, gc=False):
    """One line of chat; `version` is the room version it led to and serves as its id within the room."""

    version: int
    player: PlayerId
    name: str
    text: str
    mentions: tuple[PlayerId, ...]
    at: Millis

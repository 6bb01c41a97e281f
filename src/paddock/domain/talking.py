"""Talk: what may be said, and who is mentioned in it; no rule depends on it."""

from __future__ import annotations

from paddock.domain import commands as c
from paddock.domain import events as e
from paddock.domain import names
from paddock.domain.chat import TEXT_GRAPHEMES, ChatMessage
from paddock.domain.ids import Millis, PlayerId
from paddock.domain.refusals import Refusal
from paddock.domain.room import Room

TOUCH_MS = 600_000
"""Talk keeps a room alive, but only once in this time, so that a message costs no snapshot."""
MENTIONS = 10


def say(room: Room, command: c.Say, now: Millis) -> tuple[e.Event, ...] | Refusal:
    """Note what a member says; the message gets its version, which is its id, when it is stored."""
    text = names.clean_line(command.text, TEXT_GRAPHEMES)
    if text is None:
        return Refusal.BAD_TEXT
    speaker = room.members[command.player]
    message = ChatMessage(0, speaker.player, speaker.name, text, mentioned(room, text), now)
    if now - room.active_at < TOUCH_MS:
        return (e.Said(message),)
    return e.Said(message), e.RoomTouched()


def mentioned(room: Room, text: str) -> tuple[PlayerId, ...]:
    """Find the members whose `@name` stands in the text, longer names first, so that "@Tiger 2" is not "@Tiger"."""
    rest, found = text, []
    for member in sorted(room.members.values(), key=lambda member: -len(member.name)):
        if f"@{member.name}" in rest:
            rest = rest.replace(f"@{member.name}", " ")
            found.append(member.player)
    return tuple(found[:MENTIONS])

"""Typed messages as Socket.IO frames: encoded once per audience, so that the same bytes go to every socket."""

from __future__ import annotations

import msgspec

from paddock.domain.event_views import EntryView
from paddock.domain.ids import RoomId
from paddock.gateway import messages as m
from paddock.gateway import pushes
from paddock.socketio import Frame, Namespace

Push = (
    pushes.SegmentsMessage
    | pushes.LobbyChangedMessage
    | pushes.MovedMessage
    | pushes.ExpelledMessage
    | pushes.ClosingMessage
    | pushes.DegradedMessage
    | pushes.DelayedMessage
)

_encoder = msgspec.json.Encoder()
ENTRY = m.type_name(pushes.EntryMessage)


class Frames:
    """Makes the frames of one namespace."""

    def __init__(self, namespace: Namespace) -> None:
        self._namespace = namespace

    def push(self, message: Push) -> Frame:
        """Encode a message from the server."""
        return self._namespace.frame(m.type_name(type(message)), _encoder.encode(message))

    def entry(self, room: RoomId, view: EntryView) -> Frame:
        """Encode an entry as one audience sees it, with the offset that recovery goes by."""
        return self._namespace.frame(ENTRY, _encoder.encode(view), offset=offset_at(room, view.version))


def offset_at(room: RoomId, version: int) -> str:
    """Write a place in a room's log as a client remembers it: `K7AB2:17`."""
    return f"{room}:{version}"


def version_at(room: RoomId, offset: str) -> int | None:
    """Read the version off an offset; None unless it is a place in this room's log."""
    code, _, version = offset.partition(":")
    return int(version) if code == room and version.isascii() and version.isdecimal() and len(version) < 16 else None


def encode(reply: m.Reply | m.Refused) -> bytes:
    """Encode an acknowledgement."""
    return _encoder.encode(reply)

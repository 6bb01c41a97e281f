"""Typed messages as Socket.IO frames: encoded once per audience, so that the same bytes go to every socket."""

from __future__ import annotations

import msgspec

from paddock.domain.event_views import EntryView
from paddock.gateway import messages as m
from paddock.socketio import Frame, Namespace

Push = m.SegmentsMessage | m.LobbyChangedMessage | m.MovedMessage | m.ExpelledMessage | m.ClosingMessage

_encoder = msgspec.json.Encoder()
ENTRY = m.type_name(m.EntryMessage)


class Frames:
    """Makes the frames of one namespace."""

    def __init__(self, namespace: Namespace) -> None:
        self._namespace = namespace

    def push(self, message: Push) -> Frame:
        """Encode a message from the server."""
        return self._namespace.frame(m.type_name(type(message)), _encoder.encode(message))

    def entry(self, view: EntryView) -> Frame:
        """Encode an entry as one audience sees it."""
        return self._namespace.frame(ENTRY, _encoder.encode(view))


def encode(reply: m.Reply | m.Refused) -> bytes:
    """Encode an acknowledgement."""
    return _encoder.encode(reply)

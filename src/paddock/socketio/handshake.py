"""Which requests may open or continue a session, and the exact answers to those that may not.

Pure: query, method and headers in, an `EngineErrorCode` or nothing out. Never touches a session.
Source: the Engine.IO protocol, "Query parameters"; the codes and texts are those of the reference server.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import msgspec

from .limits import Options


class EngineErrorCode(Enum):
    """Why a request is refused: HTTP status, code and message of the JSON body."""

    UNKNOWN_TRANSPORT = (400, 0, "Transport unknown")
    UNKNOWN_SESSION = (400, 1, "Session ID unknown")
    BAD_METHOD = (400, 2, "Bad handshake method")
    BAD_REQUEST = (400, 3, "Bad request")
    FORBIDDEN = (403, 4, "Forbidden")
    UNSUPPORTED_PROTOCOL = (400, 5, "Unsupported protocol version")
    TOO_MANY_OF_SOURCE = (429, 4, "Too many sessions from this address")
    TOO_MANY = (503, 4, "Too many sessions")
    TOO_MANY_AT_ONCE = (503, 4, "Too many new sessions at once")

    @property
    def status(self) -> int:
        """Return the HTTP status."""
        return self.value[0]

    @property
    def body(self) -> bytes:
        """Return the JSON body."""
        return msgspec.json.encode({"code": self.value[1], "message": self.value[2]})


class Handshake(msgspec.Struct, frozen=True):
    """What is remembered of the request that opened a session.

    Attributes:
        source: the client's address, as `Options.source` names it.
        headers: its headers; keys in any case.
        query: its query parameters, the protocol's own included.
    """

    source: str
    headers: Mapping[str, str]
    query: Mapping[str, str]


def check_transport(query: Mapping[str, str], options: Options) -> EngineErrorCode | None:
    """Check what every request must name."""
    return None if query.get("transport") in options.transports else EngineErrorCode.UNKNOWN_TRANSPORT


def check_opening(query: Mapping[str, str], method: str, upgrading: bool) -> EngineErrorCode | None:
    """Check a request without a session id: a GET that names the protocol, with an upgrade if it wants a WebSocket."""
    if method != "GET":
        return EngineErrorCode.BAD_METHOD
    if (query["transport"] == "websocket") != upgrading:
        return EngineErrorCode.BAD_REQUEST
    return check_protocol(query)


def check_protocol(query: Mapping[str, str]) -> EngineErrorCode | None:
    """Check the protocol's revision."""
    return None if query.get("EIO") == "4" else EngineErrorCode.UNSUPPORTED_PROTOCOL

"""What a server counts about itself; the application copies it to its own metrics when it is asked.

Never talks to a metrics system, never holds anything that names a person.
"""

from __future__ import annotations

import msgspec


class Counters(msgspec.Struct):
    """Numbers since the start of the server, except those said to be of the moment.

    Attributes:
        sessions: transport sessions of the moment.
        sockets: connected namespace sockets of the moment.
        polling: sessions of the moment on long-polling.
        websocket: sessions of the moment on WebSocket.
        opened: sessions that were opened.
        upgrades: sessions that moved from polling to WebSocket.
        recoveries: sockets whose state was recovered.
        packets_in: messages from clients.
        packets_out: frames to clients, a broadcast counted once per client.
        bytes_in: bytes of these messages, without framing.
        bytes_out: bytes of these frames, as on a WebSocket.
        volatile_dropped: volatile packets not sent because a client was behind.
        late_acks: acknowledgements that came after their call had ended.
        faults: handlers that raised.
        high_water: most bytes that were ever queued for one client.
        closed: ended sessions by reason.
        violations: sessions closed for a bad packet, by reason.
        refused: refused handshakes and connects, by reason.
    """

    sessions: int = 0
    sockets: int = 0
    polling: int = 0
    websocket: int = 0
    opened: int = 0
    upgrades: int = 0
    recoveries: int = 0
    packets_in: int = 0
    packets_out: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    volatile_dropped: int = 0
    late_acks: int = 0
    faults: int = 0
    high_water: int = 0
    closed: dict[str, int] = msgspec.field(default_factory=dict)
    violations: dict[str, int] = msgspec.field(default_factory=dict)
    refused: dict[str, int] = msgspec.field(default_factory=dict)

    def copy(self) -> Counters:
        """Return these numbers as they are now."""
        return msgspec.structs.replace(
            self, closed=dict(self.closed), violations=dict(self.violations), refused=dict(self.refused)
        )


def count(table: dict[str, int], reason: str) -> None:
    """Add one to a reason; reasons are fixed texts of this package, so tables stay small."""
    table[reason] = table.get(reason, 0) + 1

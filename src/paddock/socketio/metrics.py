"""What a server counts about itself; the application copies it to its own metrics when it is asked.

Never talks to a metrics system, never holds anything that names a person.
"""

from __future__ import annotations

import msgspec

from .histogram import BYTES, SECONDS, SOCKETS, Histogram


def _seconds() -> Histogram:
    return Histogram.of(SECONDS)


def _bytes() -> Histogram:
    return Histogram.of(BYTES)


def _sockets() -> Histogram:
    return Histogram.of(SOCKETS)


class Counters(msgspec.Struct):
    """Numbers since the start of the server, except those said to be of the moment.

    Attributes:
        sessions: transport sessions of the moment.
        sockets: connected namespace sockets of the moment.
        polling: sessions of the moment on long-polling.
        websocket: sessions of the moment on WebSocket.
        opened: sessions that were opened.
        upgrades: sessions that moved from polling to WebSocket.
        recoveries_tried: clients that claimed a state to recover.
        recoveries: sockets whose state was recovered.
        packets_in: messages from clients.
        packets_out: frames to clients, a broadcast counted once per client.
        bytes_in: bytes of these messages, without framing.
        bytes_out: bytes of these frames, as on a WebSocket.
        volatile_dropped: volatile packets not sent because a client was behind.
        pauses: times that nothing was read from a client for a while because it had sent too much.
        late_acks: acknowledgements that came after their call had ended.
        faults: handlers that raised.
        high_water: most bytes that were ever queued for one client.
        closed: ended sessions by reason.
        violations: sessions closed for a bad packet, by reason.
        refused: refused connections, handshakes and connects, by reason.
        recoveries_refused: claims that were not granted, by reason.
        handling: seconds from an event's arrival to the end of its handler, waiting behind earlier events included.
        round_trips: seconds from a call to the client's acknowledgement.
        backlogs: most bytes queued for one client over its session, counted when the session ends.
        broadcasts: sockets that one broadcast went to.
        lags: seconds by which the event loop was late for this server's timer.
    """

    sessions: int = 0
    sockets: int = 0
    polling: int = 0
    websocket: int = 0
    opened: int = 0
    upgrades: int = 0
    recoveries_tried: int = 0
    recoveries: int = 0
    packets_in: int = 0
    packets_out: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    volatile_dropped: int = 0
    pauses: int = 0
    late_acks: int = 0
    faults: int = 0
    high_water: int = 0
    closed: dict[str, int] = msgspec.field(default_factory=dict)
    violations: dict[str, int] = msgspec.field(default_factory=dict)
    refused: dict[str, int] = msgspec.field(default_factory=dict)
    recoveries_refused: dict[str, int] = msgspec.field(default_factory=dict)
    handling: Histogram = msgspec.field(default_factory=_seconds)
    round_trips: Histogram = msgspec.field(default_factory=_seconds)
    backlogs: Histogram = msgspec.field(default_factory=_bytes)
    broadcasts: Histogram = msgspec.field(default_factory=_sockets)
    lags: Histogram = msgspec.field(default_factory=_seconds)

    def copy(self) -> Counters:
        """Return these numbers as they are now."""
        return msgspec.structs.replace(
            self,
            closed=self.closed.copy(),
            violations=self.violations.copy(),
            refused=self.refused.copy(),
            recoveries_refused=self.recoveries_refused.copy(),
            handling=self.handling.copy(),
            round_trips=self.round_trips.copy(),
            backlogs=self.backlogs.copy(),
            broadcasts=self.broadcasts.copy(),
            lags=self.lags.copy(),
        )


def count(table: dict[str, int], reason: str) -> None:
    """Add one to a reason; reasons are fixed texts of this package, so tables stay small."""
    table[reason] = table.get(reason, 0) + 1

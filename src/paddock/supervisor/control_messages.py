"""Messages between supervisor and worker: one JSON object per line over a private socket pair.

The messages carry no data of players. If the channel closes, the other side has ended.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

LINE_BYTES: Final = 8 * 1024 * 1024
"""Maximum length of a line: the metrics of all workers."""
HEARTBEAT_S: Final = 1.0
"""Interval of the heartbeats that a worker sends from its event loop."""


class Assignment(Struct, frozen=True, tag="assignment", tag_field="type"):
    """The first message to a worker: its identity and address, which override its settings.

    Attributes:
        worker: its number, from 1; a replacement has the same number.
        node: its unique node name; never reused.
        port: the port to listen on.
        shared: whether other processes listen on the same port.
        redis: the Redis to use; empty for the one of the settings.
    """

    worker: int
    node: str
    port: int
    shared: bool = True
    redis: str = ""


class GetMetrics(Struct, frozen=True, tag="get_metrics", tag_field="type"):
    """Requests the metrics of a worker."""

    number: int


class WorkerMetrics(Struct, frozen=True):
    """State of one worker, with its metrics in the Prometheus text format (empty if it did not answer)."""

    worker: int
    up: bool
    restarts: int
    text: str = ""


class PoolMetrics(Struct, frozen=True, tag="pool_metrics", tag_field="type"):
    """Answers `GetPoolMetrics`."""

    number: int
    workers: tuple[WorkerMetrics, ...]


class Ready(Struct, frozen=True, tag="ready", tag_field="type"):
    """Reports that a worker accepts players on this port."""

    port: int


class Heartbeat(Struct, frozen=True, tag="heartbeat", tag_field="type"):
    """Reports that the event loop of a worker runs."""


class MetricsReply(Struct, frozen=True, tag="metrics_reply", tag_field="type"):
    """Answers `GetMetrics`."""

    number: int
    text: str


class GetPoolMetrics(Struct, frozen=True, tag="get_pool_metrics", tag_field="type"):
    """Requests the metrics of all workers."""

    number: int


ToWorker: TypeAlias = Assignment | GetMetrics | PoolMetrics
FromWorker: TypeAlias = Ready | Heartbeat | MetricsReply | GetPoolMetrics

to_worker: Final = msgspec.json.Decoder(ToWorker)
from_worker: Final = msgspec.json.Decoder(FromWorker)


def encode(message: ToWorker | FromWorker) -> bytes:
    """Return a message as one line."""
    return msgspec.json.encode(message) + b"\n"

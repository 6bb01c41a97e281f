"""What supervisor and worker say to each other: one JSON object per line over a socket pair that only they have.

It never carries anything of a player. When it closes, the other side is no more.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

LINE_BYTES: Final = 8 * 1024 * 1024
"""Longest line: the figures of all workers together."""
BEAT_S: Final = 1.0
"""How often a worker says that its event loop turns."""


class Assignment(Struct, frozen=True, tag="assignment", tag_field="type"):
    """The first line to a worker: who it is and where it listens, over what its settings say.

    Attributes:
        worker: its number, from 1; the same for whoever replaces it.
        node: its name among all servers; never used again.
        port: where it listens.
        shared: whether others listen on the same port.
        redis: the Redis to use, when it is not the one of the settings.
    """

    worker: int
    node: str
    port: int
    shared: bool = True
    redis: str = ""


class GiveFigures(Struct, frozen=True, tag="give_figures", tag_field="type"):
    """Asks a worker for its figures."""

    number: int


class WorkerFigures(Struct, frozen=True):
    """One worker as the supervisor sees it, with what it says of itself (text for Prometheus; empty: nothing)."""

    worker: int
    up: bool
    restarts: int
    text: str = ""


class AllFigures(Struct, frozen=True, tag="all_figures", tag_field="type"):
    """Answers `AskFigures`."""

    number: int
    workers: tuple[WorkerFigures, ...]


class Ready(Struct, frozen=True, tag="ready", tag_field="type"):
    """A worker takes players now, on this port."""

    port: int


class Beat(Struct, frozen=True, tag="beat", tag_field="type"):
    """A worker's event loop turns."""


class Figures(Struct, frozen=True, tag="figures", tag_field="type"):
    """Answers `GiveFigures`."""

    number: int
    text: str


class AskFigures(Struct, frozen=True, tag="ask_figures", tag_field="type"):
    """Asks for the figures of all workers."""

    number: int


ToWorker: TypeAlias = Assignment | GiveFigures | AllFigures
FromWorker: TypeAlias = Ready | Beat | Figures | AskFigures

to_worker: Final = msgspec.json.Decoder(ToWorker)
from_worker: Final = msgspec.json.Decoder(FromWorker)


def line(message: ToWorker | FromWorker) -> bytes:
    """Encode a message as it is sent."""
    return msgspec.json.encode(message) + b"\n"

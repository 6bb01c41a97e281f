"""The parts of a run: which kinds of servers are visited in which settings."""

from __future__ import annotations

from dataclasses import dataclass

from .candidate import FEED, GAME, KINDS, NODE, Kind
from .visit import Setting


@dataclass(frozen=True, slots=True)
class Part:
    """Kinds and settings that are compared; every kind is visited in every setting, by turns."""

    name: str
    kinds: tuple[Kind, ...]
    settings: tuple[Setting, ...]


SMALL = Part(
    "small",
    KINDS,
    tuple(Setting(nodes=2, rooms=rooms, members=16, spread=2, calm=600 if rooms == 10 else 0) for rooms in (10, 100)),
)
"""Small rooms over two servers."""

ALONE = Part(
    "alone",
    (GAME,),
    (
        Setting(nodes=1, rooms=10, members=16, spread=1, redis=False, calm=600),
        Setting(nodes=1, rooms=10, members=16, spread=1, calm=600),
    ),
)
"""The same rooms at one server, with a journal and with Redis."""

ROOMS = Part(
    "rooms",
    (NODE, FEED, GAME),
    tuple(Setting(nodes=2, rooms=rooms, members=4, spread=2) for rooms in (10, 100, 1_000)),
)
"""More and more rooms over two servers."""

NODES = Part(
    "nodes",
    (NODE, FEED, GAME),
    tuple(Setting(nodes=nodes, rooms=100 * nodes, members=4, spread=1, at_once=10 * nodes) for nodes in (1, 2, 4)),
)
"""More and more servers, each with as many rooms, whose guests all sit at it, as a balancer that knows rooms has it."""

PARTS = (SMALL, ALONE, ROOMS, NODES)

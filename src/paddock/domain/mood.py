"""What a racer is doing, as a small closed list for drawing; a mood never changes a speed, the book does."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Mood(StrEnum):
    """What to draw. The order of the members is the wire code: append only."""

    RUN = "run"
    STOP = "stop"
    SLOW = "slow"
    SPRINT = "sprint"
    SLIP = "slip"
    WOBBLE = "wobble"
    OBSTACLE = "obstacle"
    BOOST = "boost"
    TRAP = "trap"
    TURN = "turn"
    BOLT = "bolt"
    ROCKET = "rocket"
    ICE = "ice"
    CHARGE = "charge"
    """Gathers itself before a transformation or a pretended one: both look alike until it ends."""
    TRANSFORM = "transform"
    FAKEOUT = "fakeout"
    FINISHED = "finished"
    OUT = "out"
    """Still under way when the race was ended by its time limit."""


MOODS: Final = tuple(Mood)
CODES: Final = {mood: code for code, mood in enumerate(MOODS)}
"""The small integer that stands for a mood on the wire."""

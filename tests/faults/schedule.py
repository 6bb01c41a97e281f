"""Dice of a fault play: the seed is printed, and `PADDOCK_FAULTS_SEED` plays the same schedule again."""

from __future__ import annotations

import os
import secrets
from random import Random

VARIABLE = "PADDOCK_FAULTS_SEED"


def dice(play: str) -> tuple[int, Random]:
    """Give the seed of a play and its dice; the machine's own timing stays its own."""
    seed = int(os.environ.get(VARIABLE) or secrets.randbelow(1_000_000))
    print(f"{play}: {VARIABLE}={seed}")
    return seed, Random(f"{play} {seed}")

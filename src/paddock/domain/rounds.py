"""A round's secret chain: one commitment, shown before the first pick, binds the race and all its run-offs.

The root is 32 secret bytes. The seed of run-off `i` (0 is the first race) is SHA-256 applied `MAX_RUNOFFS + 1 - i`
times to the root, so the commitment to a run-off's seed, its SHA-256, is the seed of the race before, which is public
by then. The root itself is never published; it also gives the dice for picks made on somebody's behalf.
"""

from __future__ import annotations

import hashlib
import hmac

from paddock.domain.ids import PlayerId, RaceId, Seed
from paddock.domain.race import MAX_RUNOFFS

LOTS = 720_720
"""The least common multiple of 1 to 16: a lot below it, modulo a lineup's size, favours no racer."""


def seed_of(root: Seed, runoff: int) -> Seed:
    """Derive the seed of a round's first race (0) or of its run-off `runoff` (1 to `MAX_RUNOFFS`).

    Raises:
        ValueError: a round has no such run-off.
    """
    if not 0 <= runoff <= MAX_RUNOFFS:
        raise ValueError(f"a round has run-offs 0 to {MAX_RUNOFFS}, not {runoff}")
    link: bytes = root
    for _ in range(MAX_RUNOFFS + 1 - runoff):
        link = hashlib.sha256(link).digest()
    return Seed(link)


def runoff_id(race: RaceId, runoff: int) -> RaceId:
    """Derive the id of a run-off from the id of the heat before, so that running a duty twice names one race."""
    digest = hashlib.sha256(f"{race}/{runoff}".encode()).digest()
    return RaceId("".join("abcdefghijklmnopqrstuvwxyz234567"[byte & 31] for byte in digest[:16]))


def lot(root: Seed, race: RaceId, player: PlayerId, size: int) -> int:
    """Draw a racer (0 to `size` - 1, `size` at most 16) on a player's behalf, unbiased and repeatable."""
    for counter in range(64):
        digest = hmac.digest(root, f"lot/{race}/{player}/{counter}".encode(), "sha256")
        drawn = int.from_bytes(digest[:4], "big")
        if drawn < (1 << 32) // LOTS * LOTS:
            return drawn % size
    raise AssertionError("64 draws in a row out of range: not in this universe")

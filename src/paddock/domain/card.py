"""The race card: everything public that fixes a race, next to its secret seed.

A `Card` and a `Book` (the race settings in force) go into the public record of the race, so that anybody can run it
again.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from paddock.domain.ids import Kind, PlayerId, RaceId


class Rule(StrEnum):
    """Who pays: the last racer's pickers, the first one's, or those of a rank drawn by the players' votes."""

    LAST = "last"
    FIRST = "first"
    VOTE = "vote"


class Draw(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Which rank pays, as settled before the countdown.

    `votes[i]` counts the votes for rank `i + 1` (empty without a vote); `distinct` is the number of distinct picked
    racers; `rank` counts from 1 among picked racers.
    """

    rule: Rule
    votes: tuple[int, ...]
    distinct: int
    rank: int


class Card(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One heat: the track in metres, racer kinds by lane, and who picked which racer (an index into `lineup`, from 0).

    `picks` is sorted by player. `runoff` is 0 for the first heat of a round, then counts its run-offs.
    """

    race: RaceId
    track: int
    lineup: tuple[Kind, ...]
    picks: tuple[tuple[PlayerId, int], ...]
    draw: Draw
    runoff: int = 0

    @property
    def picked(self) -> tuple[int, ...]:
        """The distinct picked racers in lane order; the others stay at the gate."""
        return tuple(sorted({racer for _, racer in self.picks}))

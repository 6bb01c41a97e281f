"""What is drawn besides the race: the rank that pays, a run-off's picks, the last resort, the lineup; it knows no room.

All but the lineup comes from the race's committed seed, so that anybody can draw it again after the finish.
"""

from __future__ import annotations

from paddock.domain.card import Card, Rule
from paddock.domain.dice import Dice
from paddock.domain.encoding import encode
from paddock.domain.ids import Kind, PlayerId, RaceId, Seed


def draw_rank(rule: Rule, votes: tuple[int, ...], distinct: int, seed: Seed, race: RaceId) -> int:
    """Return the rank that pays, counted from 1 among the `distinct` picked racers.

    By vote, each rank's chance is its share of the valid votes (`votes[i]` is for rank `i + 1`; ranks beyond
    `distinct` are void); without a valid vote the last one pays. Raises `ValueError` when no racer is picked or a
    count is negative.
    """
    if distinct < 1 or min(votes, default=0) < 0:
        raise ValueError("ranks are drawn among at least one picked racer, by counts that are not negative")
    if rule is Rule.FIRST:
        return 1
    valid = votes[:distinct]
    total = sum(valid)
    if rule is Rule.LAST or total == 0:
        return distinct
    roll = Dice(seed, race, encode((votes, distinct))).stream("draw").below(total)
    for index, count in enumerate(valid):
        roll -= count
        if roll < 0:
            return index + 1
    raise AssertionError("the votes add up to more than the roll")


def deal(contestants: tuple[PlayerId, ...], size: int, seed: Seed, race: RaceId) -> tuple[tuple[PlayerId, int], ...]:
    """Return the picks of a run-off, sorted by player: each contestant is dealt one of `size` racers by the dice.

    Nobody shares a racer while there are enough; otherwise at most `ceil(n / size)` share one. So run-offs end: each
    one leaves at most the players of one racer, but for dead heats.
    """
    players = tuple(sorted(set(contestants)))
    if not players or size < 2:
        raise ValueError("a run-off needs contestants and at least two racers")
    stream = Dice(seed, race, encode((players, size))).stream("deal")
    lanes = stream.shuffled(tuple(range(size)))
    seats = stream.shuffled(players)
    return tuple(sorted((player, lanes[seat % size]) for seat, player in enumerate(seats)))


def last_resort(card: Card, seed: Seed, payers: tuple[PlayerId, ...]) -> PlayerId:
    """Return the one of `payers` who pays after `race.MAX_RUNOFFS` run-offs; each is equally likely."""
    players = tuple(sorted(set(payers)))
    return players[Dice(seed, card.race, encode((card, players))).stream("last-resort").below(len(players))]


def draw_lineup(stable: tuple[Kind, ...], size: int, show: bytes) -> tuple[Kind, ...]:
    """Return `size` different kinds of the stable in lane order, from 32 random bytes that need not be secret.

    Raises `ValueError` when the stable is too small. Kinds are looks, so this draw never touches a race's seed.
    """
    if not 2 <= size <= len(stable):
        raise ValueError(f"a stable of {len(stable)} kinds has no lineup of {size}")
    return tuple(Dice(show, RaceId(""), encode((stable, size))).stream("lineup").shuffled(stable)[:size])

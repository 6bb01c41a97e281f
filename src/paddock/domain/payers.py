"""Who pays: the players on the racers at the drawn rank; this module draws nothing but the last resort."""

from __future__ import annotations

from paddock.domain.card import Card
from paddock.domain.draw import last_resort
from paddock.domain.ids import PlayerId, Seed
from paddock.domain.race import MAX_RUNOFFS, Race


def paying_group(card: Card, race: Race) -> tuple[int, ...]:
    """Return the lanes that pay: the dead heat that covers the drawn rank, clamped to the number of picked racers."""
    rank = max(1, min(card.draw.rank, len(card.picked)))
    covered = 0
    for group in race.order:
        covered += len(group)
        if covered >= rank:
            return group
    raise ValueError("the race is not the one of the card: it has fewer racers than were picked")


def payers(card: Card, race: Race) -> tuple[PlayerId, ...]:
    """Return everybody whose pick is in the paying group, sorted; several of them owe each other a run-off."""
    group = paying_group(card, race)
    return tuple(player for player, racer in card.picks if racer in group)


def settle(card: Card, race: Race, seed: Seed) -> tuple[PlayerId, ...]:
    """Return the payers as they stand in the record: after `MAX_RUNOFFS` run-offs the dice leave only one."""
    found = payers(card, race)
    if card.runoff >= MAX_RUNOFFS and len(found) > 1:
        return (last_resort(card, seed, found),)
    return found

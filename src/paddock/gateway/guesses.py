"""Guesses at rooms: who presents a code that leads nowhere pays for it, from one allowance over all ways and nodes.

A code that no room has, one of a closed room, and one of a room with another password are charged alike, and in the
same order of questions to the store, so that neither the answer nor the work tells them apart. A code that leads
somewhere costs nothing, but is answered only while the source has a guess left: otherwise whoever has used them up
could go on scanning, and tell a hit from a miss by the refusal.

The same guess of the same source is charged once in `SAME_GUESS_MIN` minutes, since it tells nothing new: fifty people
of an office who follow one dead link, or type one password, spend one guess. Nothing of a guess is kept but a keyed
hash.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import Final

from paddock.domain.ids import Millis, RoomId
from paddock.gateway.rate_limits import GatewayAllowances

SAME_GUESS_MIN: Final = 10


class Guess(Enum):
    """What became of the question whether a source may guess."""

    REFUSED = auto()
    """It has guessed too much; nothing may be told."""
    CHARGED = auto()
    REPEATED = auto()
    """It has paid for this very guess before."""


class RoomGuesses:
    """Counts guesses at room codes and passwords.

    Args:
        allowances: what a source and a room have left.
        hashed: hashes a text under the server's secret.
    """

    def __init__(self, allowances: GatewayAllowances, hashed: Callable[[str], str]) -> None:
        self._allowances = allowances
        self._hashed = hashed

    async def may_find(self, source: str, now: Millis) -> bool:
        """Return whether a source may be shown a room that its code leads to; that costs it nothing."""
        return await self._allowances.guesses_per_ip.left(source, now)

    async def take(self, source: str, room: RoomId, password: str, now: Millis) -> Guess:
        """Charge a guess at a room, before anybody looks whether it is right.

        The guess is noted only after it has been paid for, so that no second connection gets an answer to what the
        first one was refused.
        """
        of, guess = self._allowances, self._hashed(f"{source}\n{room}\n{password}")
        if not await of.same_guess.left(guess, now):
            return Guess.REPEATED if of.repeated_guesses_per_ip.take(source, now) else Guess.REFUSED
        if not await of.guesses_per_ip.take(source, now):
            return Guess.REFUSED
        if not await of.guesses_per_room.take(room, now):
            await of.guesses_per_ip.give_back(source, now)
            return Guess.REFUSED
        await of.same_guess.take(guess, now)
        return Guess.CHARGED

    async def give_back(self, source: str, room: RoomId, now: Millis) -> None:
        """Return what a charged guess cost: it was right."""
        await self._allowances.guesses_per_ip.give_back(source, now)
        await self._allowances.guesses_per_room.give_back(room, now)
